import { type FilterRow, matches, parseFilter } from '../../filter/filter.ts';
import type { HeldLine, LineTest } from '../feed/held-line.ts';

/** What the filter language sees of a line. */
export const toFilterRow = (line: HeldLine): FilterRow => {
  const { entry } = line;
  return {
    timeMs: entry.timeMs,
    address: entry.address,
    method: entry.method,
    status: entry.status,
    bytes: entry.bytes,
    text: entry.target || entry.message,
    userAgent: entry.userAgent,
    severity: line.severity,
    family: line.families[0],
    outcome: line.outcome,
    success: line.success,
    kind: entry.kind,
    source: line.sourceName,
    raw: entry.raw,
    host: entry.host,
    user: entry.user,
  };
};

/** The test that a filter text stands for; undefined for the empty one and for one that does not parse (the screen has said so before). */
export function lineFilter(text: string): LineTest | undefined {
  if (text.trim() === '') return undefined;
  const parsed = parseFilter(text);
  return parsed.ok ? (line) => matches(parsed.filter, toFilterRow(line)) : undefined;
}
