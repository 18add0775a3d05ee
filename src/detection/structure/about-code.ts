import { isPlain } from './script-prose.ts';

const MAX_LENGTH = 400;
/** What people add when they look for something about code. */
const ABOUT =
  /(?:^|[\s(])(?:explained|explanation|meaning|means|tutorials?|examples?|syntax|usage|vs|versus|not\s+working|doesn'?t\s+work|how\s+to|how\s+does|what\s+is|what\s+does|difference|documentation|docs|cheat\s?sheet|deprecated|alternatives?|equivalent)(?=[\s).,?!:]|$)/i;
/** A call as people name it in a sentence: `eval()`, `date_format(now)`. */
const NAMED_CALL = /[\p{L}\p{N}_]\([\p{L}\p{N}_ ,.]{0,40}\)/gu;
/** Words after or before which a call is code in PHP: `return eval(x)`, `a() or b()`. */
const KEYWORDS =
  /\b(?:echo|print|return|new|throw|include|require|include_once|require_once|and|or|xor|instanceof|if|while|for|foreach|do|yield|clone|global|static|use|function|class|exit|die|case|else)\b/i;

/** A text that is still percent-encoded as a form would decode it. */
export function readable(text: string): string {
  if (/\s/.test(text) || !/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text.replace(/%[0-9a-f]{2}|\+/gi, ' ');
  }
}

/** True for a sentence that names calls: words stand side by side, which no language of braces reads as code. */
export function namesCalls(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const plain = readable(text).trim();
  const words = plain.replace(NAMED_CALL, 'x');
  return words !== plain && isPlain(words) && /[\p{L}\p{N}]\s+[\p{L}\p{N}_]/u.test(words) && !KEYWORDS.test(words);
}

/** True for a sentence that marks words as code with backticks, as Markdown does: `` `ls` vs `dir` ``. */
export function marksWords(text: string): boolean {
  if (text.length > MAX_LENGTH || !text.includes('`')) return false;
  const words = readable(text)
    .trim()
    .replace(/`[a-z][\w-]{0,20}`/gi, 'x');
  return isPlain(words) && ABOUT.test(words);
}

/** True for words alone, one of which tells that the text is about the others: `/bin/sh vs /bin/bash`. */
export const comparesWords = (text: string): boolean => text.length <= MAX_LENGTH && ABOUT.test(readable(text)) && isPlain(text);

/** `attachment; filename="a b.pdf"` (RFC 6266): the name that a signed address gives to a download, or undefined for anything else. */
export const downloadName = (text: string): string | undefined =>
  /^\s*(?:attachment|inline)\s*;\s*filename\*?=\s*(?:utf-8'')?(?:"([^"]*)"|([^";]*))\s*$/i
    .exec(text.slice(0, 1000))
    ?.slice(1)
    .find((name) => name !== undefined);
