import type { Entry } from '../model/entry.ts';
import type { CatchUp } from './alerting/catch-up.ts';
import type { ClientWatch } from './clients/client-watch.ts';
import type { EventIds } from './event-ids.ts';
import type { InForce } from './in-force.ts';
import type { Known } from './known.ts';
import type { LogWatch } from './log-watch/log-watch.ts';
import type { MetricsCounters } from './outward/metrics.ts';
import type { Outputs } from './outward/outputs.ts';
import type { LineOrigin, Processed } from './pipeline.ts';
import type { WebRoot } from './web-root/web-root.ts';

export interface LineWayParts {
  readonly known: Known;
  readonly inForce: () => InForce;
  readonly logWatch: LogWatch;
  readonly clientWatch: ClientWatch;
  readonly outputs: Outputs;
  readonly eventIds: EventIds;
  readonly webRoot: WebRoot | undefined;
  readonly catchUp: CatchUp | undefined;
  readonly metrics: () => MetricsCounters | undefined;
  /** Which lines count at all. */
  readonly accepts: ((entry: Entry) => boolean) | undefined;
  readonly onLine: ((processed: Processed) => void) | undefined;
}

/** The way of a line through the engine: everybody who must see it, in the order in which they may. */
export function createLineWay(parts: LineWayParts): (entry: Entry, origin: LineOrigin) => void {
  const { known, inForce, logWatch, clientWatch, outputs, eventIds, webRoot, catchUp, metrics, accepts, onLine } = parts;
  const { statistics, logTime, baseline, clock, changed } = known;
  return (entry, origin) => {
    if (accepts?.(entry) === false) return;
    const { auto, rules, acting, checks } = inForce();
    const counters = metrics();
    changed();
    if (entry.timeMs !== undefined) logTime.saw(entry.timeMs);
    logWatch.saw({ timeMs: entry.timeMs, who: entry.address }, origin);
    catchUp?.before(entry.timeMs);
    auto?.before(entry, origin);
    const found =
      counters === undefined ? rules.pipeline.process(entry, origin) : counters.counted(() => rules.pipeline.process(entry, origin));
    const isTold = found.detection !== undefined && (outputs.isFed || onLine !== undefined);
    const processed = isTold ? { ...found, eventId: eventIds.of(entry, origin) } : found;
    const timeMs = entry.timeMs ?? statistics.nowMs() ?? clock.now();
    outputs.saw(processed, origin);
    auto?.after(processed);
    checks.saw(processed, origin);
    baseline.record(entry, timeMs, processed.detection);
    clientWatch.saw(entry, timeMs);
    webRoot?.saw(processed.line);
    acting.banDesk.saw(entry);
    onLine?.(processed);
    catchUp?.after(statistics.nowMs());
  };
}
