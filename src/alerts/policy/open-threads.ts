import { t } from '../../lang/lang.ts';
import type { Family } from '../../model/detection.ts';
import { SEVERITIES } from '../../model/detection.ts';
import type { Rule } from './policy.ts';
import type { Draft, Pending, Thread } from './state.ts';
import { addCounts } from './subject.ts';
import { channelsNow, tell } from './tell.ts';

/** So many alike at once are one message. */
export const BURST = 5;
/** A burst takes in others as long as something of it was seen within this time. */
export const BURST_MS = 30 * 60_000;
export const MAX_NAMES = 20;
const MAX_MEMBERS = 20_000;
const MAX_THREADS = 2_000;
const MOSTLY = 0.9;

/** Says of what was gathered long enough; what worked comes first. */
export function openThreads(draft: Draft): void {
  const groups = new Map<string, Pending[]>();
  const dueGroups = new Set<string>();
  for (const pending of draft.pending.values()) {
    const key = `${pending.success ? 0 : 1} ${pending.rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pending]);
    else group.push(pending);
    if (pending.dueMs <= draft.nowMs) dueGroups.add(key);
  }
  for (const key of [...dueGroups].sort()) openGroup(draft, groups.get(key) ?? []);
  forget(draft);
}

function openGroup(draft: Draft, group: readonly Pending[]): void {
  const [first] = group;
  const rule = first && draft.policy.rules[first.rule - 1];
  if (rule === undefined) {
    for (const { id } of group) draft.pending.delete(id);
    return;
  }
  if (channelsNow(rule, draft.nowMs).length === 0) {
    hold(draft, group, rule);
    return;
  }
  for (const { members, alike } of bursts(draft, group)) openBurst(draft, members, alike);
  const single = group.filter(({ id, dueMs }) => dueMs <= draft.nowMs && draft.pending.has(id));
  for (const pending of single.sort(worstFirst)) openOne(draft, pending, rule);
}

const worstFirst = (a: Pending, b: Pending): number =>
  SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || b.counts.detections - a.counts.detections || (a.id < b.id ? -1 : 1);

function hold(draft: Draft, group: readonly Pending[], rule: Rule): void {
  const dueMs = rule.hours?.nextMs(draft.nowMs) ?? draft.nowMs;
  const why = t('rule {number}: waits for its hours, {hours}', { number: rule.number, hours: rule.hours?.text ?? '' });
  for (const pending of group) {
    if (pending.dueMs > draft.nowMs) continue;
    draft.pending.set(pending.id, { ...pending, dueMs });
    draft.explain?.({ id: pending.id, who: pending.who, title: pending.title, what: 'hours', why });
  }
}

/** Which of a group are many alike: of one family, also with those told lately one by one, or of several at once. */
function bursts(draft: Draft, group: readonly Pending[]): { readonly members: readonly Pending[]; readonly alike: Family | '*' }[] {
  const families = new Map<Family | '', Pending[]>();
  for (const pending of group) {
    const same = families.get(pending.family);
    if (same === undefined) families.set(pending.family, [pending]);
    else same.push(pending);
  }
  const largest = Math.max(...[...families.values()].map(({ length }) => length));
  if (group.length >= BURST && largest < group.length * MOSTLY) return [{ members: group, alike: '*' }];
  return [...families].flatMap(([family, members]) =>
    family !== '' && members.length + toldLately(draft, members[0], family) >= BURST ? [{ members, alike: family }] : [],
  );
}

function toldLately(draft: Draft, like: Pending | undefined, family: Family): number {
  let count = 0;
  for (const thread of draft.threads.values())
    if (thread.alike === undefined && thread.family === family && thread.rule === like?.rule && thread.success === like.success)
      count += thread.openedMs > draft.nowMs - BURST_MS ? 1 : 0;
  return count;
}

function openOne(draft: Draft, pending: Pending, rule: Rule): void {
  const thread = newThread(draft, pending, { alike: undefined, members: 1, names: [pending.who], families: {}, counts: pending.counts });
  draft.pending.delete(pending.id);
  announce(draft, { ...thread, escalateMs: rule.escalate && draft.nowMs + rule.escalate.afterMs }, rule);
}

function openBurst(draft: Draft, members: readonly Pending[], alike: Family | '*'): void {
  const sorted = [...members].sort(worstFirst);
  const [worst] = sorted;
  const rule = worst && draft.policy.rules[worst.rule - 1];
  if (worst === undefined || rule === undefined) return;
  const families: Record<string, number> = {};
  for (const { family } of members) families[family] = (families[family] ?? 0) + 1;
  const names = sorted.slice(0, MAX_NAMES).map(({ who }) => who);
  const counts = members.map((one) => one.counts).reduce(addCounts);
  const id = burstId(draft, worst);
  const thread = newThread(
    draft,
    { ...worst, id, lastMs: Math.max(...members.map(({ lastMs }) => lastMs)) },
    { alike, members: members.length, names, families, counts },
  );
  for (const one of members) {
    draft.pending.delete(one.id);
    draft.memberOf.set(one.who, id);
    draft.explain?.({
      id: one.id,
      who: one.who,
      title: one.title,
      what: 'burst',
      why: t('rule {number}: one message for {members} alike', { number: rule.number, members: members.length }),
    });
  }
  announce(draft, { ...thread, escalateMs: rule.escalate && draft.nowMs + rule.escalate.afterMs }, rule);
}

/** Its messages have ids by it, and those of one before that ended with the same incident went out already. */
function burstId({ threads }: Draft, worst: Pending): string {
  const first = `burst-${worst.id}`;
  let id = first;
  for (let n = 2; threads.has(id); n++) id = `${first}-${n}`;
  return id;
}

function announce(draft: Draft, thread: Thread, rule: Rule): void {
  const channels = channelsNow(rule, draft.nowMs);
  tell(draft, thread, { channels, kind: 'opened', why: t('rule {number}', { number: rule.number }), urgent: thread.success });
}

type Extent = Pick<Thread, 'alike' | 'members' | 'names' | 'families' | 'counts'>;

function newThread({ nowMs }: Draft, pending: Pending, extent: Extent): Thread {
  const { id, who, title, severity, success, rule, family } = pending;
  return {
    id,
    who,
    title,
    severity,
    success,
    rule,
    family,
    ...extent,
    openedMs: nowMs,
    lastMs: pending.lastMs,
    lastSentMs: nowMs,
    fresh: [],
    told: { ...extent.counts, severity, success, members: extent.members, acknowledged: false },
    channels: {},
    escalateMs: undefined,
    acknowledged: false,
    ended: false,
    returned: false,
  };
}

/** Keeps within bounds: what ended longest ago goes first, what worked last. */
function forget({ threads, memberOf }: Draft): void {
  const surplus = threads.size - MAX_THREADS;
  if (surplus > 0) {
    const worth = ({ ended, success }: Thread): number => (ended ? 0 : 1) + (success ? 2 : 0);
    const least = [...threads.values()].sort((a, b) => worth(a) - worth(b) || a.lastMs - b.lastMs);
    for (const { id } of least.slice(0, surplus)) threads.delete(id);
  }
  for (const [id, burst] of memberOf) {
    if (memberOf.size <= MAX_MEMBERS && threads.has(burst)) break;
    memberOf.delete(id);
  }
}
