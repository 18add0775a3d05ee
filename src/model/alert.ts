import type { Severity } from './detection.ts';

/** What an alert is about: an entry (row id), an address, or an incident. */
export type AlertTarget =
  | { readonly kind: 'entry'; readonly rowId: number }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'incident'; readonly incidentId: string };

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
}

/** What became of one try to send. `reason` and `reply` never hold a secret. */
export type Delivery =
  | { readonly ok: true; readonly reply: string }
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
}
