import { t } from '../../lang/lang.ts';
import { SEVERITIES } from '../../model/detection.ts';
import { BURST_MS, MAX_NAMES } from './open-threads.ts';
import type { Rule } from './policy.ts';
import { ruleFor, whyNone } from './rule-match.ts';
import type { Draft, Pending, Thread } from './state.ts';
import { addCounts, type Subject } from './subject.ts';
import { channelsNow, tell } from './tell.ts';
import { ENDED_MS } from './updates.ts';

/** How long an incident is gathered before its first message, and one that worked. */
export const GATHER_MS = 30_000;
export const GATHER_SUCCESS_MS = 5_000;
/** More are not gathered at a time: what has been gathered is told then. */
const MAX_PENDING = 2_000;

/** Takes in how one incident stands now. */
export function takeIn(draft: Draft, subject: Subject): void {
  const thread = draft.threads.get(subject.id);
  const burst = draft.threads.get(draft.memberOf.get(subject.who) ?? '');
  if (thread !== undefined) goOn(draft, thread, subject);
  else if (burst !== undefined && !burst.ended && (burst.success || !subject.success)) goOnInBurst(draft, burst, subject);
  else if (isOver(subject)) draft.pending.delete(subject.id);
  else consider(draft, subject);
}

const isLive = ({ live }: Subject): boolean => live;
/** A person closed it, or has it in hand. */
const isOver = (subject: Subject): boolean => subject.state === 'acknowledged' || (subject.state === 'closed' && !isLive(subject));
const worse = (a: Subject['severity'], b: Subject['severity']) => (SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b);

function goOn(draft: Draft, thread: Thread, subject: Subject): void {
  const live = isLive(subject);
  const updated: Thread = {
    ...thread,
    title: subject.title,
    severity: worse(thread.severity, subject.severity),
    success: thread.success || subject.success,
    counts: addCounts(thread.counts, subject.added),
    lastMs: live ? draft.nowMs : thread.lastMs,
    acknowledged: isHandled(thread, subject, draft.nowMs),
    ended: thread.ended && !live,
    returned: thread.returned || (thread.ended && live),
  };
  draft.threads.set(thread.id, updated);
  const rule = live ? ruleFor(draft.policy, subject) : undefined;
  if (rule !== undefined && !rule.never && rule.number !== thread.rule) changeRule(draft, updated, rule);
}

/** Closed by silence is not in hand when it had worked. */
function isHandled(thread: Thread, { state }: Subject, nowMs: number): boolean {
  if (state === 'closed') return thread.acknowledged || !thread.success || nowMs - thread.lastMs < ENDED_MS;
  return state === 'acknowledged';
}

/** It has become another rule's matter: that one's channels hear of it too. */
function changeRule(draft: Draft, thread: Thread, rule: Rule): void {
  const changed: Thread = {
    ...thread,
    rule: rule.number,
    escalateMs: thread.escalateMs ?? (rule.escalate && !thread.acknowledged ? draft.nowMs + rule.escalate.afterMs : undefined),
  };
  draft.threads.set(thread.id, changed);
  const channels = channelsNow(rule, draft.nowMs).filter((channel) => changed.channels[channel] === undefined);
  if (channels.length === 0) return;
  const { told } = changed;
  tell(draft, changed, { channels, kind: 'opened', why: t('rule {number}', { number: rule.number }), urgent: changed.success });
  // Those who had heard of it before have not heard of this.
  const opened = draft.threads.get(thread.id) ?? changed;
  draft.threads.set(thread.id, { ...opened, told, lastSentMs: thread.lastSentMs, returned: thread.returned });
}

function goOnInBurst(draft: Draft, burst: Thread, subject: Subject): void {
  const severity = worse(burst.severity, subject.severity);
  draft.threads.set(burst.id, {
    ...burst,
    severity,
    ...(severity === burst.severity ? {} : { who: subject.who, title: subject.title, names: named(burst.names, subject.who) }),
    counts: addCounts(burst.counts, subject.added),
    lastMs: isLive(subject) ? draft.nowMs : burst.lastMs,
  });
}

/** With one more name in front; the list stays short. */
const named = (names: readonly string[], who: string): string[] => [who, ...names.filter((name) => name !== who)].slice(0, MAX_NAMES);

function consider(draft: Draft, subject: Subject): void {
  const before = draft.pending.get(subject.id);
  if (before === undefined && !isLive(subject)) return;
  const rule = ruleFor(draft.policy, subject);
  const about = { id: subject.id, who: subject.who, title: subject.title };
  if (rule === undefined || rule.never) {
    draft.pending.delete(subject.id);
    if (rule === undefined) draft.explain?.({ ...about, what: 'no rule', why: whyNone(draft.policy, subject) });
    else draft.explain?.({ ...about, what: 'never', why: t('rule {number}: never', { number: rule.number }) });
    return;
  }
  const burst = before === undefined ? burstFor(draft, rule, subject) : undefined;
  if (burst === undefined) gather(draft, subject, { rule, before });
  else {
    join(draft, burst, subject);
    draft.explain?.({ ...about, what: 'burst', why: t('rule {number}: counted in the message about many alike', { number: rule.number }) });
  }
}

/** The one that goes on and takes in others like this. */
function burstFor(draft: Draft, rule: Rule, subject: Subject): Thread | undefined {
  const fits = ({ alike }: Thread): boolean => alike === '*' || alike === subject.families[0];
  for (const thread of draft.threads.values()) {
    if (thread.alike === undefined || thread.ended || thread.rule !== rule.number || thread.success !== subject.success) continue;
    if (fits(thread) && thread.lastMs > draft.nowMs - BURST_MS) return thread;
  }
  return undefined;
}

function join(draft: Draft, burst: Thread, subject: Subject): void {
  const family = subject.families[0] ?? '';
  draft.memberOf.set(subject.who, burst.id);
  draft.pending.delete(subject.id);
  goOnInBurst(draft, burst, subject);
  const grown = draft.threads.get(burst.id) ?? burst;
  draft.threads.set(burst.id, {
    ...grown,
    members: grown.members + 1,
    families: { ...grown.families, [family]: (grown.families[family] ?? 0) + 1 },
    names: grown.names.length < MAX_NAMES && !grown.names.includes(subject.who) ? [...grown.names, subject.who] : grown.names,
    fresh: subject.success && grown.fresh.length < MAX_NAMES ? [...grown.fresh, subject.who] : grown.fresh,
  });
}

function gather(draft: Draft, subject: Subject, { rule, before }: { rule: Rule; before: Pending | undefined }): void {
  const { id, who, title, severity, success, families, added } = subject;
  const dueMs = draft.nowMs + (success ? GATHER_SUCCESS_MS : GATHER_MS);
  draft.pending.set(id, {
    id,
    who,
    title,
    severity,
    success,
    rule: rule.number,
    family: families[0] ?? '',
    counts: before === undefined ? added : addCounts(before.counts, added),
    lastMs: isLive(subject) ? draft.nowMs : (before?.lastMs ?? draft.nowMs),
    dueMs: draft.pending.size >= MAX_PENDING ? draft.nowMs : before === undefined ? dueMs : dueAgain(before, { success, rule, dueMs }),
  });
}

/** What waits for working hours goes on waiting unless its rule is another now. */
function dueAgain(before: Pending, { success, rule, dueMs }: { success: boolean; rule: Rule; dueMs: number }): number {
  if (before.rule !== rule.number) return dueMs;
  return success && !before.success ? Math.min(before.dueMs, dueMs) : before.dueMs;
}
