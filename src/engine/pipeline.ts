import type { Detector } from '../detection/detector.ts';
import { familiesOf, type Judgement, judgeOutcome } from '../detection/outcome.ts';
import { CONTROL_FAMILIES } from '../incidents/phrases.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Detection, Family, Hit, Severity } from '../model/detection.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import { actorOf } from '../net/address.ts';
import type { Feed, HeldLine } from './feed.ts';
import type { Statistics } from './statistics.ts';

/** Where a line came from. */
export interface LineOrigin {
  readonly sourceId: number;
  readonly sourceName: string;
  /** The line's number in its source, from 1. */
  readonly sequence: number;
}

/** What became of one line. */
export interface Processed {
  readonly line: HeldLine;
  readonly detection: Detection | undefined;
}

export interface Pipeline {
  /** Detects, judges, counts and holds one entry; synchronous, never throws for any entry. */
  process(entry: Entry, origin: LineOrigin): Processed;
}

export interface PipelineParts {
  readonly detector: Detector;
  readonly statistics: Statistics;
  readonly incidents: IncidentTracker;
  readonly feed: Feed;
  /** Event time for lines that have none: now, as the statistics see it. */
  readonly fallbackMs: () => number;
}

const pathOf = (target: string): string => {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
};

/** The next level up: a success weighs more than the attempt. */
const raised = (severity: Severity): Severity => SEVERITIES[Math.min(SEVERITIES.length - 1, SEVERITIES.indexOf(severity) + 1)] ?? severity;

const worstOf = (hits: readonly Hit[]): Severity =>
  hits.reduce<Severity>(
    (worst, { rule }) => (SEVERITIES.indexOf(rule.severity) > SEVERITIES.indexOf(worst) ? rule.severity : worst),
    'low',
  );

export function createPipeline({ detector, statistics, incidents, feed, fallbackMs }: PipelineParts): Pipeline {
  /** A web shell or command that is answered after the same actor already succeeded has corroboration (design: outcome). */
  const corroborated = (judgement: Judgement, families: readonly Family[], actor: string): Judgement => {
    if (judgement.outcome !== 'answered' || judgement.success || !CONTROL_FAMILIES.has(families[0] ?? 'recon')) return judgement;
    const earlier = incidents.succeeded(actor);
    return earlier === undefined ? judgement : { ...judgement, success: true, note: `after ${earlier}` };
  };
  const judge = (entry: Entry, hits: readonly Hit[], actor: string): Detection => {
    const families = familiesOf(hits);
    const usual = entry.kind === 'http' ? statistics.usual(pathOf(entry.target)) : undefined;
    const judgement = corroborated(judgeOutcome(entry, usual, hits), families, actor);
    const severity = worstOf(hits);
    return { entry, hits, families, severity: judgement.success ? raised(severity) : severity, ...judgement };
  };

  return {
    process(entry, origin) {
      const hits = detector.detect(entry);
      const timeMs = entry.timeMs ?? fallbackMs();
      const actor = entry.address === '' ? '' : actorOf(entry.address);
      const detection = hits && judge(entry, hits, actor);
      statistics.record(entry, { sourceId: origin.sourceId, timeMs, actor, path: pathOf(entry.target), detection });
      if (actor !== '') {
        incidents.entry(actor, timeMs, entry.target || entry.message);
        if (detection) incidents.detection(actor, detection, { timeMs, source: origin.sourceName });
      }
      const line = feed.push({
        ...origin,
        entry,
        hits,
        severity: detection?.severity,
        families: detection?.families ?? [],
        outcome: detection?.outcome,
        success: detection?.success ?? false,
        note: detection?.note ?? '',
      });
      return { line, detection };
    },
  };
}
