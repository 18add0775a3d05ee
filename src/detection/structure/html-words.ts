import { words } from './judgement.ts';

/** Elements that run code, load something, take over the page's forms or its look, or leave the place that they are put in. */
export const ACTIVE_ELEMENTS: ReadonlySet<string> = words(`
  script iframe frame frameset object embed applet meta base link style form isindex svg math video audio img image input body marquee details template layer ilayer bgsound xss keygen textarea button html head
  noscript source track animate animatetransform animatemotion set foreignobject portal dialog title xmp plaintext blink comment param menu select option table td th tr a area map noembed noframes
  xml handler listener use mglyph malignmark maction semantics annotation-xml vmlframe import fencedframe
`);

/** Of these, the ones that do nothing without attributes. */
export const PASSIVE_ELEMENTS: ReadonlySet<string> = words(
  'img image input video audio source track table th td tr a area map menu select option param button dialog details blink body html head',
);

/** Elements whose text is no markup: opened, they swallow what follows in the page. */
export const SWALLOWING_ELEMENTS: ReadonlySet<string> = words('script plaintext xmp');

/** Events of HTML, SVG, media, animation, and of old browsers (https://html.spec.whatwg.org/#events-2, https://www.w3.org/TR/SVG2/interact.html), without `on`. */
export const EVENTS: ReadonlySet<string> = words(`
  abort activate afterprint afterscriptexecute afterupdate animationcancel animationend animationiteration animationstart auxclick beforeactivate beforecopy beforecut beforedeactivate beforeeditfocus
  beforeinput beforematch beforepaste beforeprint beforescriptexecute beforetoggle beforeunload beforeupdate begin blur bounce cancel canplay canplaythrough cellchange change click close command
  contentvisibilityautostatechange contextlost contextmenu contextrestored controlselect copy cuechange cut dataavailable datasetchanged datasetcomplete dblclick deactivate devicelight devicemotion
  deviceorientation drag dragdrop dragend dragenter dragexit dragleave dragover dragstart drop durationchange emptied encrypted end ended error errorupdate filterchange finish focus focusin focusout
  formchange formdata forminput fullscreenchange fullscreenerror gesturechange gestureend gesturestart gotpointercapture hashchange help input invalid keydown keypress keyup languagechange
  layoutcomplete load loadeddata loadedmetadata loadend loadstart locationchange losecapture lostpointercapture mediacomplete mediaerror message messageerror mousedown mouseenter mouseleave mousemove
  mouseout mouseover mouseup mousewheel move moveend movestart mozfullscreenchange offline online orientationchange outofsync pagehide pagereveal pageshow pageswap paste pause play playing pointercancel
  pointerdown pointerenter pointerleave pointermove pointerout pointerover pointerrawupdate pointerup popstate progress propertychange ratechange readystatechange rejectionhandled repeat reset resize
  resizeend resizestart resume reverse rowdelete rowenter rowexit rowinserted rowsdelete rowsinserted scroll scrollend scrollsnapchange scrollsnapchanging search securitypolicyviolation seek seeked seeking
  select selectionchange selectstart show slotchange stalled start stop storage submit suspend syncrestored timeerror timeupdate toggle touchcancel touchend touchmove touchstart trackchange
  transitioncancel transitionend transitionrun transitionstart unhandledrejection unload urlflip userproximity validationstatuschange volumechange waiting webkitanimationend webkitanimationiteration
  webkitanimationstart webkitmouseforcechanged webkitmouseforcedown webkitmouseforceup webkitmouseforcewillbegin webkitplaybacktargetavailabilitychanged webkittransitionend webkitwillrevealbottom wheel
  zoom
`);

/** Attributes whose value is an address that is loaded, or followed. */
export const URL_ATTRIBUTES: ReadonlySet<string> = words(`
  href src action formaction data poster background dynsrc lowsrc codebase cite longdesc profile usemap classid xlink:href srcset ping manifest icon archive content to from values by folder
`);

/** Attributes that are evidence by themselves once a value was left. */
export const ACTIVE_ATTRIBUTES: ReadonlySet<string> = words(
  'style srcdoc formaction xlink:href http-equiv dynsrc lowsrc autofocus accesskey contenteditable popovertarget xmlns fscommand seeksegmenttime',
);

/** Schemes that run code where they are followed or loaded. */
export const SCRIPT_SCHEMES: readonly string[] = [
  'javascript',
  'vbscript',
  'livescript',
  'mocha',
  'vbs',
  'jscript',
  'behaviour',
  'behavior',
];
