/** How a line's time stands to the watermark. `ahead` never moved it; `late` came more than the allowed disorder after its time. */
type Timeliness = 'on-time' | 'late' | 'ahead';

/** Lines may be out of order by this much (Apache's `%t` is when a request began). */
export const MAX_DISORDER_MS = 5 * 60_000;

/**
 * How far one source has come in its own time. In replay only its lines move it; live it also follows the wall clock, less the source's measured
 * lag, so that silence passes too.
 */
export interface Watermark {
  /** Takes note of a line's event time; `wallMs` is now. */
  observe(timeMs: number, wallMs: number): Timeliness;
  /** Live from now on: all that existed has been read, so whatever comes next is new. `false` goes back to replay. */
  setLive(live: boolean): void;
  /** Event time reached; undefined before the first line that has a time. */
  at(wallMs: number): number | undefined;
  /** Wall clock minus event time of recent lines; undefined in replay and before the first live line. */
  readonly lagMs: number | undefined;
  /** Lines that came more than five minutes after their time. */
  readonly late: number;
  /** Lines more than five minutes ahead of their time. */
  readonly ahead: number;
}

/** How much one slow line moves the lag up; a faster line moves it down at once. */
const LAG_SMOOTHING = 0.1;

/**
 * A watermark for one source. A line more than five minutes ahead does not move it; only when the next line confirms it (it does not go back by
 * more than five minutes from it) has the log had a gap, and the watermark follows. Live, a line that bears the present time needs no such
 * witness. What lies more than five minutes after the wall clock is never believed.
 */
export function createWatermark(): Watermark {
  let reached: number | undefined;
  let candidate: number | undefined;
  let live = false;
  let lagMs: number | undefined;
  let late = 0;
  let ahead = 0;

  /** Until a live line was measured the source is taken to have no lag, without holding that against its first line. */
  function at(wallMs: number): number | undefined {
    if (!live || reached === undefined) return reached;
    if (lagMs === undefined) return Math.max(reached, wallMs);
    reached = Math.max(reached, wallMs - lagMs);
    return reached;
  }

  function isAhead(timeMs: number, wallMs: number): boolean {
    if (timeMs > wallMs + MAX_DISORDER_MS) return true;
    const isExpected = reached === undefined || timeMs <= reached + MAX_DISORDER_MS;
    const isPresent = live && timeMs >= wallMs - MAX_DISORDER_MS;
    const isConfirmed = candidate !== undefined && timeMs >= candidate - MAX_DISORDER_MS;
    const believed = isExpected || isPresent || isConfirmed;
    candidate = believed ? undefined : timeMs;
    return !believed;
  }

  function measureLag(timeMs: number, wallMs: number): void {
    const sample = Math.max(0, wallMs - timeMs);
    lagMs = lagMs === undefined || sample < lagMs ? sample : lagMs + (sample - lagMs) * LAG_SMOOTHING;
  }

  return {
    observe(timeMs, wallMs) {
      if (isAhead(timeMs, wallMs)) {
        ahead += 1;
        return 'ahead';
      }
      if (live) measureLag(timeMs, wallMs);
      const now = at(wallMs) ?? timeMs;
      reached = Math.max(reached ?? timeMs, timeMs);
      if (timeMs >= now - MAX_DISORDER_MS) return 'on-time';
      late += 1;
      return 'late';
    },
    setLive(next) {
      if (next === live) return;
      live = next;
      lagMs = undefined;
      candidate = undefined;
    },
    at,
    get lagMs() {
      return lagMs;
    },
    get late() {
      return late;
    },
    get ahead() {
      return ahead;
    },
  };
}
