/** Texts longer than this are not looked through for prose. */
const MAX_LENGTH = 400;
/** Words, `name()` as people write a function's name, and the signs between words of a sentence. */
const PROSE = /^(?:[\p{L}\p{M}\p{N}_\s,?!:#/.-]|[\p{L}\p{N}_]\(\)|\p{N}%(?!\p{N})|(?:^|\s)\[[\p{L}\p{N} -]{2,40}\](?!\S))*$/u;

/** Words as a browser or a server sees them; an escape that hides a sign is judged in the decoded form of the text. */
const readable = (text: string): string => (/\s/.test(text) ? text : text.replace(/%[0-9a-f]{2}|\+/gi, ' ')).trim();

/** True for at least two words and nothing that code is made of: somebody searches for the name of a function, or reads about it. */
export function isProse(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const plain = readable(text);
  if (/^new\s{1,4}\w{1,40}\(\)$/i.test(plain)) return false;
  return PROSE.test(plain) && /[\p{L}\p{N})\]?!,:.][\s/]+[\p{L}\p{N}_]/u.test(plain);
}

/** True when the text is empty or holds nothing but words. */
export const isPlain = (text: string): boolean => text.length <= MAX_LENGTH && PROSE.test(readable(text));
