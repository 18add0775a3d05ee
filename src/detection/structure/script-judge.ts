import { isWord, type Judge, type Judgement, skip, skipBlank, words } from './judgement.ts';
import { isProse } from './script-prose.ts';

/** Functions that show, run or send something, and that prose does not call. */
const SINKS = words(
  'alert confirm prompt eval settimeout setinterval setimmediate execscript importscripts atob btoa fetch msgbox requestanimationframe queuemicrotask xmlhttprequest activexobject wscript sendbeacon unescape decodeuri decodeuricomponent eval2 openurl postmessage print',
);
/** Of these, the ones that attacks pass on as values. */
const PASSED = words('alert confirm prompt eval');
/** Objects through which everything global is reached. */
const GLOBALS = words('window self top parent frames globalthis document this opener navigator localstorage sessionstorage');
/** Of these, the ones that other languages have too. */
const OWN_NAMES = words('this self parent');
const GLOBAL_MEMBERS = words(
  'alert confirm prompt eval cookie domain location write writeln open execcommand documentelement body referrer url defaultview forms createelement getelementbyid getelementsbytagname getelementsbyname queryselector queryselectorall implementation contentdocument postmessage name opener frames navigate history localstorage sessionstorage settimeout setinterval function constructor fetch atob onerror addeventlistener attachevent parentnode innerhtml outerhtml scripts readystate getitem setitem removeitem serviceworker sendbeacon clipboard credentials geolocation',
);
/** Of these, the ones that are evidence without being called or assigned to. */
const BARE_MEMBERS = words(
  'alert eval cookie domain location write writeln queryselector name url referrer innerhtml outerhtml parentnode constructor srcdoc appendchild',
);
/** Members that are evidence on any object. */
const MEMBERS = words(
  'innerhtml outerhtml insertadjacenthtml srcdoc fromcharcode fromcodepoint createcontextualfragment appendchild insertbefore replacechild setattribute addeventlistener attachevent getelementsbytagname getelementbyid queryselector constructor parentnode documentelement contentwindow contentdocument execcommand localstorage sessionstorage replacestate pushstate',
);
const MAX_WORDS = 400;

const isStringAt = (text: string, at: number): boolean => '"\'`/'.includes(text.charAt(at) || ' ');

/** `alert(1)`, `alert?.(1)`, ``alert`1` ``, `alert.call(`: a sink that is called. */
function judgeCall(text: string, word: string, end: number): string | undefined {
  if (!SINKS.has(word)) return undefined;
  const at = skipBlank(text, end);
  const next = text.charAt(at);
  if (next === '`' || text.startsWith('?.(', at)) return 'call';
  if (next === '(' && at + 1 === text.length && end === word.length) return undefined;
  if (next === '(' && (at === end || PASSED.has(word) || text.startsWith('/*', end)) && word !== 'print')
    return /^\((?: |[a-z]{2,20}(?:[ +]|%20)[a-z +%]{2,40}\))/i.test(text.slice(at, at + 70)) ||
      (at > end && /^\([a-z ]*\)/i.test(text.slice(at, at + 40)))
      ? undefined
      : 'call';
  if (next === '.' && /^\.\s{0,4}(?:call|apply|bind|constructor|name)\b/i.test(text.slice(at, at + 20))) return 'call';
  return undefined;
}

/** A sink handed on: `[1].map(alert)`, `x=alert,x(1)`, `onerror=eval`. */
function judgePassed(text: string, start: number, end: number): string | undefined {
  let before = start - 1;
  while (before >= 0 && text.charCodeAt(before) <= 32) before--;
  const after = text.charAt(skipBlank(text, end));
  const behind = text.charAt(before);
  if (behind === '{' && after === '}' && text.charAt(before - 1) === '$') return 'passed';
  return '(,=:?|&['.includes(behind || ' ') && ')],;'.includes(after || ' ') && !(behind === ',' && after === ',') ? 'passed' : undefined;
}

