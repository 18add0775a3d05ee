import { msg, t } from '../../lang/lang.ts';
import type { ThreadKind } from '../../model/alert.ts';
import { SEVERITIES } from '../../model/detection.ts';
import { subjectText } from '../../text/incident-subject.ts';
import { kindWord } from '../thread.ts';
import type { Rule, UpdateKind } from './policy.ts';
import type { Draft, Thread } from './state.ts';
import { tell } from './tell.ts';

/** Silence that ends it. */
export const ENDED_MS = 30 * 60_000;
/** What has been silent for so long does not grow any more. */
const GOES_ON_MS = 5 * 60_000;
/** Names that join one by one are told together. */
const GATHER_NAMES_MS = 30_000;
/** So many times as many addresses as were told is worse. */
const TENFOLD = 10;

/** Tells what changed about what was told before, and escalates what nobody has taken over. */
export function updateThreads(draft: Draft): void {
  for (const thread of draft.threads.values()) {
    const rule = draft.policy.rules[thread.rule - 1];
    if (rule === undefined) continue;
    const escalated = escalate(draft, thread, rule);
    if (!escalated.ended) update(draft, escalated, rule);
  }
}

function escalate(draft: Draft, thread: Thread, { number, escalate: plan }: Rule): Thread {
  if (thread.escalateMs === undefined || (thread.escalateMs > draft.nowMs && !thread.acknowledged)) return thread;
  const done: Thread = { ...thread, escalateMs: undefined };
  draft.threads.set(thread.id, done);
  if (thread.acknowledged || plan === undefined) return done;
  const minutes = Math.round(plan.afterMs / 60_000);
  const note = t('Nobody has acknowledged this for {minutes} min.', { minutes });
  tell(draft, done, {
    channels: plan.to,
    kind: 'worse',
    why: t('rule {number}: escalated, nobody acknowledged it', { number }),
    note,
    urgent: true,
  });
  return draft.threads.get(thread.id) ?? done;
}

interface Change {
  readonly kind: UpdateKind;
  /** Not before this time. */
  readonly fromMs: number;
  readonly note: string;
}

/** What makes it worse than it was told, for the reader; undefined when nothing does. */
function whyWorse({ severity, members, returned, told }: Thread, goesOn: boolean): string | undefined {
  if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(told.severity)) return '';
  if (!goesOn) return undefined;
  if (members >= told.members * TENFOLD) return t('{members} addresses take part now.', { members });
  return returned ? t('It had ended, and has come back.') : undefined;
}

/** What is to be told of a thread next; undefined when nothing changed. */
function changeOf(thread: Thread, { quietMs }: Rule, nowMs: number): Change | undefined {
  const { told, lastSentMs } = thread;
  const afterQuiet = lastSentMs + quietMs;
  const worseNote = whyWorse(thread, nowMs - thread.lastMs < GOES_ON_MS);
  if (thread.success && !told.success) return { kind: 'succeeded', fromMs: nowMs, note: '' };
  if (thread.fresh.length > 0)
    return {
      kind: 'succeeded',
      fromMs: lastSentMs + GATHER_NAMES_MS,
      note: t('Also: {names}', { names: thread.fresh.map(subjectText).join(', ') }),
    };
  if (worseNote !== undefined) return { kind: 'worse', fromMs: afterQuiet, note: worseNote };
  if (thread.acknowledged && !told.acknowledged) return { kind: 'acknowledged', fromMs: nowMs, note: '' };
  if (nowMs - thread.lastMs >= ENDED_MS) return { kind: 'ended', fromMs: afterQuiet, note: '' };
  return undefined;
}

function update(draft: Draft, thread: Thread, rule: Rule): void {
  const change = changeOf(thread, rule, draft.nowMs);
  if (change === undefined) return;
  if (!rule.updates.has(change.kind)) {
    passOver(draft, thread, change.kind);
    return;
  }
  const channels = channelsFor(thread, rule, { kind: change.kind, nowMs: draft.nowMs });
  if (change.fromMs > draft.nowMs || channels === undefined) {
    const { number } = rule;
    const why =
      channels === undefined ? t('waits for the hours of rule {number}', { number }) : t('rule {number}: quiet for now', { number });
    const what = channels === undefined ? 'hours' : 'quiet';
    draft.explain?.({ id: thread.id, who: thread.who, title: thread.title, what, why: `${kindWord(change.kind)}: ${why}` });
    return;
  }
  const isEnd = change.kind === 'ended';
  const before: Thread = isEnd ? { ...thread, ended: true, returned: false } : thread;
  // The end of a burst tells its numbers.
  const urgent = change.kind === 'succeeded' || thread.success || (isEnd && thread.alike !== undefined);
  tell(draft, before, {
    channels,
    kind: change.kind,
    why: t('rule {number}: {what}', { number: rule.number, what: t(WORDS[change.kind]) }),
    note: change.note,
    urgent,
  });
}

const WORDS: Readonly<Record<UpdateKind, string>> = {
  worse: msg('it got worse'),
  succeeded: msg('it succeeded'),
  acknowledged: msg('somebody took it over'),
  ended: msg('it ended'),
};

/** The rule does not want to hear of it; the next change is looked at instead. */
function passOver(draft: Draft, thread: Thread, kind: UpdateKind): void {
  const { severity, success, members, acknowledged } = thread;
  const told = { ...thread.told, severity, success, members, acknowledged };
  draft.threads.set(thread.id, { ...thread, told, fresh: [], returned: false, ended: kind === 'ended' });
}

/** Undefined: outside the hours, and it must wait. */
function channelsFor(
  thread: Thread,
  { hours, otherwise }: Rule,
  { kind, nowMs }: { kind: ThreadKind; nowMs: number },
): readonly string[] | undefined {
  const own = Object.keys(thread.channels);
  if (hours === undefined || hours.contains(nowMs)) return own;
  if (kind === 'succeeded' && otherwise.length > 0) return [...new Set([...otherwise, ...own.filter((name) => otherwise.includes(name))])];
  return own.length > 0 && own.every((name) => otherwise.includes(name)) ? own : undefined;
}
