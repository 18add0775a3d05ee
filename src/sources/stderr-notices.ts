import type { Clock } from '../clock/clock.ts';
import { visible } from '../text/sanitize.ts';
import { createByteSplitter } from './byte-splitter.ts';

const MOST_CHARACTERS = 200;
const MOST_NOTICES = 5;
const PERIOD_MS = 60_000;

/** What a command says on its standard error, made harmless and at most five lines a minute; the others are counted. */
export interface StderrNotices {
  push(chunk: Buffer): void;
  /** The next text to tell; undefined when there is none. */
  take(): string | undefined;
}

export function createStderrNotices(clock: Clock): StderrNotices {
  const splitter = createByteSplitter();
  const waiting: string[] = [];
  let periodStart = clock.monotonic();
  let told = 0;
  let dropped = 0;
  const add = (line: string): void => {
    if (line.trim() === '') return;
    const now = clock.monotonic();
    if (now - periodStart >= PERIOD_MS) {
      periodStart = now;
      told = 0;
    }
    if (told >= MOST_NOTICES || waiting.length >= MOST_NOTICES) {
      dropped += 1;
      return;
    }
    told += 1;
    const before = dropped > 0 ? `(${dropped} lines before left out) ` : '';
    dropped = 0;
    waiting.push(before + visible(line.slice(0, MOST_CHARACTERS)));
  };
  return {
    push: (chunk) => splitter.push(chunk).lines.forEach(add),
    take: () => waiting.shift(),
  };
}
