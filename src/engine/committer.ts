import type { Clock } from '../clock/clock.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Incident, IncidentRecord } from '../model/incident.ts';
import type { Store } from '../store/store.ts';
import { alertEvent } from './alerting/auto-alerts.ts';
import type { BaselineKeeper } from './baseline.ts';
import type { InForce } from './in-force.ts';
import type { SourceSet } from './input/source-set.ts';
import type { AlertMode } from './options.ts';
import type { Outputs } from './outward/outputs.ts';

export interface CommitOptions {
  /** The log's own time; that of the statistics where it is left out. */
  readonly nowMs?: number;
  /** Everything was read: what waits for more is decided. */
  readonly end?: boolean;
}

/** Writes what changed into the store: positions and state in one transaction (design: "One engine owns the state"). */
export interface Committer {
  commit(options?: CommitOptions): void;
  /** Senders wait for word that their lines are kept: they hear it earlier than a commit a second would tell. */
  soon(): void;
  /** Commits every second from now on. */
  keep(): void;
  stop(): void;
}

export interface CommitterParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly incidents: IncidentTracker;
  readonly baseline: BaselineKeeper;
  readonly outputs: Outputs;
  readonly sources: () => SourceSet;
  readonly inForce: () => InForce;
  /** The log's own time. */
  readonly nowMs: () => number | undefined;
  readonly alertMode: AlertMode | undefined;
  /** Before every commit that comes by itself; false leaves it out. */
  readonly before: () => boolean;
  readonly onIncidents: ((changed: readonly IncidentRecord[]) => void) | undefined;
  readonly onRetired: ((retired: readonly Incident[]) => void) | undefined;
}

const COMMIT_MS = 1_000;
const CONFIRM_MS = 100;

/** The runs of cron read on from where they were, whatever a screen has read meanwhile. */
export const positionKey = (key: string, alertMode: AlertMode | undefined): string => (alertMode === 'since-last' ? `scan:${key}` : key);

export function createCommitter(parts: CommitterParts): Committer {
  const { clock, store, incidents, baseline, outputs, sources, inForce, alertMode, before, onIncidents, onRetired } = parts;
  let cancelKeep = (): void => {};
  let cancelSoon: (() => void) | undefined;

  const commit = ({ nowMs, end = false }: CommitOptions = {}): void => {
    const { auto, rules, acting, alerting } = inForce();
    const now = nowMs ?? parts.nowMs();
    if (now !== undefined) {
      rules.behaviours.advance(now);
      incidents.advance(now);
    }
    const changed = incidents.takeChanged();
    if (changed.length > 0) onIncidents?.(changed);
    outputs.incidents(changed);
    outputs.flush();
    const retired = incidents.takeRetired();
    if (retired.length > 0) onRetired?.(retired);
    const decided = auto?.decide(changed, { nowMs: nowMs ?? clock.now(), end });
    const sends = alertMode !== 'explain' && decided !== undefined;
    const positions = sources().positions();
    store.commit({
      incidents: changed,
      positions: positions.map(([key, position]) => [positionKey(key, alertMode), position] as const),
      history: baseline.takeRecords(),
      ...(sends ? { alerts: decided.alerts, kept: decided.kept } : {}),
    });
    sources().confirm();
    if (sends) for (const { channel, message } of decided.alerts) acting.audit.record(alertEvent(channel, message));
    if (sends && decided.alerts.length > 0) alerting.wake();
    for (const id of decided?.opened ?? []) if (incidents.byId(id)?.state === 'new') incidents.mark(id, 'alerted');
  };
  const keep = (): void => {
    cancelKeep = clock.after(COMMIT_MS, () => {
      if (before()) commit();
      keep();
    });
  };
  return {
    commit,
    keep,
    soon() {
      cancelSoon ??= clock.after(CONFIRM_MS, () => {
        cancelSoon = undefined;
        if (before()) commit();
      });
    },
    stop() {
      cancelKeep();
      cancelSoon?.();
    },
  };
}
