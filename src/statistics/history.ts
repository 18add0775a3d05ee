import type { HashSeed } from '../collections/hash.ts';
import type { Family } from '../model/detection.ts';
import { type Counted, type HistorySlot, SLOT_MS } from '../model/history.ts';
import { countLine, createBucket, type HistoryBucket, type HistoryLine } from './history-bucket.ts';
import { MAX_DISORDER_MS } from './watermark.ts';

/** What came in the last five minutes, with what only matters now. */
export interface RecentTally extends HistorySlot {
  /** Who asked for each path first, and how often it was answered below 400. */
  readonly pathsBy: ReadonlyMap<string, { readonly actor: string; readonly answered: number }>;
  /** Addresses that made up paths: how many different ones beyond those in `paths`. */
  readonly inventors: readonly Counted[];
}

/** Counts traffic by five minutes of event time, in bounded memory. */
export interface History {
  /** Counts one line; times may be out of order by five minutes. Lines that are later than that are left out. */
  record(line: HistoryLine): void;
  /** Slots that became complete, oldest first; each is given once. The first of a run is never given: it was not seen whole. */
  takeComplete(): HistorySlot[];
  /** The last five minutes; up to one minute shorter, as it moves on by the minute. */
  recent(): RecentTally;
}

export interface HistoryOptions {
  readonly seed: HashSeed;
  /** Whether a path was there in earlier slots. */
  readonly isKnownPath: (path: string) => boolean;
  /** Told of every path, user agent and network of a slot when it is complete: also of those that are too rare to be kept in it. */
  readonly onTexts?: (texts: Readonly<Record<'paths' | 'agents' | 'networks', Iterable<string>>>) => void;
  /** Event time reached; undefined before the first line that has a time. */
  readonly nowMs: () => number | undefined;
}

const MINUTE_MS = 60_000;
const SLOT_MINUTES = SLOT_MS / MINUTE_MS;
/** Silent slots that are written as such before one with lines: two hours. */
const MOST_SILENT = 24;
/** Slots held until they are taken: three days of a log that is read at once. */
const MOST_WAITING = 864;

/** How many of each table a slot keeps. */
export const KEPT = { paths: 80, agents: 30, networks: 50, actors: 30 } as const;
/** And of what is new now much more is looked at. */
const KEPT_NOW = { paths: 2_000, agents: 500, networks: 1_000, actors: 200 } as const;

export const mostFrequent = (counts: ReadonlyMap<string, number>, most: number): Counted[] =>
  [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, most);

type Tables = 'paths' | 'agents' | 'networks' | 'actors';

function merged(buckets: readonly HistoryBucket[], table: Tables): Map<string, number> {
  const counts = new Map<string, number>();
  for (const bucket of buckets) for (const { key, count } of bucket[table].counters()) counts.set(key, (counts.get(key) ?? 0) + count);
  return counts;
}

function* textsOf(buckets: readonly HistoryBucket[], table: Tables): Iterable<string> {
  for (const bucket of buckets) for (const { key } of bucket[table].counters()) yield key;
}

function slotOf(buckets: readonly HistoryBucket[], startMs: number, kept: Readonly<Record<Tables, number>>): HistorySlot {
  const statuses: [number, number, number, number] = [0, 0, 0, 0];
  const families = new Map<Family, number>();
  for (const bucket of buckets) {
    for (const i of [0, 1, 2, 3] as const) statuses[i] += bucket.statuses[i];
    for (const [family, count] of bucket.families) families.set(family, (families.get(family) ?? 0) + count);
  }
  const actors = merged(buckets, 'actors');
  return {
    startMs,
    spanMs: SLOT_MS,
    requests: buckets.reduce((sum, { requests }) => sum + requests, 0),
    addresses: Math.max(actors.size, ...buckets.map(({ addresses }) => addresses.count())),
    statuses,
    families: Object.fromEntries(families),
    paths: mostFrequent(merged(buckets, 'paths'), kept.paths),
    agents: mostFrequent(merged(buckets, 'agents'), kept.agents),
    networks: mostFrequent(merged(buckets, 'networks'), kept.networks),
    actors: mostFrequent(actors, kept.actors),
  };
}

