import { findScriptUri } from './html-uri.ts';
import { ACTIVE_ATTRIBUTES, ACTIVE_ELEMENTS, EVENTS, PASSIVE_ELEMENTS, SWALLOWING_ELEMENTS, URL_ATTRIBUTES } from './html-words.ts';
import { isSpace, isWord, type Judge, type Judgement, skip } from './judgement.ts';
import { isPlain } from './script-prose.ts';

const isBlank = (code: number): boolean => isSpace(code) || code === 0;
const isNamePart = (code: number): boolean => isWord(code) || code === 45 || code === 58 || code === 46;
/** Attributes looked at in one tag, and tags and attribute names in one text. */
const MAX_ATTRIBUTES = 24;
const MAX_PLACES = 60;
const QUOTES = '"\'`';

interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Reads one attribute as HTML's tokeniser does (https://html.spec.whatwg.org/#before-attribute-name-state). */
function attributeAt(text: string, from: number): Attribute {
  const nameEnd = skip(text, from, (code) => !isBlank(code) && code !== 61 && code !== 47 && code !== 62 && code !== 60);
  const name = text.slice(from, Math.min(nameEnd, from + 60)).toLowerCase();
  const equals = skip(text, nameEnd, isBlank);
  if (text.charAt(equals) !== '=') return { name, value: '', start: from, end: Math.max(nameEnd, from + 1) };
  const start = skip(text, equals + 1, isBlank);
  const quote = text.charAt(start);
  if (quote !== '' && QUOTES.includes(quote)) {
    const close = text.indexOf(quote, start + 1);
    const end = close < 0 ? text.length : close;
    return { name, value: text.slice(start + 1, end), start: from, end: Math.min(end + 1, text.length) };
  }
  const end = skip(text, start, (code) => !isBlank(code) && code !== 62);
  return { name, value: text.slice(start, end), start: from, end: Math.max(end, from + 1) };
}

