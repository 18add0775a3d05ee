import type { Clock } from '../clock/clock.ts';
import { createByteSplitter } from './byte-splitter.ts';
import { createNoticeQueue } from './notice-queue.ts';

/** What a command says on its standard error, made harmless and at most five lines a minute; the others are counted. */
export interface StderrNotices {
  push(chunk: Buffer): void;
  /** The next text to tell; undefined when there is none. */
  take(): string | undefined;
}

export function createStderrNotices(clock: Clock): StderrNotices {
  const splitter = createByteSplitter();
  const queue = createNoticeQueue(clock);
  return {
    push(chunk) {
      for (const line of splitter.push(chunk).lines) if (line.trim() !== '') queue.add(line);
    },
    take: queue.take,
  };
}
