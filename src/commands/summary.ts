import type { Engine } from '../engine/engine.ts';
import type { Processed } from '../engine/pipeline.ts';
import type { ScanSummary } from '../headless/report.ts';
import type { Severity } from '../model/detection.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Incident } from '../model/incident.ts';

const MAX_CLOSED = 10_000;
const TOP_ADDRESSES = 10;

/** Gathers what a report tells, while lines go by. */
export interface Summary {
  add(processed: Processed): void;
  /** Takes incidents of which nothing more will be heard. */
  incidents(retired: readonly Incident[]): void;
  /** The worst of all detections and incidents. */
  worst(engine: Engine): Severity | undefined;
  result(engine: Engine): ScanSummary;
}

export function createSummary(): Summary {
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  let firstMs: number | undefined;
  let lastMs: number | undefined;
  const closed: Incident[] = [];
  let forgotten = 0;
  let muted = 0;

  return {
    add({ line, detection }) {
      const { timeMs } = line.entry;
      if (timeMs !== undefined) {
        firstMs = Math.min(firstMs ?? timeMs, timeMs);
        lastMs = Math.max(lastMs ?? timeMs, timeMs);
      }
      if (line.muted !== undefined) muted++;
      if (detection) bySeverity[detection.severity]++;
    },
    incidents(retired) {
      for (const incident of retired) {
        if (closed.length < MAX_CLOSED) closed.push(incident);
        else forgotten++;
      }
    },
    worst(engine) {
      const incidents = [...closed, ...engine.incidents()];
      return [...SEVERITIES].reverse().find((s) => bySeverity[s] > 0 || incidents.some(({ severity }) => severity === s));
    },
    result(engine) {
      const { statistics, sources } = engine;
      const top = statistics.addresses({ window: 'all', sort: 'hits', reverse: false, limit: TOP_ADDRESSES });
      return {
        sources: sources.statuses(),
        lines: statistics.lines,
        bytes: sources.bytes(),
        firstMs,
        lastMs,
        detections: statistics.detections,
        muted,
        bySeverity,
        families: statistics.families('all'),
        // What an earlier run left, and nothing happened to since, is none of this one's.
        incidents: [...closed, ...engine.incidents()]
          .filter(({ endMs }) => firstMs === undefined || endMs >= firstMs)
          .sort((a, b) => b.risk - a.risk),
        addresses: top.rows,
        addressCount: top.distinct,
        rejected: engine.rejected(),
        dropped: engine.dropped() + forgotten,
      };
    },
  };
}
