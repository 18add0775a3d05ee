import type { Clock } from '../clock/clock.ts';
import { visible } from '../text/sanitize.ts';
import { createByteSplitter } from './byte-splitter.ts';
import { createNoticeQueue } from './notice-queue.ts';
import type { ProgramCommand } from './program-command.ts';

const MOST_SAID = 200;

/** What one run of a command says beside its log: made harmless and at most five notices a minute; the others are counted. */
export interface Said {
  push(chunk: Buffer): void;
  /** After the last chunk. */
  end(): void;
  /** A line, without its end. */
  add(line: string): void;
  /** A line that is no notice, but may be why the command ended. */
  remember(line: string): void;
  /** The next notice to give; undefined when there is none. */
  take(): string | undefined;
  /** What is wrong, by what was said; undefined when that is not known. */
  fault(): string | undefined;
  /** What was said last; `''` when nothing was. */
  last(): string;
}

/** What is wrong, as it was told last: a program that is tried again and again says the same each time. */
export interface ToldFault {
  sentence: string;
}

export function createSaid(program: Pick<ProgramCommand, 'explain'> | undefined, told: ToldFault, clock: Clock): Said {
  const splitter = createByteSplitter();
  const queue = createNoticeQueue(clock);
  let last = '';
  let fault: string | undefined;
  const add = (line: string): void => {
    if (line.trim() === '') return;
    const sentence = program?.explain?.(line.slice(0, 1024));
    if (sentence === '') return;
    last = line;
    if (sentence === undefined) queue.add(line);
    else {
      if (sentence !== told.sentence) queue.add(sentence);
      told.sentence = sentence;
      fault = sentence;
    }
  };
  return {
    push(chunk) {
      for (const line of splitter.push(chunk).lines) add(line);
    },
    end() {
      for (const line of splitter.end().lines) add(line);
    },
    add,
    remember(line) {
      last = line;
    },
    take: queue.take,
    fault: () => fault,
    last: () => visible(last.slice(0, MOST_SAID)),
  };
}
