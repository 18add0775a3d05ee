import { normalPath } from '../../checks/protected-path.ts';
import { explain } from '../../detection/explain.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { msg, t } from '../../lang/lang.ts';
import type { Match, Outcome } from '../../model/detection.ts';
import { actorOf } from '../../net/address.ts';
import { successReason } from '../../text/success-note.ts';
import { bytes, count } from '../../text/units.ts';
import type { Exposures } from '../checks/exposures.ts';
import { type CountryOf, toRow } from '../feed/feed-row.ts';
import type { HeldLine } from '../feed/held-line.ts';
import { shownIncident } from '../incidents/shown-incident.ts';
import type { SourceSet } from '../input/source-set.ts';
import type { DecodeStep, EntryDetail } from '../protocol.ts';
import type { Statistics } from '../statistics.ts';

const OUTCOME_SENTENCE: Readonly<Record<Outcome, string>> = {
  blocked: msg('The server blocked it'),
  refused: msg('The server refused it'),
  redirected: msg('The server redirected it'),
  abandoned: msg('The client gave up before the answer, which is typical where a delay payload worked'),
  error: msg('The server failed on it'),
  answered: msg('The server answered it'),
  none: msg('The log does not tell an answer'),
};

const ANSWERED = msg('Answered');

/** What the server answered and whether that is unusual for the path, in one sentence. */
export function answerSentence({ entry, outcome, success, note }: HeldLine, usual: ReturnType<Statistics['usual']>): string {
  if (entry.status === 0) return outcome === undefined ? '' : t(OUTCOME_SENTENCE.none);
  const answer = t(outcome === undefined ? ANSWERED : OUTCOME_SENTENCE[outcome]);
  const told = `${answer} (${entry.status}${entry.bytes < 0 ? '' : `, ${bytes(entry.bytes)}`})`;
  const why = successReason(note);
  const what = success ? `${told}: ${why}` : why === '' ? told : `${told}; ${why}`;
  if (success && !usual) return `${what}.`;
  if (!usual || (!success && usual.count < 20))
    return t('{what}; too few earlier answers of this path to say whether that is unusual.', { what });
  const values = { what, size: bytes(usual.medianBytes), count: count(usual.count) };
  return t('{what}; this path usually answers {size} (median of {count}).', values);
}

export interface EntryKnowledge {
  readonly statistics: Statistics;
  readonly incidents: IncidentTracker;
  readonly sources: SourceSet;
  readonly countryOf: CountryOf;
  readonly exposures: Exposures;
}

export function entryDetail(line: HeldLine, { statistics, incidents, sources, countryOf, exposures }: EntryKnowledge): EntryDetail {
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
    exposures: exposures.ofEntry(normalPath(entry.target), severity !== undefined),
    decoding: strongest ? decodingOf(line, strongest) : [],
    incident: entry.address === '' ? undefined : shownIncident(incidents.of(actorOf(entry.address))),
  };
}

/** Matches of other rules that are looked for in the text of the strongest one. */
const MOST_OTHERS = 24;

/** The text of the strongest match after each step, and in it whatever else matched there. */
function decodingOf({ entry, hits = [] }: HeldLine, strongest: Match): DecodeStep[] {
  const others = hits
    .flatMap(({ matches }) => matches)
    .filter((match) => match !== strongest && match.field === strongest.field)
    .slice(0, MOST_OTHERS)
    .map((match) => explain(entry, match));
  return explain(entry, strongest).map(({ step, text, match }, i) => ({
    step,
    text: text.slice(0, 8192),
    match,
    also: others.flatMap((stages) => (stages[i]?.text === text && stages[i].match ? [stages[i].match] : [])),
  }));
}
