import type { Span } from '../../model/entry.ts';
import type { FeedPage, FeedRow } from '../../model/snapshot.ts';
import { successNote } from '../../text/success-note.ts';
import type { HeldPage } from './feed-window.ts';
import type { HeldLine } from './held-line.ts';

const MAX_TEXT = 1024;

/** Cuts a text so that the match stays inside. */
function cutText(text: string, match: Span | undefined): { text: string; match: Span | undefined } {
  if (text.length <= MAX_TEXT) return { text, match };
  if (!match || match.end <= MAX_TEXT) return { text: text.slice(0, MAX_TEXT), match };
  const from = Math.max(0, match.start - MAX_TEXT / 4);
  return {
    text: `…${text.slice(from, from + MAX_TEXT - 1)}`,
    match: { start: match.start - from + 1, end: Math.min(MAX_TEXT, match.end - from + 1) },
  };
}

/** The strongest match that stands in the text that the row shows. */
function matchInText(line: HeldLine): Span | undefined {
  const field = line.entry.kind === 'http' ? 'target' : 'message';
  for (const hit of line.hits ?? []) for (const match of hit.matches) if (match.field === field) return match.span;
  return undefined;
}

/** The country of an address as two letters, or `''`. */
export type CountryOf = (address: string) => string;

export function toRow(line: HeldLine, countryOf: CountryOf): FeedRow {
  const { entry } = line;
  const shown = cutText(entry.kind === 'http' ? entry.target : entry.message || entry.raw, matchInText(line));
  return {
    id: line.id,
    sourceId: line.sourceId,
    timeMs: entry.timeMs,
    kind: entry.kind,
    address: entry.address.slice(0, 255),
    country: countryOf(entry.address),
    method: entry.method.slice(0, 32),
    status: entry.status,
    bytes: entry.bytes,
    text: shown.text,
    userAgent: entry.userAgent.slice(0, 200),
    severity: line.severity,
    family: line.families[0],
    outcome: line.outcome,
    success: line.success,
    note: successNote(line.note),
    ...(line.muted === undefined ? {} : { muted: true as const }),
    match: shown.match,
  };
}

export const toPage = ({ lines, following, newer, older }: HeldPage, countryOf: CountryOf): FeedPage => ({
  rows: lines.map((line) => toRow(line, countryOf)),
  following,
  newer,
  older,
});
