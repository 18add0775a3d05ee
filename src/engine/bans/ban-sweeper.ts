import type { Banners } from '../../actions/create-banners.ts';
import { actionText } from '../../actions/sentences.ts';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';

export interface SweeperParts {
  readonly banners: Banners;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
  /** Ends bans in time; false in an engine that only reads. */
  readonly keepsTime: boolean;
}

const SWEEP_MS = 5 * 60_000;

/** Ends bans that nothing else ends: at the times it is told, and every few minutes once there was one. */
export function createSweeper({ banners, clock, notice, keepsTime }: SweeperParts): { at(ms: number): void; close(): void } {
  let cancel = (): void => {};
  let nextMs = Number.POSITIVE_INFINITY;
  let closed = false;
  const sweep = async (): Promise<void> => {
    nextMs = Number.POSITIVE_INFINITY;
    for (const banner of await banners.all()) {
      try {
        for (const subject of await banner.expire())
          notice(t('the ban of {subject} by {banner} has ended', { subject, banner: banner.name }));
      } catch (error) {
        const reason = actionText(error instanceof Error ? error.message : String(error));
        notice(t('a ban by {banner} could not be ended: {reason}', { banner: banner.name, reason }));
      }
    }
    at(clock.now() + SWEEP_MS);
  };
  function at(ms: number): void {
    if (closed || ms >= nextMs) return;
    cancel();
    nextMs = ms;
    cancel = clock.after(Math.max(1_000, ms - clock.now() + 500), () => void sweep());
  }
  // What an earlier run began.
  if (keepsTime && !banners.dryRun) at(clock.now() + 1_000);
  return {
    at,
    close() {
      closed = true;
      cancel();
    },
  };
}
