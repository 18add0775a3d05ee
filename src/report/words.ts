import { msg, t, tn } from '../lang/lang.ts';
import type { Outcome } from '../model/detection.ts';
import type { Incident, RiskParts } from '../model/incident.ts';
import { spanWords } from '../text/span-words.ts';
import { successNote } from '../text/success-note.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { count } from '../text/units.ts';
import type { ReportData, Who } from './report-data.ts';

const PART_WORDS: readonly (readonly [part: keyof RiskParts, words: string])[] = [
  ['severity', msg('worst rule')],
  ['success', msg('what worked')],
  ['variety', msg('variety')],
  ['persistence', msg('persistence')],
  ['spread', msg('spread')],
  ['exposure', msg('open here')],
  ['fading', msg('faded since')],
];

/** `1,204 addresses` */
export const countedAddresses = (n: number): string => tn(n, '{count} address', '{count} addresses', { count: count(n) });

/** What a risk is made of, biggest first, parts of nothing left out. */
export function riskWords(parts: RiskParts): (readonly [words: string, points: number, part: keyof RiskParts])[] {
  return PART_WORDS.map(([part, words]) => [t(words), parts[part] ?? 0, part] as const)
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
  return t('{from} to {to} ({span})', { from, to: from.startsWith(date) ? clock : to, span: spanWords(endMs - startMs) });
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  blocked: msg('blocked'),
  refused: msg('refused'),
  redirected: msg('redirected'),
  abandoned: msg('given up by the client'),
  error: msg('the server failed'),
  answered: msg('answered, open whether it worked'),
  none: msg('no answer logged'),
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
  if (!success) return `${t(OUTCOME_WORDS[outcome])}${code}`;
  return note === '' ? `${t('✔ worked')}${code}` : `${t('✔ worked: {note}', { note: successNote(note) })}${code}`;
}

/** The page's first sentence: the worst that is known. */
export function verdict({ dossiers, detections }: Pick<ReportData, 'dossiers' | 'detections'>): string {
  const worked = dossiers.filter(({ incident }) => incident.successes > 0).length;
  if (worked > 0)
    return tn(worked, '{attackers} attacker probably got through', '{attackers} attackers probably got through', {
      attackers: count(worked),
    });
  return detections === 0 && dossiers.length === 0
    ? t('Nothing suspicious was found')
    : t('Attacks were seen; none is known to have worked');
}

/** `1,204 requests, 240 suspicious, 3 probably worked`. */
export const countsWords = ({ entries, detections, successes }: Incident): string =>
  [
    tn(entries, '{requests} request', '{requests} requests', { requests: count(entries) }),
    t('{detections} suspicious', { detections: count(detections) }),
    successes > 0 ? t('{successes} probably worked', { successes: count(successes) }) : t('nothing known to have worked'),
  ].join(', ');
