import { createRecentCache } from '../collections/recent-cache.ts';

/** The lines of the last minutes by actor, so that an incident counts them whichever came first. */
export interface Recents {
  add(actor: string, timeMs: number, text: string): void;
  /** Lines of the actor from one second since the epoch to another, both included, as far back as is remembered. */
  count(actor: string, from: number, to: number): number;
  /** The earliest line remembered. */
  first(actor: string): { readonly timeMs: number; readonly text: string } | undefined;
}

interface Run {
  /** Seconds since the epoch, in any order, and how many lines each had. */
  readonly seconds: number[];
  readonly counts: number[];
  firstMs: number;
  first: string;
}

const MAX_SECONDS = 400;
const SECOND_MS = 1000;
const TEXT_LENGTH = 120;

/** Seconds since the epoch. */
export const secondOf = (timeMs: number): number => Math.floor(timeMs / SECOND_MS);

/** A copy: a slice would keep the whole line alive. */
const copied = (text: string): string => Buffer.from(text.slice(0, TEXT_LENGTH), 'utf8').toString('utf8');

/**
 * @param options.spanMs how long a line is remembered, in event time
 * @param options.maxActors actors remembered; beyond it those silent longest go
 */
export function createRecents({ spanMs, maxActors }: { spanMs: number; maxActors: number }): Recents {
  const runs = createRecentCache<Run>(maxActors);
  const forget = (run: Run, newest: number): void => {
    const oldest = newest - spanMs / SECOND_MS;
    const kept = run.seconds.map((second, i) => [second, run.counts[i] ?? 0] as const).filter(([second]) => second >= oldest);
    const bounded = kept.slice(-MAX_SECONDS);
    run.seconds.splice(0, run.seconds.length, ...bounded.map(([second]) => second));
    run.counts.splice(0, run.counts.length, ...bounded.map(([, count]) => count));
  };
  return {
    add(actor, timeMs, text) {
      const second = secondOf(timeMs);
      let run = runs.get(actor);
      if (run === undefined) {
        run = { seconds: [], counts: [], firstMs: timeMs, first: copied(text) };
        runs.set(actor, run);
      } else if (timeMs < run.firstMs || timeMs - (run.seconds.at(-1) ?? 0) * SECOND_MS > spanMs) {
        run.firstMs = timeMs;
        run.first = copied(text);
      }
      const at = run.seconds.lastIndexOf(second);
      if (at >= 0) {
        run.counts[at] = (run.counts[at] ?? 0) + 1;
        return;
      }
      run.seconds.push(second);
      run.counts.push(1);
      if (run.seconds.length % 64 === 0) forget(run, second);
    },
    count(actor, from, to) {
      const run = runs.get(actor);
      if (run === undefined) return 0;
      return run.seconds.reduce((sum, second, i) => sum + (second >= from && second <= to ? (run.counts[i] ?? 0) : 0), 0);
    },
    first(actor) {
      const run = runs.get(actor);
      return run && { timeMs: run.firstMs, text: run.first };
    },
  };
}
