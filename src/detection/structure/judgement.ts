/** A suspicious structure found in a value: what it is, in a word or a few, and where it stands in the text. */
export interface Judgement {
  readonly description: string;
  readonly start: number;
  readonly end: number;
}

/** Judges one text, in time linear in its length; undefined when nothing is suspicious. Never throws. */
export type Judge = (text: string) => Judgement | undefined;

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** ASCII letters, digits, underscore, and everything above ASCII that is not white space: what most languages take in a name. */
export const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95 || code > 0xa0;

export const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;

/** Where the run of characters that `test` accepts ends. */
export function skip(text: string, from: number, test: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && test(text.charCodeAt(at))) at++;
  return at;
}

/** Where white space and C comments end. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = skip(text, at, isSpace);
    if (!text.startsWith('/*', at)) return at;
    const close = text.indexOf('*/', at + 2);
    if (close < 0) return at;
    at = close + 2;
  }
}

/** A set of words from a text that holds them separated by white space. */
export const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
