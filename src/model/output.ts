/** The state of one output, for screens, metrics and `outputs` of the protocol. */
export interface OutputInfo {
  readonly name: string;
  readonly type: string;
  readonly destination: string;
  /** `retrying`: the last try failed. */
  readonly state: 'idle' | 'sending' | 'retrying';
  readonly waitingRecords: number;
  readonly waitingBytes: number;
  /** How much may wait. */
  readonly bufferBytes: number;
  readonly sent: number;
  /** Refused because the buffer was full. */
  readonly dropped: number;
  /** Refused by the peer for good; the first of them are kept in `refused.ndjson` beside the buffer. */
  readonly refused: number;
  /** What went wrong last, one sentence; `''` when nothing did. */
  readonly lastError: string;
  /** Wall clock. */
  readonly lastErrorMs: number | undefined;
  readonly lastSentMs: number | undefined;
  readonly nextTryMs: number | undefined;
  /** Since when the peer takes nothing, wall clock; undefined while it does. */
  readonly failingSinceMs: number | undefined;
  /** Why what waits would not survive a restart; `''` when it would. */
  readonly memoryOnly: string;
}
