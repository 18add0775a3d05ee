import { explain } from '../detection/explain.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Outcome } from '../model/detection.ts';
import { actorOf } from '../net/address.ts';
import { bytes, count } from '../text/units.ts';
import { type CountryOf, type HeldLine, toRow } from './feed.ts';
import type { EntryDetail } from './protocol.ts';
import type { SourceSet } from './source-set.ts';
import type { Statistics } from './statistics.ts';

const OUTCOME_SENTENCE: Readonly<Record<Outcome, string>> = {
  blocked: 'The server blocked it',
  refused: 'The server refused it',
  redirected: 'The server redirected it',
  abandoned: 'The client gave up before the answer, which is typical where a delay payload worked',
  error: 'The server failed on it',
  answered: 'The server answered it',
  none: 'The log does not tell an answer',
};

/** What the server answered and whether that is unusual for the path, in one sentence. */
export function answerSentence({ entry, outcome, success, note }: HeldLine, usual: ReturnType<Statistics['usual']>): string {
  if (entry.status === 0) return outcome === undefined ? '' : OUTCOME_SENTENCE.none;
  const what = `${outcome === undefined ? 'Answered' : OUTCOME_SENTENCE[outcome]} (${entry.status}${entry.bytes < 0 ? '' : `, ${bytes(entry.bytes)}`})`;
  if (success)
    return `${what}: ${note}${usual ? `; this path usually answers ${bytes(usual.medianBytes)} (median of ${count(usual.count)})` : ''}.`;
  const later = note === '' ? '' : `; ${note}`;
  if (!usual || usual.count < 20) return `${what}${later}; too few earlier answers of this path to say whether that is unusual.`;
  return `${what}${later}; this path usually answers ${bytes(usual.medianBytes)} (median of ${count(usual.count)}).`;
}

export interface EntryKnowledge {
  readonly statistics: Statistics;
  readonly incidents: IncidentTracker;
  readonly sources: SourceSet;
  readonly countryOf: CountryOf;
}

export function entryDetail(line: HeldLine, { statistics, incidents, sources, countryOf }: EntryKnowledge): EntryDetail {
  const { entry, hits, severity, outcome, success } = line;
  const strongest = hits?.[0]?.matches[0];
  const source = sources.statuses().find((s) => s.id === line.sourceId);
  return {
    row: toRow(line, countryOf),
    source: line.sourceName,
    format: source?.format ?? '',
    entry,
    hits: hits ?? [],
    ...(line.muted === undefined ? {} : { muted: line.muted.map(({ rule }) => rule.name) }),
    severity,
    outcome,
    success,
    answer: answerSentence(line, statistics.usual(entry.target.split('?', 1)[0] ?? '')),
    decoding: strongest ? explain(entry, strongest).map(({ step, text, match }) => ({ step, text: text.slice(0, 8192), match })) : [],
    incident: entry.address === '' ? undefined : incidents.of(actorOf(entry.address)),
  };
}
