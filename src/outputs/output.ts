import type { OutputRecord } from './record.ts';

/** How much one try takes. */
export interface BatchLimit {
  readonly records: number;
  /** Of the records' text, UTF-8. */
  readonly bytes: number;
}

/** A record that the peer will never take. */
export interface Refusal {
  readonly record: OutputRecord;
  readonly reason: string;
}

/** What became of one try. Reasons are harmless and without secrets. */
export type SendResult =
  | {
      /** The peer has taken every record but those named here. */
      readonly ok: true;
      readonly refused?: readonly Refusal[];
      /** Records that the peer had no room for now. */
      readonly again?: { readonly records: readonly OutputRecord[]; readonly reason: string; readonly retryAfterMs?: number };
    }
  | {
      /** Nothing is known to have arrived. */
      readonly ok: false;
      readonly reason: string;
      readonly retryAfterMs?: number;
      /** Fewer records at once may do. */
      readonly tooLarge?: boolean;
    };

/** One place where findings go. What waits, tries again and counts is `sender.ts`, the same for all. */
export interface Output {
  /** `elasticsearch`, `syslog`, ... */
  readonly type: string;
  /** Where it goes, as its address says it: `elasticsearch+https://es.example.org:9200`. */
  readonly destination: string;
  readonly batch: BatchLimit;
  /**
   * Hands the records over, in order, and resolves once the peer has them (what that means is said with each kind). May reject: the
   * error's message is then the reason.
   */
  send(records: readonly OutputRecord[], signal: AbortSignal): Promise<SendResult>;
  close(): Promise<void>;
}
