import { SCRIPT_SCHEMES } from './html-words.ts';
import { isSpace, isWord, type Judgement, skip } from './judgement.ts';
import { isPlain } from './script-prose.ts';

/** Browsers drop tabs, line breaks and leading control characters in addresses (https://url.spec.whatwg.org/#concept-basic-url-parser). */
const isIgnored = (code: number): boolean => code <= 32 || code === 0xad || code === 0x200b || code === 0xfeff;

/** Reads `word` backwards from a colon, skipping what browsers ignore; undefined when another word stands there. */
function schemeStart(text: string, colon: number, word: string): number | undefined {
  let at = colon;
  for (let letter = word.length - 1; letter >= 0; letter--) {
    do at--;
    while (at >= 0 && isIgnored(text.charCodeAt(at)) && colon - at < 200);
    if (text.charAt(at).toLowerCase() !== word.charAt(letter)) return undefined;
  }
  return at > 0 && isWord(text.charCodeAt(at - 1)) ? undefined : at;
}

const MARKUP_TYPES =
  /^\s{0,4}(?:text\/(?:html|xml|javascript|ecmascript|x-scriptlet|css)|application\/(?:xhtml\+xml|xml|javascript|x-javascript|ecmascript|x-shockwave-flash|pdf)|image\/svg\+xml|\*\/\*|multipart\/)/i;

/** `void(0)`: what pages write where a link leads nowhere, and crawlers then ask for. */
function doesNothing(code: string): boolean {
  const found = /^;$|^void(?:\(0?\)|%280?%29|[\s+]0);?/i.exec(code)?.[0];
  return found !== undefined && isPlain(code.slice(found.length));
}

/** `JavaScript: The Good Parts` is a title; code goes on with a sign, or a word and a sign. */
function isCode(text: string, from: number): boolean {
  const start = skip(text, from, isIgnored);
  if (start >= text.length || doesNothing(text.slice(start, start + 400))) return false;
  if (text.charAt(start) === '%') return /^%(?:0[9ad]|2[2578f]|5[bc])/i.test(text.slice(start, start + 3));
  if (!isWord(text.charCodeAt(start))) return true;
  const end = skip(text, start, (code) => isWord(code) || code === 46);
  const sign = skip(text, end, isSpace);
  return '([=`.{%/\\'.includes(text.charAt(sign) || ' ') && (sign === end || text.charAt(sign) !== '(' || start === from);
}

/** Addresses that run code: `javascript:`, `vbscript:`, `data:text/html`, with white space inside as browsers allow. */
export function findScriptUri(text: string): Judgement | undefined {
  let tries = 0;
  for (let colon = text.indexOf(':'); colon >= 0 && tries < 64; colon = text.indexOf(':', colon + 1), tries++) {
    for (const scheme of SCRIPT_SCHEMES) {
      const start = schemeStart(text, colon, scheme);
      if (start === undefined) continue;
      const css = scheme.startsWith('behavi');
      const disguised = colon - start > scheme.length && /[a-z][\0-\x1f]{1,100}[a-z]/i.test(text.slice(start, colon));
      if (disguised || (css ? /^\s*url\s*\(/i.test(text.slice(colon + 1, colon + 20)) : isCode(text, colon + 1)))
        return { description: `uri ${scheme}`, start, end: Math.min(text.length, colon + 40) };
    }
    const data = schemeStart(text, colon, 'data');
    if (data !== undefined && MARKUP_TYPES.test(text.slice(colon + 1, colon + 40)))
      return { description: 'uri data', start: data, end: Math.min(text.length, colon + 40) };
    if (data !== undefined && /^[^<>]{0,40},\s{0,4}<[a-z!?/]/i.test(text.slice(colon + 1, colon + 60)))
      return { description: 'uri data', start: data, end: Math.min(text.length, colon + 60) };
  }
  return undefined;
}
