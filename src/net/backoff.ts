/** How waiting times grow. */
export interface BackoffOptions {
  /** First delay, milliseconds. */
  readonly firstMs: number;
  /** Each delay is this many times the one before. */
  readonly factor: number;
  /** No delay is longer. */
  readonly maxMs: number;
  /** Share of each delay that chance may take away, 0–1: many waiters then do not wake at once. */
  readonly jitter: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface Backoff {
  /** The next delay, milliseconds. */
  next(): number;
  /** After a success: start again with the first delay. */
  reset(): void;
}

/** Exponential back-off with jitter. */
export function backoff(options: BackoffOptions): Backoff {
  const { firstMs, factor, maxMs, jitter, random } = options;
  let delayMs = firstMs;
  return {
    next() {
      const now = Math.min(delayMs, maxMs);
      delayMs = Math.min(delayMs * factor, maxMs);
      return Math.round(now * (1 - jitter * random()));
    },
    reset() {
      delayMs = firstMs;
    },
  };
}