/** What an attribute can do; undefined when nothing. */
function activeAttribute({ name, value }: Attribute): string | undefined {
  if (name.startsWith('on') && value !== '' && (EVENTS.has(name.slice(2)) || /^on[a-z]{3,30}$/.test(name))) return `handler ${name}`;
  if (
    name === 'style' &&
    /expression\s{0,9}\(|url\s{0,9}\(|-moz-binding|behaviou?r|@import|animation|position|javascript|\\/i.test(value.slice(0, 400))
  )
    return 'style';
  if (/^(?:(?:data-|x-)?ng-|v-|x-|[@:#])[a-z]/.test(name) && /[(`=]/.test(value.slice(0, 400))) return `directive ${name}`;
  if (name === 'srcdoc' || name === 'http-equiv' || name === 'formaction' || name === 'xlink:href') return `attribute ${name}`;
  if (/^xmlns(?::|$)/.test(name) && value !== '') return 'attribute xmlns';
  if (URL_ATTRIBUTES.has(name) && findScriptUri(value.slice(0, 400)) !== undefined) return `attribute ${name} uri`;
  return undefined;
}

/** `<name ...`: elements that act, and any element whose attributes do. */
function judgeTag(text: string, open: number): Judgement | undefined {
  let at = skip(text, open + 1, (code) => code === 0 || code === 47);
  const closing = text.charAt(open + 1) === '/';
  const code = text.charCodeAt(at) | 32;
  if (!(code >= 97 && code <= 122)) return undefined;
  const end = skip(text, at, isNamePart);
  const whole = text.slice(at, Math.min(end, at + 60)).toLowerCase();
  const name = whole.includes(':') ? (whole.split(':').at(-1) ?? '') : whole;
  const after = text.charAt(end);
  const isTag =
    end === text.length ||
    after === '>' ||
    after === '/' ||
    isBlank(text.charCodeAt(end)) ||
    QUOTES.includes(after) ||
    after === '<' ||
    after === '+';
  const known = ACTIVE_ELEMENTS.has(name) || ACTIVE_ELEMENTS.has(whole);
  if (!isTag && !(known && after !== '.' && after !== '@')) return undefined;
  const found = (description: string, to: number): Judgement => ({ description, start: open, end: to });
  at = end;
  for (let count = 0; count < MAX_ATTRIBUTES && at < text.length && text.charAt(at) !== '>' && text.charAt(at) !== '<'; count++) {
    at = skip(text, at, (each) => isBlank(each) || each === 47 || QUOTES.includes(String.fromCharCode(each)));
    if (at >= text.length || text.charAt(at) === '>') break;
    const attribute = attributeAt(text, at);
    const active = activeAttribute(attribute);
    if (active !== undefined) return found(`tag ${name} ${active}`, attribute.end);
    at = attribute.end;
  }
  if (name === 'script') return found(closing ? 'close script' : 'tag script', Math.min(at + 1, text.length));
  return known && !closing ? found(`tag ${name}`, Math.min(at + 1, text.length)) : undefined;
}

/** A tag whose attributes, if any, have no values. */
const EMPTY_TAG = /^<\/?([a-z][a-z0-9]{0,20})(?:\s{1,4}[a-z-]{1,20}){0,3}\s{0,4}\/?>/i;
const EMPTY_TAGS = /<\/?[a-z][a-z0-9]{0,20}(?:\s{1,4}[a-z-]{1,20}){0,3}\s{0,4}\/?>/gi;

/** `<img> alt text`: an empty tag among words, which does nothing where it is echoed. */
function isMentioned(text: string, open: number): boolean {
  if (text.length > 600) return false;
  const [tag = '', found = ''] = EMPTY_TAG.exec(text.slice(open, open + 120)) ?? [];
  const name = found.toLowerCase();
  if (name === '' || (SWALLOWING_ELEMENTS.has(name) && !/^\s+[a-z]+\s+[a-z]/i.test(text.slice(open + tag.length)))) return false;
  if (name === 'math' && /<math>[^<>"'`]{1,200}<\/math>/i.test(text)) return true;
  const around = [text.slice(0, open), text.slice(open + tag.length)].map((part) => part.replace(EMPTY_TAGS, ' '));
  return around.every(isPlain) && (PASSIVE_ELEMENTS.has(name) || around.join('').trim() !== '');
}

/** Elements that no comparison is followed by. */
const SPACED =
  /^<[^\w<>]{0,10}(?:[\w.-]{1,20}\s{0,3}:)?[^\w<>]{0,10}(?:script|style|object|iframe|frameset|embed|svg|applet|meta|link|base|form|isindex|marquee|math|import|vmlframe|textarea|xml)(?:[\s/>"'\0]|$)/i;

/** Names pulled apart, which lenient parsers read nevertheless: `< x: script`, `<f o r m`. */
function judgeSpaced(text: string, open: number): Judgement | undefined {
  const found = SPACED.exec(text.slice(open, open + 80))?.[0];
  if (found !== undefined) return { description: 'spaced tag', start: open, end: open + found.length };
  const letters = /^<[^\w<>]{0,10}[a-z](?:[\s\0/]{1,3}[a-z]){3,30}/i.exec(text.slice(open, open + 120))?.[0];
  const name = letters?.replace(/[^a-z]/gi, '').toLowerCase();
  const isElement = name !== undefined && [...ACTIVE_ELEMENTS].some((element) => element.length > 3 && name.startsWith(element));
  return isElement ? { description: 'spaced tag', start: open, end: open + (letters?.length ?? 1) } : undefined;
}

/** `<!-- more -->`: a comment that is closed and holds words only, or the mention of one; neither changes the page. */
function isRemark(text: string, open: number): boolean {
  const close = text.indexOf('-->', open + 2);
  if (close >= 0) return isPlain(text.slice(open + 4, Math.max(close, open + 4)));
  return open > 0 && open + 4 < text.length && isPlain(text.slice(0, open)) && isPlain(text.slice(open + 4));
}

/** `<!--`, `<![CDATA[`, `<?xml-stylesheet`: constructs that are no element. */
function judgeMarkup(text: string, open: number): Judgement | undefined {
  const construct =
    /^<(?:!\[cdata\[|!doctype\s{1,4}(?!html\s{0,4}>)\w|!doctype\s{0,4}[[(]|!entity\b|!element\b|!attlist\b|\?xml-stylesheet\b|\?import\b|!--)/i.exec(
      text.slice(open, open + 24),
    )?.[0];
  return construct === undefined || (construct === '<!--' && isRemark(text, open))
    ? undefined
    : { description: `markup ${construct.toLowerCase()}`, start: open, end: open + construct.length };
}

/** An attribute of its own: the value was put inside a tag, with or without quotes, and left it. */
function judgeAttributes(text: string): Judgement | undefined {
  const quote = text.search(/["'`]/);
  let places = 0;
  for (let equals = text.indexOf('='); equals >= 0 && places < MAX_PLACES; equals = text.indexOf('=', equals + 1), places++) {
    let end = equals;
    while (end > 0 && isBlank(text.charCodeAt(end - 1)) && equals - end < 50) end--;
    let start = end;
    while (start > 0 && isNamePart(text.charCodeAt(start - 1)) && end - start < 60) start--;
    const name = text.slice(start, end).toLowerCase();
    const next = text.charAt(skip(text, equals + 1, isBlank));
    if (name.length < 4 || next === '=' || !isBoundary(text, start)) continue;
    const attribute = attributeAt(text, start);
    const left = quote >= 0 && quote < start;
    const lone = start <= 1 && attribute.end === text.length;
    if (isHandler(attribute, next, { left, lone, spaced: isBlank(text.charCodeAt(start - 1)) }))
      return { description: `handler ${name}`, start, end: attribute.end };
    const glued = start > 0 && QUOTES.includes(text.charAt(start - 1));
    if (left && glued && (ACTIVE_ATTRIBUTES.has(name) || URL_ATTRIBUTES.has(name)))
      return { description: `attribute ${name}`, start, end: attribute.end };
    const active = activeAttribute(attribute);
    if (active !== undefined && (left || ACTIVE_ATTRIBUTES.has(name) || active.endsWith('xmlns') || active.endsWith('uri')))
      return { description: active, start, end: attribute.end };
  }
  return undefined;
}

/** Whether a quote was left before the attribute, it is all of the text, and white space stands before it. */
interface Surroundings {
  readonly left: boolean;
  readonly lone: boolean;
  readonly spaced: boolean;
}

/** A known event with a value, or an unknown one whose value is more than a word; `onClick={handler}` is written in JSX, never in HTML. */
function isHandler({ name, value }: Attribute, next: string, { left, lone, spaced }: Surroundings): boolean {
  if (
    !name.startsWith('on') ||
    (!left &&
      (/^(?:\{[\w.]*\}$|%2[27]%2[27])/.test(value) ||
        (value === '' && '"\''.includes(next || ' ')) ||
        (lone && /^(?:true|false|yes|no|on|off|\d+|function|return(?:\s(?:true|false))?;?)$/i.test(value))))
  )
    return false;
  return (next !== '' && EVENTS.has(name.slice(2))) || (/^on[a-z]{3,49}$/.test(name) && (left || (spaced && !/^[\w.-]+$/.test(value))));
}

const isBoundary = (text: string, start: number): boolean =>
  start === 0 || isBlank(text.charCodeAt(start - 1)) || '"\'`/;,(<>'.includes(text.charAt(start - 1));

/** Encodings that make markup of text without angle brackets where the page names no charset: UTF-7, and seven-bit ASCII. */
function judgeEncodings(text: string): Judgement | undefined {
  const found = /\+AD[wW4]-|\+A(?:DwA|D4A|CIA|CcA)[A-Za-z0-9+/]{1,40}|[\u00bc]\s{0,4}\/?[a-z]{1,12}[\s\S]{0,200}?[\u00be]/i.exec(text);
  return found === null
    ? undefined
    : {
        description: found[0].startsWith('+') ? 'encoding utf-7' : 'encoding us-ascii',
        start: found.index,
        end: found.index + found[0].length,
      };
}

/** CSS that runs code in some browser. */
function judgeStyle(text: string): Judgement | undefined {
  const found =
    /-moz-binding\s{0,9}:|[:;{"']\s{0,9}expression\s{0,9}\(|\sexpression\([^)\s]|@import\s{0,9}(?:url|["'])|url\s{0,9}\(\s{0,9}["']?\s{0,9}(?:javascript|vbscript)|filter\s{0,9}:\s{0,9}progid/i.exec(
      text,
    );
  return found === null ? undefined : { description: 'style', start: found.index, end: found.index + found[0].length };
}

/** Tells whether a value becomes active markup: in text, in an attribute of any quoting, as an address or a style. */
export const judgeHtml: Judge = (text) => {
  let places = 0;
  for (let open = text.indexOf('<'); open >= 0 && places < MAX_PLACES; open = text.indexOf('<', open + 1), places++) {
    if (isMentioned(text, open)) continue;
    const judged = judgeTag(text, open) ?? judgeMarkup(text, open) ?? judgeSpaced(text, open);
    if (judged !== undefined) return judged;
  }
  return judgeAttributes(text) ?? findScriptUri(text) ?? judgeStyle(text) ?? judgeEncodings(text);
};
