import { glyphs } from '../theme/theme.ts';

const OTHERS: Readonly<Record<string, string>> = {
  '‹': '<',
  '›': '>',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
};
const KNOWN = new Map<string, string>([...Object.entries(OTHERS), ...pairs()]);

/** One ASCII character in place of one that the terminal's locale does not know; `?` when nothing resembles it. */
export const asciiFor = (character: string): string => KNOWN.get(character) ?? '?';

/** Every glyph of the screen with its plain form. */
function pairs(): [string, string][] {
  const texts = (utf8: boolean): string[] =>
    Object.values(glyphs(utf8)).flatMap((value) => (typeof value === 'string' ? [...value] : Object.values<string>(value)));
  const plain = texts(false);
  return texts(true).map((glyph, index) => [glyph, plain[index] ?? '?']);
}
