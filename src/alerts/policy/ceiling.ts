import type { ChannelUse, Draft, Overflow } from './state.ts';

export const HOUR_MS = 3_600_000;
const MAX_LISTED = 500;
/** Share of the ceiling that is kept for what worked. */
const RESERVED = 0.4;
/** A success waits this long for others before the digest that names it goes out. */
const URGENT_MS = 5_000;
const SILENCE_MS = 10 * 60_000;

const UNUSED: ChannelUse = { sent: [], digestMs: undefined, overflow: undefined };

export const channelUse = (draft: Draft, channel: string): ChannelUse => draft.channels.get(channel) ?? UNUSED;

/** Takes one message of the hour, if there is one left; what is not urgent leaves some for what is. */
export function take(draft: Draft, channel: string, { urgent, ceiling }: { urgent: boolean; ceiling: number }): boolean {
  const use = channelUse(draft, channel);
  const sent = use.sent.filter((ms) => ms > draft.nowMs - HOUR_MS);
  const room = urgent ? ceiling : Math.max(1, Math.floor(ceiling * (1 - RESERVED)));
  const granted = sent.length < room;
  draft.channels.set(channel, { ...use, sent: granted ? [...sent, draft.nowMs] : sent });
  return granted;
}

/** Counts a message of the hour that was sent without asking. */
export function countIn(draft: Draft, channel: string, atMs: number): void {
  const use = channelUse(draft, channel);
  draft.channels.set(channel, { ...use, sent: [...use.sent, atMs] });
}

/** Counts what is held back; `id` is a thread. */
export function holdBack(
  draft: Draft,
  channel: string,
  { id, urgent, isUpdate }: { id: string; urgent: boolean; isUpdate: boolean },
): void {
  const use = channelUse(draft, channel);
  const before: Overflow = use.overflow ?? { sinceMs: draft.nowMs, lastMs: draft.nowMs, ids: [], more: 0, updates: [], urgent: false };
  const list = isUpdate ? before.updates : before.ids;
  const isNew = !list.includes(id);
  const listed = isNew && list.length < MAX_LISTED ? [...list, id] : list;
  const overflow: Overflow = {
    ...before,
    ...(isUpdate ? { updates: listed } : { ids: listed }),
    lastMs: draft.nowMs,
    more: before.more + (isNew && listed === list && !isUpdate ? 1 : 0),
    urgent: before.urgent || urgent,
  };
  draft.channels.set(channel, { ...use, overflow });
}

/** Whether the digest of what was held back may go out: one an hour, soon for a success, else when it has become quiet. */
export function digestDue({ digestMs, overflow }: ChannelUse, nowMs: number): boolean {
  if (overflow === undefined || (digestMs !== undefined && digestMs > nowMs - HOUR_MS)) return false;
  if (overflow.urgent) return nowMs >= overflow.sinceMs + URGENT_MS;
  return nowMs >= overflow.lastMs + SILENCE_MS || nowMs >= overflow.sinceMs + HOUR_MS;
}
