import { takeOwnership } from '../store/owner-lock.ts';

const LOCK_TRIES = 400;
const LOCK_PAUSE_MS = 5;

/** Runs `work` while this process alone holds the lock file; waits up to two seconds for another one. Throws when it does not let go. */
export function lockedBy(path: string): <T>(work: () => T) => T {
  return (work) => {
    for (let attempt = 0; attempt < LOCK_TRIES; attempt++) {
      const lock = takeOwnership(path);
      if (!lock.owned) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_PAUSE_MS);
        continue;
      }
      try {
        return work();
      } finally {
        lock.release();
      }
    }
    throw new Error(`another process holds ${path}`);
  };
}
