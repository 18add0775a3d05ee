import { isSpace, isWord, skip } from './judgement.ts';

/** One word as a shell reads it: quotes gone, expansions to nothing gone. */
export interface ShellWord {
  readonly text: string;
  readonly end: number;
  /** Quoting or expansion stood inside the word: `c'a't`, `c\at`, `wh$@oami`. */
  readonly disguised: boolean;
  /** A glob stood in it: `/b?n/c*t`. */
  readonly glob: boolean;
  /** White space came from `$IFS` or a brace list rather than from a space. */
  readonly ifs: boolean;
}

const LONGEST = 200;
const isBreak = (code: number): boolean =>
  isSpace(code) ||
  code === 59 ||
  code === 124 ||
  code === 38 ||
  code === 60 ||
  code === 62 ||
  code === 40 ||
  code === 41 ||
  code === 96 ||
  Number.isNaN(code);

/** Where a `$...` expansion ends; undefined when the dollar is just a dollar. */
function expansionEnd(text: string, at: number): number | undefined {
  const next = text.charAt(at + 1);
  if (next === '{') {
    const close = text.indexOf('}', at + 2);
    return close < 0 || close - at > 80 ? undefined : close + 1;
  }
  if ('@*!?#-_'.includes(next) && next !== '') return at + 2;
  const code = text.charCodeAt(at + 1);
  if (code >= 48 && code <= 57) return at + 2;
  return isWord(code) ? skip(text, at + 1, isWord) : undefined;
}

/** Reads the word that begins at `from`. */
export function shellWordAt(text: string, from: number): ShellWord {
  let out = '';
  let disguised = false;
  let glob = false;
  let ifs = false;
  let at = from;
  const limit = Math.min(text.length, from + LONGEST);
  while (at < limit && (!isBreak(text.charCodeAt(at)) || (at > from && text.startsWith('``', at)))) {
    const char = text.charAt(at);
    if (char === "'" || char === '"' || char === '\\' || char === '^') {
      disguised ||= at > from || text.charAt(at + 1) !== '';
      at++;
    } else if (char === '$' && /^\$\{?IFS/i.test(text.slice(at, at + 6))) {
      ifs = true;
      break;
    } else if (at > from && (text.startsWith('$()', at) || text.startsWith('``', at))) {
      disguised = true;
      at += char === '$' ? 3 : 2;
    } else if (char === '$') {
      const end = expansionEnd(text, at);
      if (end === undefined) out += char;
      else disguised = true;
      at = end ?? at + 1;
    } else {
      if (char === '?' || char === '*' || char === '[') glob = true;
      if (char === ',' || char === '{') break;
      out += char;
      at++;
    }
  }
  return { text: out, end: at, disguised, glob, ifs };
}