/** `document.cookie`, `self['al'+'ert']`, `top[/al/.source`. */
function judgeGlobal(text: string, word: string, end: number): string | undefined {
  if (!GLOBALS.has(word)) return undefined;
  let at = skipBlank(text, end);
  while (text.charAt(at) === ')' && at - end < 200) at = skipBlank(text, at + 1);
  if (text.startsWith('?.', at)) at += text.charAt(at + 2) === '[' ? 2 : 1;
  if (text.charAt(at) === '[') {
    const inner = skipBlank(text, at + 1);
    return isStringAt(text, inner) ||
      '(!+~['.includes(text.charAt(inner) || ' ') ||
      /^(?:atob|string|location|name|\d+..?tostring)/i.test(text.slice(inner, inner + 20))
      ? 'global'
      : undefined;
  }
  if (text.charAt(at) !== '.') return undefined;
  const start = skipBlank(text, at + 1);
  const member = text.slice(start, Math.min(skip(text, start, isWord), start + 40)).toLowerCase();
  const behind = text.charAt(skipBlank(text, start + member.length));
  return GLOBAL_MEMBERS.has(member) &&
    (BARE_MEMBERS.has(member) || '([=`.?,;)+}'.includes(behind || ' ')) &&
    (!OWN_NAMES.has(word) || !'name url body'.includes(member)) &&
    !isPage(text, start + member.length)
    ? 'global'
    : undefined;
}

/** `document.body.html` or `parent.name.` as file names and prose. */
const isPage = (text: string, end: number): boolean => /^\.(?:html?|aspx?|php|pdf|docx?)\b/i.test(text.slice(end, end + 8));

function judgeMember(text: string, word: string, start: number): string | undefined {
  if (!MEMBERS.has(word) || text.charAt(start - 1) !== '.') return undefined;
  const next = text.charAt(skipBlank(text, start + word.length));
  if (next === '') return BARE_MEMBERS.has(word) && !/\s/.test(text) && text.length < 200 ? 'member' : undefined;
  return '=(`[.+'.includes(next) ? 'member' : undefined;
}

