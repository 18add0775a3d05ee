/** Lets the time of a log that is read at once go by as it went, so that what waits for time is decided when it was due. */
export interface CatchUp {
  /** A line of this time is about to be processed. */
  before(timeMs: number | undefined): void;
  /** It was; the log has reached this time. */
  after(nowMs: number | undefined): void;
  /** The log has ended: goes on until nothing waits any more, at most some days. */
  finish(): void;
}

const STEP_MS = 5_000;
const LINE_STEP_MS = 1_000;
/** A line so far ahead has a wrong time. */
const MAX_AHEAD_MS = 86_400_000;
const MAX_AFTER_MS = 5 * 86_400_000;

export function createCatchUp({ isIdle, decide }: { isIdle: () => boolean; decide: (nowMs: number) => void }): CatchUp {
  let decidedMs: number | undefined;
  /** Time of the latest line whose time may be right: it counts though the log's clock waits for a second one. */
  let reachedMs = Number.NEGATIVE_INFINITY;
  const decideAt = (nowMs: number): void => {
    decidedMs = nowMs;
    decide(nowMs);
  };
  const goOnTo = (toMs: number): void => {
    while (decidedMs !== undefined && decidedMs + STEP_MS < toMs && !isIdle()) decideAt(decidedMs + STEP_MS);
  };
  return {
    before(timeMs) {
      if (timeMs === undefined || decidedMs === undefined || timeMs - decidedMs > MAX_AHEAD_MS) return;
      goOnTo(timeMs);
      reachedMs = Math.max(reachedMs, timeMs);
    },
    after(nowMs) {
      const atMs = Math.max(nowMs ?? reachedMs, reachedMs);
      if (Number.isFinite(atMs) && (decidedMs === undefined || atMs >= decidedMs + LINE_STEP_MS)) decideAt(atMs);
    },
    finish() {
      if (decidedMs === undefined) return;
      decideAt(decidedMs + LINE_STEP_MS);
      goOnTo(decidedMs + MAX_AFTER_MS);
    },
  };
}
