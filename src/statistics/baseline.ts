import { createBoundedMap } from '../collections/bounded-map.ts';
import { copyText } from '../text/copy-text.ts';

/** What a path usually answers, from its successful answers so far. */
export interface Usual {
  /** 2xx answers seen. */
  readonly count: number;
  /** Median size of the body, bytes. */
  readonly medianBytes: number;
  /** Median absolute deviation from that median, bytes. */
  readonly madBytes: number;
}

export interface Baseline {
  /** Paths known, and paths forgotten for room. */
  readonly size: number;
  readonly evicted: number;
  /** Learns one answer. `path` may hold a query, which does not count; other than 2xx and unknown sizes (-1) teach nothing. */
  record(path: string, status: number, bytes: number): void;
  /** Undefined for a path that never answered 2xx. */
  usual(path: string): Usual | undefined;
}

export interface BaselineOptions {
  /** Paths kept; beyond that the one unused for longest is forgotten. */
  readonly maxPaths: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Sizes kept of each path. */
const SAMPLE_SIZE = 64;
/** From here on every new answer has the same small chance to enter the sample: it follows a changed site, slowly. */
const MEMORY = 1000;
const MAX_KEY_LENGTH = 256;

interface Sample {
  count: number;
  readonly sizes: number[];
}

/**
 * Learns what paths answer: a uniform sample of each path's sizes (reservoir sampling, Vitter's algorithm R, 1985) in bounded memory. Whoever wants
 * to pass off an unusual answer as usual has to send more of them than half of what the sample stands for.
 */
export function createBaseline({ maxPaths, random }: BaselineOptions): Baseline {
  const samples = createBoundedMap<string, Sample>(maxPaths);
  return {
    get size() {
      return samples.size;
    },
    get evicted() {
      return samples.evicted;
    },
    record(path, status, bytes) {
      if (status < 200 || status > 299 || bytes < 0) return;
      const key = baselineKey(path);
      const sample = samples.get(key);
      if (sample === undefined) {
        samples.set(copyText(key), { count: 1, sizes: [bytes] });
        return;
      }
      sample.count += 1;
      if (sample.sizes.length < SAMPLE_SIZE) sample.sizes.push(bytes);
      else {
        const at = Math.floor(random() * Math.min(sample.count, MEMORY));
        if (at < SAMPLE_SIZE) sample.sizes[at] = bytes;
      }
    },
    usual(path) {
      const sample = samples.peek(baselineKey(path));
      if (sample === undefined) return undefined;
      const medianBytes = median(sample.sizes);
      const madBytes = median(sample.sizes.map((size) => Math.abs(size - medianBytes)));
      return { count: sample.count, medianBytes, madBytes };
    },
  };
}

const LONG_ID = /(?<![\w-])[\da-f-]{16,}(?![\w-])/gi;
const DIGITS = /\d+/g;

/** The path without its query; numbers and long hexadecimal ids stand as `#`, so that `/item/17` and `/item/18` are one path. */
export function baselineKey(path: string): string {
  const query = path.search(/[?#]/);
  const bare = path.slice(0, Math.min(query < 0 ? path.length : query, MAX_KEY_LENGTH));
  return bare.replace(LONG_ID, '#').replace(DIGITS, '#');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
