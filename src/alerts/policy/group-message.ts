import { t } from '../../lang/lang.ts';
import type { AlertMessage, AlertThread } from '../../model/alert.ts';
import { SEVERITIES, type Severity } from '../../model/detection.ts';
import { familyWord } from '../../text/family-word.ts';
import { subjectText } from '../../text/incident-subject.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { spanWords } from '../../text/span-words.ts';
import { count } from '../../text/units.ts';
import { boundMessage } from '../bounded-message.ts';
import type { HeldDigestEffect, SendEffect, Thread } from './state.ts';
import { addCounts, type Counts } from './subject.ts';

export interface GroupMessageOptions {
  readonly id: string;
  readonly createdMs: number;
  readonly dateTime: (ms: number) => string;
  /** Name of this machine. */
  readonly origin: string;
  readonly thread: AlertThread;
}

const MAX_FAMILIES = 6;

const ownFamily = ({ family }: Pick<Thread, 'family'>): string => (family === '' ? '' : familyWord(family));

const families = ({ families: counts, family }: Thread): string =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_FAMILIES)
    .map(([name, addresses]) => `${name === '' ? t('other') : familyWord(name)} (${count(addresses)})`)
    .join(', ') || ownFamily({ family });

const filled = (facts: readonly (readonly [string, string])[]) => facts.filter(([, value]) => value !== '' && value !== '0');

/** What changed since the message before, as a fact; `''` for the first. */
export const sinceText = (since: Counts | undefined): string =>
  since === undefined || since.detections === 0
    ? ''
    : since.successes === 0
      ? t('{detections} detections', { detections: count(since.detections) })
      : t('{detections} detections, {successes} of them successful', {
          detections: count(since.detections),
          successes: count(since.successes),
        });

/** One message about many that do the same, or attack at once; also about one incident that is no longer held. */
export function burstMessage({ thread, since, note }: SendEffect, options: GroupMessageOptions): AlertMessage {
  const { members, alike, counts, success, openedMs, lastMs } = thread;
  const one = alike === undefined;
  const title = incidentTitle(thread.title);
  const addresses = count(members);
  const many =
    alike === '*'
      ? t('{addresses} addresses attack at once: {families}', { addresses, families: families(thread) })
      : t('{addresses} addresses do the same: {title}', { addresses, title });
  const more = members - thread.names.length;
  const names = thread.names.map(subjectText).join(', ');
  const facts = [
    [t('First told'), options.dateTime(openedMs)],
    [t('Last seen'), options.dateTime(lastMs)],
    [t('Lasted'), lastMs - openedMs < 1_000 ? '' : spanWords(lastMs - openedMs)],
    [t('Addresses'), one ? '' : String(members)],
    [t('Detections'), String(counts.detections)],
    [t('Successes'), String(counts.successes)],
    [t('Since the last message'), sinceText(since)],
    [t('Families'), one ? ownFamily(thread) : families(thread)],
  ] as const;
  return boundMessage({
    id: options.id,
    createdMs: options.createdMs,
    severity: thread.severity,
    title: one ? title : many,
    who: one ? subjectText(thread.who) : more > 0 ? t('{names} and {more} more', { names, more: count(more) }) : names,
    outcome: success ? t('It probably worked.') : t('That something worked is not known.'),
    payload: '',
    facts: filled(facts),
    steps: one ? [] : [t('Look at the addresses that they share a network with; limit the rate of what they ask for.')],
    note,
    origin: options.origin,
    verdict: success ? 'worked' : 'open',
    command: t('Run secmon'),
    thread: options.thread,
  });
}

const worst = (threads: readonly Thread[]): Severity =>
  SEVERITIES.findLast((severity) => threads.some((one) => one.severity === severity)) ?? 'low';
const MAX_LISTED = 8;

function heldTitle({ incidents, updated, worked }: { incidents: number; updated: number; worked: number }): string {
  const news = count(updated);
  const more = count(incidents);
  const successes = count(worked);
  if (incidents === 0 && worked === 0) return t('Held back: news of {news} incidents', { news });
  if (incidents === 0) return t('Held back: news of {news} incidents, {successes} of them successful', { news, successes });
  if (worked === 0) return t('Held back: {more} more incidents', { more });
  return t('Held back: {more} more incidents, {successes} of them successful', { more, successes });
}

/** What the ceiling of a channel held back; what worked is named first. */
export function heldMessage({ overflow, threads, updated }: HeldDigestEffect, options: GroupMessageOptions): AlertMessage {
  const all = [...threads, ...updated];
  const counts = all.map((one) => one.counts).reduce(addCounts, { detections: 0, successes: 0 });
  const addresses = all.reduce((sum, { members }) => sum + members, overflow.more);
  const incidents = threads.reduce((sum, { members }) => sum + members, overflow.more);
  const value = ({ success, severity }: Thread): number => (success ? SEVERITIES.length : 0) + SEVERITIES.indexOf(severity);
  const listed = [...threads].sort((a, b) => value(b) - value(a) || b.counts.detections - a.counts.detections).slice(0, MAX_LISTED);
  const worked = threads.filter(({ success }) => success).length;
  return boundMessage({
    id: options.id,
    createdMs: options.createdMs,
    severity: worst(all),
    title: heldTitle({ incidents, updated: updated.length, worked }),
    who: (listed.length > 0 ? listed : updated.slice(0, MAX_LISTED)).map(({ who }) => subjectText(who)).join(', '),
    outcome: t('This channel has had its messages of the hour; this is the rest in one.'),
    payload: '',
    facts: filled([
      [t('From'), options.dateTime(overflow.sinceMs)],
      [t('To'), options.dateTime(overflow.lastMs)],
      [t('Incidents'), String(incidents)],
      [t('Addresses'), String(addresses)],
      [t('Detections'), String(counts.detections)],
      [t('Successes'), String(counts.successes)],
      [
        t('News of'),
        updated
          .slice(0, MAX_LISTED)
          .map(({ who, ended }) => (ended ? t('{who} (ended)', { who: subjectText(who) }) : subjectText(who)))
          .join(', '),
      ],
      ...listed.map(
        ({ who, title, success }) =>
          [success ? t('Worked: {who}', { who: subjectText(who) }) : subjectText(who), incidentTitle(title)] as const,
      ),
    ]),
    steps: [],
    note: '',
    origin: options.origin,
    verdict: worked > 0 ? 'worked' : 'open',
    command: t('Run secmon'),
    thread: options.thread,
  });
}
