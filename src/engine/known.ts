import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { createIncidentTracker, type IncidentTracker } from '../incidents/tracker.ts';
import type { KeptFinding } from '../model/check.ts';
import { openStore } from '../store/open-store.ts';
import { storeText } from '../store/sentences.ts';
import { storePath } from '../store/state-directory.ts';
import type { Store } from '../store/store.ts';
import type { Decision } from './alerting/auto-alerts.ts';
import { type BaselineKeeper, createBaselineKeeper, NO_BASELINE } from './baseline.ts';
import { createFeed, type Feed } from './feed/feed.ts';
import { restoreIncidents } from './incidents/restore-incidents.ts';
import { createNotices, type Notices } from './notices.ts';
import type { EngineOptions } from './options.ts';
import { createLogTime, type LogTime } from './past/log-time.ts';
import { createRuleTally, type RuleTally } from './rules/rule-list.ts';
import { createRejectedLines, type RejectedLines } from './screens/rejected.ts';
import { createStatistics, type Statistics } from './statistics.ts';

/** What an engine knows. It outlives a reload of configuration and rules. */
export interface Known {
  readonly clock: Clock;
  readonly store: Store;
  readonly statistics: Statistics;
  readonly incidents: IncidentTracker;
  readonly feed: Feed;
  readonly rejected: RejectedLines;
  readonly baseline: BaselineKeeper;
  readonly logTime: LogTime;
  readonly notices: Notices;
  readonly tally: RuleTally;
  /** Something changed that screens show. */
  readonly changed: () => void;
  /** Something must reach the operator's terminal. */
  readonly notify: (text: string) => void;
  readonly onDecision: ((decision: Decision) => void) | undefined;
  /** Told of every notice. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Everything that is known of a check now. */
  readonly onFindings: (findings: readonly KeptFinding[]) => void;
}

/** Opens the store and takes up what it kept. Throws typed errors for what a person must mend. */
export async function openKnown(
  options: EngineOptions,
  told: Pick<Known, 'clock' | 'changed' | 'notify' | 'onDecision' | 'onNotice' | 'onFindings'>,
): Promise<Known> {
  const { clock } = told;
  const store = await openStore({ path: options.persist ? storePath(options.stateDirectory) : ':memory:', now: clock.now });
  const statistics = createStatistics({ clock });
  const notices = createNotices(clock.now(), told.onNotice);
  const incidents = createIncidentTracker({ newId: randomUUID });
  const sinceLast = restoreIncidents(store.incidents, incidents);
  for (const text of store.notices) notices.add(storeText(text));
  if (sinceLast !== '') notices.add(sinceLast);
  return {
    ...told,
    store,
    statistics,
    incidents,
    feed: createFeed(options.heldLines === undefined ? {} : { recent: options.heldLines }),
    rejected: createRejectedLines(),
    baseline: options.follow ? createBaselineKeeper({ store, sources: options.sources, nowMs: statistics.nowMs }) : NO_BASELINE,
    logTime: createLogTime(clock),
    notices,
    tally: createRuleTally(),
  };
}
