import type { Clock } from '../../clock/clock.ts';
import { riskLevel } from '../../incidents/risk.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import type { CheckBrief } from '../../model/check.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { storeText } from '../../store/sentences.ts';
import type { Alerting } from '../alerting/alerting.ts';
import { type CountryOf, toPage } from '../feed/feed-row.ts';
import type { FeedWindow } from '../feed/feed-window.ts';
import { shownIncident } from '../incidents/shown-incident.ts';
import type { SourceSet } from '../input/source-set.ts';
import type { Notices } from '../notices.ts';
import type { Outputs } from '../outward/outputs.ts';
import type { View } from '../protocol.ts';
import type { Statistics } from '../statistics.ts';

export interface SnapshotParts {
  readonly clock: Clock;
  readonly statistics: Statistics;
  readonly incidents: IncidentTracker;
  readonly lines: FeedWindow;
  readonly sources: SourceSet;
  readonly notices: Notices;
  readonly alerting: Alerting;
  readonly outputs?: Pick<Outputs, 'dropped' | 'list'>;
  readonly countryOf: CountryOf;
  readonly memoryOnly: string;
  readonly checks?: () => readonly CheckBrief[];
}

const MAX_INCIDENTS = 20;

/** The bounded summary that a screen draws. */
export function buildSnapshot(view: View, parts: SnapshotParts): Snapshot {
  const { clock, statistics, incidents, lines, sources, notices, alerting, countryOf, memoryOnly } = parts;
  const top = statistics.addresses({ window: view.window, sort: view.sort, reverse: view.reverse, limit: view.addressRows });
  const open = incidents.open(MAX_INCIDENTS);
  const worst = open[0];
  return {
    viewId: view.id,
    eventMs: statistics.nowMs(),
    wallMs: clock.now(),
    sources: sources.statuses(),
    lines: statistics.lines,
    detections: statistics.detections,
    ratePerSecond: statistics.ratePerSecond(),
    lagMs: sources.ended() ? undefined : statistics.lagMs(),
    dropped: incidents.evicted + sources.dropped() + (parts.outputs?.dropped() ?? 0),
    ended: sources.ended(),
    feed: toPage(lines.page({ rows: view.rows, bottom: view.bottom }), countryOf),
    window: view.window,
    addresses: top.rows,
    addressCount: top.distinct,
    status: statistics.status(),
    families: statistics.families(view.window),
    incidents: open.map(shownIncident),
    incidentCount: incidents.openCount,
    risk: worst && riskLevel(worst.risk),
    alerts: alerting.counts(),
    outputsWaiting: parts.outputs?.list().filter(({ state }) => state === 'retrying').length ?? 0,
    ...(parts.checks === undefined ? {} : { checks: parts.checks() }),
    memoryOnly: storeText(memoryOnly),
    notices: notices.list(),
  };
}
