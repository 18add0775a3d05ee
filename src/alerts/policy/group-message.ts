import type { AlertMessage, AlertThread } from '../../model/alert.ts';
import { SEVERITIES, type Severity } from '../../model/detection.ts';
import { count, duration } from '../../text/units.ts';
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

const families = ({ families: counts, family }: Thread): string =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_FAMILIES)
    .map(([name, addresses]) => `${name === '' ? 'other' : name} (${count(addresses)})`)
    .join(', ') || family;

const filled = (facts: readonly (readonly [string, string])[]) => facts.filter(([, value]) => value !== '' && value !== '0');

/** What changed since the message before, as a fact; `''` for the first. */
export const sinceText = (since: Counts | undefined): string =>
  since === undefined || since.detections === 0
    ? ''
    : `${count(since.detections)} detections${since.successes === 0 ? '' : `, ${count(since.successes)} of them successful`}`;

/** One message about many that do the same, or attack at once; also about one incident that is no longer held. */
export function burstMessage({ thread, since, note }: SendEffect, options: GroupMessageOptions): AlertMessage {
  const { members, alike, counts, success, openedMs, lastMs } = thread;
  const one = alike === undefined;
  const many =
    alike === '*'
      ? `${count(members)} addresses attack at once: ${families(thread)}`
      : `${count(members)} addresses do the same: ${thread.title}`;
  const more = members - thread.names.length;
  const facts = [
    ['First told', options.dateTime(openedMs)],
    ['Last seen', options.dateTime(lastMs)],
    ['Lasted', lastMs - openedMs < 1_000 ? '' : duration(lastMs - openedMs)],
    ['Addresses', one ? '' : String(members)],
    ['Detections', String(counts.detections)],
    ['Successes', String(counts.successes)],
    ['Since the last message', sinceText(since)],
    ['Families', one ? thread.family : families(thread)],
  ] as const;
  return boundMessage({
    id: options.id,
    createdMs: options.createdMs,
    severity: thread.severity,
    title: one ? thread.title : many,
    who: one ? thread.who : `${thread.names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`,
    outcome: success ? 'It probably worked.' : 'That something worked is not known.',
    payload: '',
    facts: filled(facts),
    steps: one ? [] : ['Look at the addresses that they share a network with; limit the rate of what they ask for.'],
    note,
    origin: options.origin,
    verdict: success ? 'worked' : 'open',
    command: 'Run secmon',
    thread: options.thread,
  });
}

const worst = (threads: readonly Thread[]): Severity =>
  SEVERITIES.findLast((severity) => threads.some((one) => one.severity === severity)) ?? 'low';
const MAX_LISTED = 8;

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
    title: `Held back: ${incidents === 0 ? `news of ${count(updated.length)} incidents` : `${count(incidents)} more incidents`}${worked > 0 ? `, ${count(worked)} of them successful` : ''}`,
    who: (listed.length > 0 ? listed : updated.slice(0, MAX_LISTED)).map(({ who }) => who).join(', '),
    outcome: 'This channel has had its messages of the hour; this is the rest in one.',
    payload: '',
    facts: filled([
      ['From', options.dateTime(overflow.sinceMs)],
      ['To', options.dateTime(overflow.lastMs)],
      ['Incidents', String(incidents)],
      ['Addresses', String(addresses)],
      ['Detections', String(counts.detections)],
      ['Successes', String(counts.successes)],
      [
        'News of',
        updated
          .slice(0, MAX_LISTED)
          .map(({ who, ended }) => (ended ? `${who} (ended)` : who))
          .join(', '),
      ],
      ...listed.map(({ who, title, success }) => [success ? `Worked: ${who}` : who, title] as const),
    ]),
    steps: [],
    note: '',
    origin: options.origin,
    verdict: worked > 0 ? 'worked' : 'open',
    command: 'Run secmon',
    thread: options.thread,
  });
}
