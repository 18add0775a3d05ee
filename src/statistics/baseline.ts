import { createBoundedMap } from '../collections/bounded-map.ts';
import { hash64 } from '../collections/hash.ts';
import { copyText } from '../text/copy-text.ts';

/** What a path usually answers, from its successful answers so far. */
export interface Usual {
  /** 2xx answers seen. */
  readonly count: number;
  /** Median size of the body, bytes. */
  readonly medianBytes: number;
  /** Median absolute deviation from that median, bytes. */
  readonly madBytes: number;
  /** A uniform sample of the sizes, ascending. */
  readonly sizes: readonly number[];
  /** How the size follows from the length of the request's target; undefined where it does not, or where all targets are of about one length. */
  readonly echo: Echo | undefined;
  /** The same of the times that answers took, milliseconds, ascending; empty where the log tells none. */
  readonly timesMs: readonly number[];
}

/** A page that differs by little more than what it repeats of the request: size ≈ rate × length of the target + between `low` and `high`, bytes. */
export interface Echo {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** One answer: of `target` the path tells which answers belong together, the length what may come back; -1 stands for an unknown size or time. */
export interface Answer {
  readonly target: string;
  readonly status: number;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface Baseline {
  /** Paths known, and paths forgotten for room. */
  readonly size: number;
  readonly evicted: number;
  /** Learns one answer; other than 2xx and unknown sizes teach nothing. */
  record(answer: Answer): void;
  /** Undefined for a path that never answered 2xx. */
  usual(path: string): Usual | undefined;
  /** How many ordinary answers of any path had exactly this size, of the sizes seen lately. */
  timesSeen(bytes: number): number;
}

export interface BaselineOptions {
  /** Paths kept; beyond that the one unused for longest is forgotten. */
  readonly maxPaths: number;
}

/** Sizes and times kept of each path. */
const SAMPLE_SIZE = 64;
/** From here on every new answer has the same small chance to enter the sample: it follows a changed site, slowly. */
const MEMORY = 1000;
const MAX_KEY_LENGTH = 256;
/** Different sizes remembered over all paths. */
const MAX_SIZES = 4096;

interface Sized {
  readonly bytes: number;
  readonly length: number;
}

interface Sample {
  /** Of the path's own random numbers. */
  state: number;
  count: number;
  readonly sizes: Sized[];
  readonly timesMs: number[];
}

/**
 * Learns what paths answer: a uniform sample of each path's sizes and times (reservoir sampling, Vitter's algorithm R, 1985) in bounded memory. Whoever
 * wants to pass off an unusual answer as usual has to send more of them than half of what the sample stands for. The draws follow from the path and the
 * number of the answer, so that the same log is judged alike whenever it is read.
 */
export function createBaseline({ maxPaths }: BaselineOptions): Baseline {
  const samples = createBoundedMap<string, Sample>(maxPaths);
  const seen = createBoundedMap<number, number>(MAX_SIZES);
  const put = <T>(values: T[], value: T, sample: Sample): void => {
    if (values.length < SAMPLE_SIZE) {
      values.push(value);
      return;
    }
    const at = Math.floor(drawn(sample) * Math.min(sample.count, MEMORY));
    if (at < SAMPLE_SIZE) values[at] = value;
  };
  return {
    get size() {
      return samples.size;
    },
    get evicted() {
      return samples.evicted;
    },
    record({ target, status, bytes, durationMs }) {
      if (status < 200 || status > 299 || bytes < 0) return;
      seen.set(bytes, (seen.peek(bytes) ?? 0) + 1);
      const key = baselineKey(target);
      let sample = samples.get(key);
      if (sample === undefined) {
        sample = { state: hash64(key, [0, 0]).low, count: 0, sizes: [], timesMs: [] };
        samples.set(copyText(key), sample);
      }
      sample.count += 1;
      put(sample.sizes, { bytes, length: target.length }, sample);
      if (durationMs >= 0) put(sample.timesMs, durationMs, sample);
    },
    usual(path) {
      const sample = samples.peek(baselineKey(path));
      if (sample === undefined) return undefined;
      const sizes = ascending(sample.sizes.map(({ bytes }) => bytes));
      const medianBytes = median(sizes);
      const madBytes = median(ascending(sizes.map((size) => Math.abs(size - medianBytes))));
      return { count: sample.count, medianBytes, madBytes, sizes, echo: echoOf(sample.sizes), timesMs: ascending(sample.timesMs) };
    },
    timesSeen: (bytes) => seen.peek(bytes) ?? 0,
  };
}

/** Uniform in [0, 1): a linear congruential generator (Numerical Recipes). */
function drawn(sample: { state: number }): number {
  sample.state = (Math.imul(sample.state, 1_664_525) + 1_013_904_223) >>> 0;
  return sample.state / 2 ** 32;
}

const LONG_ID = /(?<![\w-])[\da-f-]{16,}(?![\w-])/gi;
const DIGITS = /\d+/g;

/** The path without its query; numbers and long hexadecimal ids stand as `#`, so that `/item/17` and `/item/18` are one path. */
export function baselineKey(path: string): string {
  const query = path.search(/[?#]/);
  const bare = path.slice(0, Math.min(query < 0 ? path.length : query, MAX_KEY_LENGTH));
  return bare.replace(LONG_ID, '#').replace(DIGITS, '#');
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Different lengths that targets must have had. */
const MIN_LENGTHS = 3;
/** Answers of a length that make it count. */
const MIN_OF_LENGTH = 3;
/** What else may vary in the answer, bytes. */
const MAX_REST = 24;
const MAX_RATE = 4;
/** Part of the answers at either end that does not count: errors, and attacks that no rule saw. */
const STRAY = 0.1;

/** The rate is the median of the slopes between the median sizes of each length (after Theil 1950 and Sen 1968). */
function echoOf(sample: readonly Sized[]): Echo | undefined {
  const byLength = new Map<number, number[]>();
  for (const { bytes, length } of sample) byLength.set(length, [...(byLength.get(length) ?? []), bytes]);
  const points = [...byLength]
    .filter(([, sizes]) => sizes.length >= MIN_OF_LENGTH)
    .map(([length, sizes]) => ({ length, bytes: median(ascending(sizes)) }));
  if (points.length < MIN_LENGTHS) return undefined;
  const slopes = points.flatMap((one, i) => points.slice(i + 1).map((other) => (other.bytes - one.bytes) / (other.length - one.length)));
  const rate = Math.min(MAX_RATE, Math.max(0, median(ascending(slopes))));
  const rests = ascending(sample.map(({ bytes, length }) => bytes - rate * length));
  const low = rests[Math.floor(rests.length * STRAY)] ?? 0;
  const high = rests[Math.ceil(rests.length * (1 - STRAY)) - 1] ?? 0;
  return high - low <= MAX_REST ? { rate, low, high } : undefined;
}
