import { t } from '../../lang/lang.ts';
import type { ThreadKind } from '../../model/alert.ts';
import { holdBack, take } from './ceiling.ts';
import type { Rule } from './policy.ts';
import type { Draft, Thread } from './state.ts';

export interface Telling {
  readonly channels: readonly string[];
  readonly kind: ThreadKind;
  readonly why: string;
  readonly note?: string;
  /** May take what the ceiling keeps for the worst. */
  readonly urgent: boolean;
}

/** Where messages of a rule go now; empty: nowhere before its hours begin. */
export const channelsNow = ({ hours, to, otherwise }: Rule, nowMs: number): readonly string[] =>
  hours === undefined || hours.contains(nowMs) ? to : otherwise;

/** Only where a message stands already: who never heard of it need not hear that it is over. */
const FOLLOWING: ReadonlySet<ThreadKind> = new Set<ThreadKind>(['ended', 'acknowledged']);

/** Sends to each channel, or counts it for the digest where the ceiling is reached. Where nothing was said yet, it is the first message. */
export function tell(draft: Draft, thread: Thread, { channels, kind, why, note = '', urgent }: Telling): void {
  const { counts, told } = thread;
  const since = { detections: counts.detections - told.detections, successes: counts.successes - told.successes };
  const next: Record<string, number> = { ...thread.channels };
  for (const channel of channels) {
    const sequence = next[channel] ?? 0;
    const isFirst = sequence === 0;
    if (isFirst ? FOLLOWING.has(kind) : draft.justOpened.has(`${thread.id} ${channel}`)) continue;
    if (isFirst) draft.justOpened.add(`${thread.id} ${channel}`);
    if (take(draft, channel, { urgent, ceiling: draft.policy.ceiling })) {
      const common = { channel, sequence, thread, why, note } as const;
      draft.effects.push({ type: 'send', kind: isFirst ? 'opened' : kind, since: isFirst ? undefined : since, ...common });
      next[channel] = sequence + 1;
    } else {
      holdBack(draft, channel, { id: thread.id, urgent, isUpdate: !isFirst });
      next[channel] = sequence;
      draft.explain?.({
        id: thread.id,
        who: thread.who,
        title: thread.title,
        what: 'ceiling',
        why: t('{why}: {channel} has had its messages of this hour; goes into one digest', { why, channel }),
      });
    }
  }
  const { severity, success, members, acknowledged } = thread;
  draft.threads.set(thread.id, {
    ...thread,
    channels: next,
    lastSentMs: draft.nowMs,
    fresh: [],
    returned: false,
    told: { ...counts, severity, success, members, acknowledged },
  });
}
