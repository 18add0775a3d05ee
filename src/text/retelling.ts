import { language, t } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import { spanWords } from './span-words.ts';

interface Pattern {
  readonly text: string;
  readonly names: readonly string[];
  /** What stands between the places. */
  readonly literals: readonly string[];
}

const PLACE = /\{(\w+)\}/;
/** What `duration` of `units.ts` makes. */
const SPAN = /^(\d{1,9}) (s|min|h|d)(?: (\d\d))?$/;
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const DEEPEST = 3;

/**
 * Says again, in the language of the work, what was kept or sent in English: a sentence made from one of these texts of the catalogue, also
 * where it is quoted inside another. Anything else stays as it is. Of texts that fit the first counts.
 */
export function retelling(sentences: readonly string[]): (english: string) => string {
  const patterns: readonly Pattern[] = sentences.map((text) => {
    const parts = text.split(PLACE);
    return { text, names: parts.filter((_, i) => i % 2 === 1), literals: parts.filter((_, i) => i % 2 === 0) };
  });
  const retold = (english: string, depth: number): string => {
    if (depth >= DEEPEST) return english;
    const span = SPAN.exec(english);
    if (span !== null) return spanWords(Number(span[1]) * (UNITS_MS[span[2] ?? ''] ?? 0) + Number(span[3] ?? 0) * 60_000);
    for (const pattern of patterns) {
      const values = valuesOf(english, pattern);
      if (values === undefined) continue;
      return t(pattern.text, Object.fromEntries(pattern.names.map((name, i) => [name, retold(values[i] ?? '', depth + 1)])));
    }
    return english;
  };
  return (english) => (language() === ENGLISH ? english : retold(english, 0));
}

/** What stands in the places of a pattern; undefined for another sentence. Each place ends where the next fixed words begin. */
function valuesOf(text: string, { literals }: Pattern): readonly string[] | undefined {
  const [first = '', ...others] = literals;
  const last = others.pop();
  if (last === undefined) return text === first ? [] : undefined;
  if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, at + 1);
    if (found < 0) return undefined;
    values.push(text.slice(at, found));
    at = found + literal.length;
  }
  const end = text.length - last.length;
  return end <= at ? undefined : [...values, text.slice(at, end)];
}