/** `location=`, `location.href=`, `onerror=alert`, `name=`: an assignment that leads elsewhere. */
function judgeLocation(text: string, word: string, end: number): string | undefined {
  if (word !== 'location') return undefined;
  const rest = text.slice(end, end + 60);
  return /^\s{0,4}(?:\.\s{0,4}(?:href|hash|search|host|pathname)\s{0,4})?=\s{0,4}(?:["'`]|name\b|atob|self|top|window|document|\/)|^\s{0,4}\.\s{0,4}(?:replace|assign)\s{0,4}\(|^\s{0,4}\.\s{0,4}(?:hash|search)\s{0,4}\.|^\s{0,4}=\s{0,4}(?:java|data)/i.test(
    rest,
  ) && !/^=https?%|^=https?:/i.test(rest)
    ? 'location'
    : undefined;
}

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/[\])"'`]\s{0,4}\.\s{0,4}\w{1,20}\s{0,4}\.\s{0,4}(?:call|apply)\s{0,4}[(`]/i, 'call'],
  [/\[\s{0,4}["'`](?:constructor|prototype|__proto__|map|filter|sort|find|flat|entries|fill)["'`]\s{0,4}\]\s{0,4}[([]/i, 'member'],
  [/\bnew\s{1,4}function\s{0,4}[(`]|\breflect\s{0,2}\.\s{0,2}(?:apply|construct|get|set)\b/i, 'call'],
  [/(?:^|[^\w.])function\s{0,4}\([^)]{0,60}\)\s{0,4}\{\s{0,9}[^\s}]|=>[^=>]{1,200}\)\s{0,4}[(`]/i, 'function'],
  [/(?:^|[^\w.])function\s{0,4}[(`]\s{0,4}["'`]/i, 'call'],
  [/[=,]\s{0,4}document\s{0,4}[;,]|\bwith\s{0,4}\(\s{0,4}document\b/i, 'global'],
  [/\b(?:self|window|top|globalthis|parent|frames)\[\w{1,20}\]\s{0,4}[(`]/i, 'global'],
  [/\bin\s{1,4}(?:self|window|globalthis)\s{0,4}\)/i, 'global'],
  [/(?:^|[;,(])[$_]{1,4}\s{0,2}=\s{0,2}[~+!({-]{0,3}\[\]/, 'signs'],
  [/!(?:''|""|``|\{\}|\[\])[\])]?\s{0,2}\+/, 'signs'],
  [/[[(,=]\w{1,3}=[+!]{1,3}\w{1,3}[\])+,]/, 'signs'],
  [/["'`]\s{0,4}(?:\]\s{0,4}\[|\)\s{0,4}\()\s{0,4}["'`]/, 'concatenation'],
  [
    /["'`]\s{0,4}[-+*/%^|&,;]{1,2}\s{0,4}(?:alert|prompt|confirm|eval|window|top|self|parent|document|globalthis|import)\s{0,4}[([.`]/i,
    'breakout',
  ],
  [/\bimport\s{0,4}\(\s{0,4}["'`/]/i, 'call'],
  [/\bthrow\s{1,4}(?:onerror|["'`]|\w{1,20}\s{0,2}[;,=])/i, 'throw'],
  [/\bonerror\s{0,4}=\s{0,4}(?:alert|eval|prompt|confirm|window|self|top)/i, 'throw'],
  [/\bstring\s{0,2}\.\s{0,2}fromcharcode\b/i, 'member'],
  [/\/[^/\s]{1,20}\/\s{0,2}\.\s{0,2}source\b/i, 'member'],
];

/** Code of nothing but `[]()!+` and a few letters (https://en.wikipedia.org/wiki/JSFuck). */
function judgeSigns(text: string): Judgement | undefined {
  for (let at = text.search(/[[!+(]/); at >= 0 && at < text.length; ) {
    const end = skip(
      text,
      at,
      (code) =>
        code === 91 ||
        code === 93 ||
        code === 40 ||
        code === 41 ||
        code === 33 ||
        code === 43 ||
        code === 123 ||
        code === 125 ||
        code === 32,
    );
    const run = text
      .slice(at, Math.min(end, at + 400))
      .replaceAll(' ', '')
      .slice(at > 0 && text.startsWith('++', at) && isWord(text.charCodeAt(at - 1)) ? 2 : 0);
    if (run.length >= 4 && /!\[\]|\+\[\]|\[\]\+\[|\{\}\+\[/.test(run)) return { description: 'signs', start: at, end };
    if (
      run.length >= 9 &&
      /(?:!!?|\+!{0,2}|\[)\s?\[\]|\(!\[|\[!\[|\{\}\+|\[\]\[/.test(run) &&
      (run.match(/[[\]]/g) ?? []).length >= 4 &&
      /[!+(]/.test(run)
    )
      return { description: 'signs', start: at, end };
    const next = text.slice(Math.max(end, at + 1)).search(/[[!+(]/);
    if (next < 0 || at > 4000) return undefined;
    at = Math.max(end, at + 1) + next;
  }
  return undefined;
}

/** Tells whether a value holds code of browsers' scripts: calls of sinks, ways to global objects, assignments that lead elsewhere, code without letters. */
export const judgeScript: Judge = (text) => {
  if (isProse(text)) return undefined;
  let count = 0;
  for (let at = 0; at < text.length && count < MAX_WORDS; count++) {
    const start = skip(text, at, (code) => !isWord(code));
    const end = skip(text, start, (code) => isWord(code) || code === 36);
    at = Math.max(end, start + 1);
    if (end - start > 30 || end - start < 3) continue;
    const word = text.slice(start, end).toLowerCase();
    const previous = text.charAt(start - 1);
    const free = previous !== '-' && previous !== '$' && previous !== '_';
    const kind =
      (free && previous !== '.' ? judgeCall(text, word, end) : undefined) ??
      (free && PASSED.has(word) ? judgePassed(text, start, end) : undefined) ??
      (free ? judgeGlobal(text, word, end) : undefined) ??
      judgeMember(text, word, start) ??
      (free ? judgeLocation(text, word, end) : undefined);
    if (kind !== undefined) return { description: `${kind} ${word}`, start, end: Math.min(text.length, end + 40) };
  }
  for (const [pattern, kind] of SHAPES) {
    const found = pattern.exec(text);
    if (found !== null) return { description: kind, start: found.index, end: found.index + found[0].length };
  }
  return judgeSigns(text);
};