function whoAsked(buckets: readonly HistoryBucket[]): RecentTally['pathsBy'] {
  const by = new Map<string, { actor: string; answered: number }>();
  for (const bucket of buckets)
    for (const { key, value } of bucket.paths.counters()) {
      const before = by.get(key);
      if (before === undefined) by.set(key, { ...value });
      else before.answered += value.answered;
    }
  return by;
}

function inventorsOf(buckets: readonly HistoryBucket[]): Counted[] {
  const counts = new Map<string, number>();
  // Different minutes may hold the same made-up path: the sum is an upper bound, and near the truth for random ones.
  for (const bucket of buckets)
    for (const [actor, { paths }] of bucket.inventors) counts.set(actor, (counts.get(actor) ?? 0) + paths.count());
  return mostFrequent(counts, 50);
}

export function createHistory({ seed, isKnownPath, onTexts, nowMs }: HistoryOptions): History {
  const buckets = new Map<number, HistoryBucket>();
  const complete: HistorySlot[] = [];
  let current: HistoryBucket | undefined;
  /** The slot in which counting began, and the next one to be completed. */
  let firstMs = Number.NaN;
  let nextMs = Number.NaN;

  const within = (fromMinute: number, minutes: number): HistoryBucket[] =>
    Array.from({ length: minutes }, (_, i) => buckets.get(fromMinute + i)).filter((bucket) => bucket !== undefined);

  /** Passes over the silence in which nobody may have been watching: a log has a gap, or another one is read. */
  const skipSilence = (untilMs: number): void => {
    const waiting = [...buckets.keys()].map((minute) => minute * MINUTE_MS).filter((ms) => ms >= nextMs);
    const until = Math.min(untilMs, ...waiting) - MOST_SILENT * SLOT_MS;
    if (until > nextMs) nextMs = Math.floor(until / SLOT_MS) * SLOT_MS;
  };
  const close = (now: number): void => {
    const untilMs = now - MAX_DISORDER_MS;
    while (nextMs + SLOT_MS <= untilMs) {
      skipSilence(untilMs);
      const held = within(nextMs / MINUTE_MS, SLOT_MINUTES);
      complete.push(slotOf(held, nextMs, KEPT));
      onTexts?.({ paths: textsOf(held, 'paths'), agents: textsOf(held, 'agents'), networks: textsOf(held, 'networks') });
      if (complete.length > MOST_WAITING) complete.shift();
      nextMs += SLOT_MS;
    }
    const oldest = (Math.min(nextMs, now - SLOT_MS) - MINUTE_MS) / MINUTE_MS;
    for (const minute of buckets.keys()) if (minute < oldest) buckets.delete(minute);
  };
  const bucketAt = (minute: number): HistoryBucket | undefined => {
    const known = buckets.get(minute);
    if (known !== undefined) return known;
    const now = nowMs() ?? minute * MINUTE_MS;
    close(now);
    const startMs = minute * MINUTE_MS;
    // What was written already stays as it was written; what lies ahead is not believed yet.
    const isPast = startMs < nextMs && Math.floor(startMs / SLOT_MS) * SLOT_MS !== firstMs;
    if (isPast || startMs > now + MAX_DISORDER_MS) return undefined;
    const bucket = createBucket(minute, seed);
    buckets.set(minute, bucket);
    return bucket;
  };

  return {
    record(line) {
      const minute = Math.floor(line.timeMs / MINUTE_MS);
      if (!Number.isFinite(minute)) return;
      if (Number.isNaN(nextMs)) {
        firstMs = Math.floor(line.timeMs / SLOT_MS) * SLOT_MS;
        nextMs = firstMs + SLOT_MS;
      }
      const bucket = current?.minute === minute ? current : bucketAt(minute);
      if (bucket === undefined) return;
      current = bucket;
      countLine(bucket, line, { isKnown: isKnownPath, seed });
    },
    takeComplete() {
      const now = nowMs();
      if (now !== undefined) close(now);
      return complete.splice(0);
    },
    recent() {
      const last = Math.floor((nowMs() ?? 0) / MINUTE_MS);
      const held = within(last - SLOT_MINUTES + 1, SLOT_MINUTES);
      const recent = slotOf(held, (last - SLOT_MINUTES + 1) * MINUTE_MS, KEPT_NOW);
      return { ...recent, pathsBy: whoAsked(held), inventors: inventorsOf(held) };
    },
  };
}
