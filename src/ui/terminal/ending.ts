import { writeSync } from 'node:fs';
import { visible } from '../../text/sanitize.ts';

/** Runs on every way out, the terminal already restored; a promise is waited for, two seconds at most. */
export type Cleanup = () => void | Promise<void>;

/** What clean-ups may take together. */
const CLEANUP_TIMEOUT_MS = 2_000;

/** The end of the process, once: clean-ups, then exit. */
export interface Ending {
  add(cleanup: Cleanup): void;
  /** `hurry`: when the end is under way already, do not wait for clean-ups any longer. */
  end(code: number, hurry?: boolean): void;
}

export function createEnding(exit: (code: number) => void): Ending {
  const cleanups: Cleanup[] = [];
  let ended = false;
  return {
    add: (cleanup) => void cleanups.push(cleanup),
    end(code, hurry = false) {
      if (ended) {
        if (hurry) exit(code);
        return;
      }
      ended = true;
      const timeout = setTimeout(() => exit(code), CLEANUP_TIMEOUT_MS);
      void Promise.allSettled(cleanups.map(async (cleanup) => cleanup())).then(() => {
        clearTimeout(timeout);
        exit(code);
      });
    },
  };
}

/** Text of unknown origin to standard error, line by line harmless; nobody may be there to read it. */
export function tellError(text: string): void {
  if (text === '') return;
  try {
    writeSync(2, `${text.trimEnd().split('\n').map(visible).join('\n')}\n`);
  } catch {
    // Standard error went with the terminal.
  }
}
