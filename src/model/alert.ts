import type { Severity } from './detection.ts';

/** What an alert is about: an entry (row id), an address, or an incident. */
export type AlertTarget =
  | { readonly kind: 'entry'; readonly rowId: number }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'incident'; readonly incidentId: string };

/** Why a message of a thread is sent: `opened` begins it, the others tell what changed since. */
export type ThreadKind = 'opened' | 'worse' | 'succeeded' | 'acknowledged' | 'ended' | 'digest';

/** Messages about one thing (an incident), which channels show together where they can. */
export interface AlertThread {
  /** The same for all messages about the thing: the incident's id. */
  readonly key: string;
  /** 0 for the first message of the thread, rising by one. */
  readonly sequence: number;
  readonly kind: ThreadKind;
}

/** Whether the attack worked: it probably did, nobody knows, or the server stopped it. */
export type Verdict = 'worked' | 'open' | 'stopped';

/** A message to people, independent of any channel. Every text may hold hostile log text: channels make it harmless. */
export interface AlertMessage {
  /** Idempotency key, unique a message. */
  readonly id: string;
  readonly createdMs: number;
  readonly severity: Severity;
  /** What happened, one sentence. */
  readonly title: string;
  /** Address, country if known. */
  readonly who: string;
  /** Whether it worked, one sentence. */
  readonly outcome: string;
  /** Strongest matched payload, decoded; `''` when none. */
  readonly payload: string;
  /** Label and value pairs in order: `First seen`, `Requests`, ... */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Next steps for the reader. */
  readonly steps: readonly string[];
  /** The operator's note; `''` when none. */
  readonly note: string;
  /** Where it was seen: host name of this machine and source names. */
  readonly origin: string;
  /** What `outcome` says, for colours and priorities. */
  readonly verdict?: Verdict;
  /** How to see the same in secmon; harmless to run. */
  readonly command?: string;
  readonly thread?: AlertThread;
  /** Of a message that a fallback channel gets: the channel that could not deliver it, and why. */
  readonly failed?: { readonly channel: string; readonly reason: string };
}

/**
 * What became of one try to send. `reason` and `reply` never hold a secret. `reference` is what the channel needs again to put later
 * messages of the same thread below this one (a Slack `ts`, a Telegram `message_id`, a mail's subject).
 */
export type Delivery =
  /** `refused`: recipients that the server would not take, while it took others. */
  | { readonly ok: true; readonly reply: string; readonly reference?: string; readonly refused?: string }
  | { readonly ok: false; readonly retryable: boolean; readonly reason: string; readonly retryAfterMs?: number };

export type AlertState = 'waiting' | 'sent' | 'failed';

/** A message to one channel as kept in the store and shown on the Alerts screen. */
export interface AlertRecord {
  readonly id: string;
  readonly channel: string;
  readonly message: AlertMessage;
  readonly state: AlertState;
  readonly attempts: number;
  /** Last reply or reason. */
  readonly result: string;
  readonly nextTryMs: number | undefined;
  readonly updatedMs: number;
  /** Reference of the first delivery of the message's thread through this channel, once known. */
  readonly reference?: string;
}
