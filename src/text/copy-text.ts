/** Only what fits one byte a character. */
const LATIN = /^[\x00-\xff]*$/;

/**
 * The same text in memory of its own. A slice of a line keeps the whole chunk that the line was read in alive; whatever is kept longer than
 * the line (a key, an address) is copied first.
 */
export function copyText(text: string): string {
  const encoding = LATIN.test(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}
