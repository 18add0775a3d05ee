import type { Format, FormatContext, LineParser } from './format.ts';
import { isRejection } from './format.ts';

/** For looking at sample lines, where only the shape counts: UTC, no trusted proxies, a fixed now. */
export const sampleContext: FormatContext = { timeZone: 'UTC', nowMs: () => Date.UTC(2026, 0, 1), isTrustedProxy: () => false };

/** A score that is the share of sample lines that a parser takes, times `weight` (under 1 for a format that takes almost anything). */
export function scoreByParsing(create: Format['create'], weight = 1): Format['score'] {
  return (sample) => {
    const parser: LineParser = create(sampleContext);
    let fits = 0;
    for (const line of sample) if (!isRejection(parser.parse(line))) fits += 1;
    return sample.length === 0 ? 0 : (fits / sample.length) * weight;
  };
}
