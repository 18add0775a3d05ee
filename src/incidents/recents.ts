import { createRecentCache } from '../collections/recent-cache.ts';
import { copyText } from '../text/copy-text.ts';

/** The lines of the last minutes by actor, so that an incident counts them whichever came first. */
export interface Recents {
  add(actor: string, timeMs: number, text: string): void;
  /** Lines of the actor from one second since the epoch to another, both included, as far back as is remembered. */
  count(actor: string, from: number, to: number): number;
  /** The earliest line remembered. */
  first(actor: string): { readonly timeMs: number; readonly text: string } | undefined;
}

/** Most actors are seen in one second alone: only the others need lists. */
interface Run {
  second: number;
  count: number;
  /** Earlier seconds and their counts, in any order. */
  earlier: { readonly seconds: number[]; readonly counts: number[] } | undefined;
  firstMs: number;
  first: string;
}

const MAX_SECONDS = 400;
const SECOND_MS = 1000;
const TEXT_LENGTH = 120;

/** Seconds since the epoch. */
export const secondOf = (timeMs: number): number => Math.floor(timeMs / SECOND_MS);

/**
 * @param options.spanMs how long a line is remembered, in event time
 * @param options.maxActors actors remembered; beyond it those silent longest go
 */
export function createRecents({ spanMs, maxActors }: { spanMs: number; maxActors: number }): Recents {
  const runs = createRecentCache<Run>(maxActors);
  const forget = (lists: { seconds: number[]; counts: number[] }, newest: number): void => {
    const oldest = newest - spanMs / SECOND_MS;
    const kept = lists.seconds.map((second, i) => [second, lists.counts[i] ?? 0] as const).filter(([second]) => second >= oldest);
    const bounded = kept.slice(-MAX_SECONDS);
    lists.seconds.splice(0, lists.seconds.length, ...bounded.map(([second]) => second));
    lists.counts.splice(0, lists.counts.length, ...bounded.map(([, count]) => count));
  };
  const addEarlier = (run: Run, second: number, count: number): void => {
    run.earlier ??= { seconds: [], counts: [] };
    const { seconds, counts } = run.earlier;
    const at = seconds.lastIndexOf(second);
    if (at >= 0) counts[at] = (counts[at] ?? 0) + count;
    else {
      seconds.push(second);
      counts.push(count);
      if (seconds.length % 64 === 0) forget(run.earlier, run.second);
    }
  };
  return {
    add(actor, timeMs, text) {
      const second = secondOf(timeMs);
      const run = runs.get(actor);
      if (run === undefined) {
        runs.set(copyText(actor), { second, count: 1, earlier: undefined, firstMs: timeMs, first: copyText(text.slice(0, TEXT_LENGTH)) });
        return;
      }
      if (timeMs < run.firstMs || timeMs - run.second * SECOND_MS > spanMs) {
        run.firstMs = timeMs;
        run.first = copyText(text.slice(0, TEXT_LENGTH));
      }
      if (second === run.second) run.count++;
      else if (second < run.second) addEarlier(run, second, 1);
      else {
        addEarlier(run, run.second, run.count);
        run.second = second;
        run.count = 1;
      }
    },
    count(actor, from, to) {
      const run = runs.get(actor);
      if (run === undefined) return 0;
      const isIn = (second: number): boolean => second >= from && second <= to;
      const earlier = run.earlier?.seconds.reduce((sum, second, i) => sum + (isIn(second) ? (run.earlier?.counts[i] ?? 0) : 0), 0) ?? 0;
      return earlier + (isIn(run.second) ? run.count : 0);
    },
    first(actor) {
      const run = runs.get(actor);
      return run && { timeMs: run.firstMs, text: run.first };
    },
  };
}
