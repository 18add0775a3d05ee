import type { Clock } from '../../clock/clock.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { FromEngine } from '../client.ts';

/** At most ten snapshots a second, at most one in flight; nothing while nothing changes but one a second for the clock and the rates. */
export interface SnapshotPacer {
  start(): void;
  /** The screen has taken the last one. */
  drawn(): void;
  stop(): void;
}

export const SNAPSHOT_MS = 100;
const IDLE_MS = 1000;
/** A screen that never answers (its thread is stopped) gets another try after this time. */
const LOST_MS = 5000;

export interface PacedEngine {
  /** Rises with every change that a screen could show. */
  readonly revision: number;
  snapshot(): Snapshot | undefined;
}

export function createSnapshotPacer({
  clock,
  engine,
  post,
}: {
  clock: Clock;
  engine: PacedEngine;
  post: (message: FromEngine) => void;
}): SnapshotPacer {
  let inFlightSince: number | undefined;
  let sentRevision = -1;
  let sentAt = Number.NEGATIVE_INFINITY;
  let cancel = (): void => {};

  const tick = (): void => {
    const now = clock.monotonic();
    const waiting = inFlightSince !== undefined && now - inFlightSince < LOST_MS;
    if (!waiting && (engine.revision !== sentRevision || now - sentAt >= IDLE_MS)) {
      const revision = engine.revision;
      const snapshot = engine.snapshot();
      if (snapshot) {
        post({ type: 'event', event: { type: 'snapshot', snapshot } });
        inFlightSince = now;
        sentRevision = revision;
        sentAt = now;
      }
    }
    cancel = clock.after(SNAPSHOT_MS, tick);
  };

  return {
    start: tick,
    drawn() {
      inFlightSince = undefined;
    },
    stop: () => cancel(),
  };
}
