import type { StatusSeries } from '../model/snapshot.ts';
import { MAX_DISORDER_MS } from './watermark.ts';

type SeriesStep = 'second' | 'minute';

/** Answers per second and per minute by status class, in event time. */
export interface StatusCounter {
  /** Counts one line in its own second; `nowMs` is the watermark. A status outside 200–599 counts only in `all`. */
  record(line: { readonly timeMs: number; readonly status: number; readonly nowMs: number }): void;
  /** The last `length` steps up to the one that holds `nowMs`, oldest first; silence is 0. Reaches back ten minutes by second, four hours by minute. */
  series(request: { readonly step: SeriesStep; readonly length: number; readonly nowMs: number }): StatusSeries;
  /** Lines more than five minutes ahead of the watermark: counted here and nowhere else. */
  readonly ahead: number;
  /** Lines older than the series reach back. */
  readonly expired: number;
}

const SECONDS_KEPT = 10 * 60;
const MINUTES_KEPT = 4 * 60;
/** All lines, then 2xx to 5xx. */
const CLASSES = 5;

export function createStatusCounter(): StatusCounter {
  const seconds = createSlots(1000, SECONDS_KEPT);
  const minutes = createSlots(60_000, MINUTES_KEPT);
  let ahead = 0;
  let expired = 0;
  return {
    record({ timeMs, status, nowMs }) {
      if (timeMs > nowMs + MAX_DISORDER_MS) {
        ahead += 1;
        return;
      }
      const family = Math.floor(status / 100) - 1;
      const statusClass = family >= 1 && family <= 4 ? family : 0;
      seconds.count(timeMs, statusClass);
      if (!minutes.count(timeMs, statusClass)) expired += 1;
    },
    series: ({ step, length, nowMs }) => (step === 'second' ? seconds : minutes).read(length, nowMs),
    get ahead() {
      return ahead;
    },
    get expired() {
      return expired;
    },
  };
}

interface Slots {
  /** False when the time's slot already belongs to a later time. */
  count(timeMs: number, statusClass: number): boolean;
  read(length: number, nowMs: number): StatusSeries;
}

/** Counters in a ring; each slot knows which step it stands for, so nothing needs clearing when time jumps. */
function createSlots(stepMs: number, size: number): Slots {
  const stepOf = new Float64Array(size).fill(-1);
  const counts = new Uint32Array(size * CLASSES);
  const slotOf = (step: number): number => ((step % size) + size) % size;

  return {
    count(timeMs, statusClass) {
      const step = Math.floor(timeMs / stepMs);
      const slot = slotOf(step);
      const held = stepOf[slot] ?? -1;
      if (held > step) return false;
      const base = slot * CLASSES;
      if (held < step) {
        stepOf[slot] = step;
        counts.fill(0, base, base + CLASSES);
      }
      counts[base] = (counts[base] ?? 0) + 1;
      if (statusClass > 0) counts[base + statusClass] = (counts[base + statusClass] ?? 0) + 1;
      return true;
    },
    read(length, nowMs) {
      const rows: number[][] = Array.from({ length: CLASSES }, () => []);
      const last = Math.floor(nowMs / stepMs);
      for (let step = last - length + 1; step <= last; step += 1) {
        const slot = slotOf(step);
        const isHeld = stepOf[slot] === step;
        rows.forEach((row, i) => {
          row.push(isHeld ? (counts[slot * CLASSES + i] ?? 0) : 0);
        });
      }
      const [all = [], two = [], three = [], four = [], five = []] = rows;
      return { stepMs, '2xx': two, '3xx': three, '4xx': four, '5xx': five, all };
    },
  };
}
