import { BanError } from '../../actions/subject.ts';
import { takeOwnership } from '../../store/owner-lock.ts';

const PAUSE_MS = 50;
/** Longer than one ban takes. */
const TRIES = 1_200;

/** Runs `work` while no other process holds the lock file; rejects with {@link BanError} when one holds it for a minute. */
export function aloneWith(path: string): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const lock = takeOwnership(path);
      if (!lock.owned) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    throw new BanError('another ban has been going on for a minute: see what fail2ban does');
  };
}
