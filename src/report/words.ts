import type { Outcome } from '../model/detection.ts';
import type { Incident, RiskParts } from '../model/incident.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { count, duration } from '../text/units.ts';
import type { ReportData, Who } from './report-data.ts';

export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

const PART_WORDS: readonly (readonly [part: keyof RiskParts, words: string])[] = [
  ['severity', 'worst rule'],
  ['success', 'what worked'],
  ['variety', 'variety'],
  ['persistence', 'persistence'],
  ['spread', 'spread'],
  ['fading', 'faded since'],
];

/** What a risk is made of, biggest first, parts of nothing left out. */
export function riskWords(parts: RiskParts): (readonly [words: string, points: number, part: keyof RiskParts])[] {
  return PART_WORDS.map(([part, words]) => [words, parts[part], part] as const)
    .filter(([, points]) => points !== 0)
    .sort((a, b) => b[1] - a[1]);
}

/** `Germany, AS64500 Example, office`; `''` when nothing is known. */
export const whoWords = ({ country, network, tags }: Who): string => [country, network, ...tags].filter((part) => part !== '').join(', ');

/** `2026-03-02 02:00:00 to 02:31:05 (31 min)`: the second date only where it differs. */
export function periodWords(startMs: number, endMs: number, time: TimeFormat): string {
  const from = time.dateTime(startMs);
  const to = time.dateTime(endMs);
  if (from === to) return from;
  const [date = '', clock = ''] = to.split(' ');
  return `${from} to ${from.startsWith(date) ? clock : to} (${duration(endMs - startMs)})`;
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  blocked: 'blocked',
  refused: 'refused',
  redirected: 'redirected',
  abandoned: 'given up by the client',
  error: 'the server failed',
  answered: 'answered, open whether it worked',
  none: 'no answer logged',
};

/** `✔ worked: 41× size (200)`, `refused (404)`. */
export function outcomeWords({
  outcome,
  status,
  success,
  note,
}: {
  outcome: Outcome;
  status: number;
  success: boolean;
  note: string;
}): string {
  const code = status > 0 ? ` (${status})` : '';
  return success ? `✔ worked${note === '' ? '' : `: ${note}`}${code}` : `${OUTCOME_WORDS[outcome]}${code}`;
}

/** The page's first sentence: the worst that is known. */
export function verdict({ dossiers, detections }: Pick<ReportData, 'dossiers' | 'detections'>): string {
  const worked = dossiers.filter(({ incident }) => incident.successes > 0).length;
  if (worked > 0) return `${counted(worked, 'attacker')} probably got through`;
  return detections === 0 && dossiers.length === 0 ? 'Nothing suspicious was found' : 'Attacks were seen; none is known to have worked';
}

/** `1,204 requests, 240 suspicious, 3 probably worked`. */
export const countsWords = ({ entries, detections, successes }: Incident): string =>
  [
    counted(entries, 'request'),
    `${count(detections)} suspicious`,
    successes > 0 ? `${count(successes)} probably worked` : 'nothing known to have worked',
  ].join(', ');
