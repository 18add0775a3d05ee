import { nextCron } from '../../clock/cron.ts';
import { countIn, digestDue, HOUR_MS } from './ceiling.ts';
import { openThreads } from './open-threads.ts';
import type { DigestPlan, Policy } from './policy.ts';
import { type Draft, draftOf, type Effect, type PolicyState } from './state.ts';
import type { Subject } from './subject.ts';
import { takeIn } from './take-in.ts';
import { updateThreads } from './updates.ts';

/** What happened since the last decision, and when it is decided. */
export interface Happening {
  /** Incidents that changed. */
  readonly subjects: readonly Subject[];
  readonly nowMs: number;
  /** The input has ended: nothing is gathered any longer. */
  readonly end?: boolean;
  /** Also says why something is not sent. */
  readonly explain?: boolean;
  /** Messages that went to channels without a decision: they count in the ceiling. */
  readonly others?: readonly { readonly channel: string; readonly atMs: number }[];
}

/**
 * Who is told what now. Pure: the same state, happening and policy give the same state and effects; `state` is not changed. Call it about
 * once a second, also when nothing happened.
 */
export function decide(
  state: PolicyState,
  happening: Happening,
  policy: Policy,
): { readonly state: PolicyState; readonly effects: readonly Effect[] } {
  const draft = draftOf(state, { nowMs: happening.nowMs, policy, explain: happening.explain === true });
  for (const { channel, atMs } of happening.others ?? []) countIn(draft, channel, atMs);
  for (const subject of happening.subjects) takeIn(draft, subject);
  if (happening.end === true) for (const [id, pending] of draft.pending) draft.pending.set(id, { ...pending, dueMs: draft.nowMs });
  openThreads(draft);
  updateThreads(draft);
  tellWhatWasHeldBack(draft, happening.end === true);
  scheduleDigest(draft);
  const { pending, threads, memberOf, channels, digestAtMs, digestFromMs, effects } = draft;
  return { state: { pending, threads, memberOf, channels, digestAtMs, digestFromMs }, effects };
}

/** True when letting time pass can bring nothing but a scheduled digest. */
export const isIdle = ({ pending, threads, channels }: PolicyState): boolean =>
  pending.size === 0 &&
  [...threads.values()].every(({ ended, escalateMs }) => ended && escalateMs === undefined) &&
  [...channels.values()].every(({ overflow }) => overflow === undefined);

function tellWhatWasHeldBack(draft: Draft, end: boolean): void {
  for (const [channel, use] of draft.channels) {
    const { overflow, digestMs } = use;
    const isFree = digestMs === undefined || digestMs <= draft.nowMs - HOUR_MS;
    if (overflow === undefined || !(digestDue(use, draft.nowMs) || (end && isFree))) continue;
    const threads = overflow.ids.flatMap((id) => draft.threads.get(id) ?? []);
    const updated = overflow.updates.flatMap((id) => draft.threads.get(id) ?? []);
    draft.effects.push({ type: 'held', channel, overflow, threads, updated });
    draft.channels.set(channel, { ...use, overflow: undefined, digestMs: draft.nowMs });
  }
}

function scheduleDigest(draft: Draft): void {
  const { digest } = draft.policy;
  if (digest === undefined) {
    draft.digestAtMs = undefined;
    return;
  }
  draft.digestFromMs ??= draft.nowMs;
  draft.digestAtMs ??= nextDigest(digest, draft.nowMs);
  if (draft.digestAtMs === undefined || draft.digestAtMs > draft.nowMs) return;
  draft.effects.push({ type: 'report', channels: digest.to, fromMs: draft.digestFromMs, toMs: draft.nowMs });
  draft.digestFromMs = draft.nowMs;
  draft.digestAtMs = nextDigest(digest, draft.nowMs);
}

/** Spans are counted from the hour's beginning in UTC where they fit into one, so that digests of a restarted secmon come when they used to. */
function nextDigest({ at }: DigestPlan, afterMs: number): number | undefined {
  if ('everyMs' in at) return (Math.floor(afterMs / at.everyMs) + 1) * at.everyMs;
  return nextCron(at.cron, { afterMs, timeZone: at.timeZone });
}
