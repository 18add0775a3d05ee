import type { Detector } from '../detection/detector.ts';
import { createOutcomeJudge, familiesOf } from '../detection/outcome.ts';
import { plainPath } from '../detection/outcome-place.ts';
import { CONTROL_FAMILIES } from '../incidents/phrases.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Detection, Family, Hit, Severity } from '../model/detection.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import { actorOf } from '../net/address.ts';
import type { Behaviours } from './behaviours.ts';
import type { Feed } from './feed/feed.ts';
import type { HeldLine } from './feed/held-line.ts';
import { createSift, NOTHING_FOUND, type Sifted, withHits } from './input/sift.ts';
import type { SourcePlaces } from './input/source-places.ts';
import type { Muting } from './rules/mutes.ts';
import type { RuleTally } from './rules/rule-list.ts';
import type { Statistics } from './statistics.ts';

/** Where a line came from. */
export interface LineOrigin {
  readonly sourceId: number;
  readonly sourceName: string;
  /** The line's number in its source, from 1. */
  readonly sequence: number;
  /** False for what stood in the source before secmon came. */
  readonly live: boolean;
  /** Where the lines of the source stand; absent where there is no source. */
  readonly places?: SourcePlaces;
}

/** What became of one line. */
export interface Processed {
  readonly line: HeldLine;
  readonly detection: Detection | undefined;
  /** Of the detection, where somebody asked for it (see event-ids.ts). */
  readonly eventId?: string;
}

export interface Pipeline {
  /** Detects, judges, counts and holds one entry; synchronous, never throws for any entry. */
  process(entry: Entry, origin: LineOrigin): Processed;
}

export interface PipelineParts {
  readonly detector: Detector;
  readonly statistics: Statistics;
  readonly incidents: IncidentTracker;
  readonly behaviours: Behaviours;
  /** Whether an address is known to be harmless (an allow list, a verified crawler): it is never more than low. */
  readonly isTrusted: (address: string, userAgent: string) => boolean;
  readonly feed: Feed;
  /** What the person keeps quiet; without it nothing is. */
  readonly muting?: Muting;
  readonly tally?: RuleTally;
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

/** The worst of the rules', raised by a success; low for those known to be harmless. */
export function severityOf(hits: readonly Hit[], { success, trusted }: { readonly success: boolean; readonly trusted: boolean }): Severity {
  const severity = worstOf(hits);
  return trusted ? 'low' : success ? raised(severity) : severity;
}

const NO_HITS: readonly Hit[] = [];
const NO_FAMILIES: readonly Family[] = [];

/** Field by field: spreads cost more than all the rest of an ordinary line. */
function toLine(entry: Entry, { sourceId, sourceName, sequence }: LineOrigin, { detection, muted }: Sifted): Omit<HeldLine, 'id'> {
  const line = {
    sourceId,
    sourceName,
    sequence,
    entry,
    hits: detection?.hits,
    severity: detection?.severity,
    families: detection?.families ?? NO_FAMILIES,
    outcome: detection?.outcome,
    success: detection?.success ?? false,
    note: detection?.note ?? '',
  };
  return muted.length === 0 ? line : { ...line, muted };
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const { detector, statistics, incidents, behaviours, isTrusted, feed, muting, tally, fallbackMs } = parts;
  const outcomes = createOutcomeJudge();
  /** What a path usually answers, or, for a payload behind another spelling of it, its usual spelling. */
  const usualOf = (target: string): ReturnType<Statistics['usual']> => {
    const path = pathOf(target);
    const usual = statistics.usual(path);
    const plain = target.includes('?') ? plainPath(path) : path;
    const other = plain === path ? undefined : statistics.usual(plain);
    return other !== undefined && other.count > (usual?.count ?? 0) ? other : usual;
  };
  const judge = (entry: Entry, hits: readonly Hit[], actor: string): Detection => {
    const families = familiesOf(hits);
    const usual = entry.kind === 'http' ? usualOf(entry.target) : undefined;
    const earlier = CONTROL_FAMILIES.has(families[0] ?? 'recon') ? incidents.succeeded(actor) : undefined;
    const judgement = outcomes.judge(entry, hits, { usual, timesSeen: statistics.timesSeen, earlier });
    const trusted = isTrusted(entry.address, entry.userAgent);
    return { entry, hits, families, severity: severityOf(hits, { success: judgement.success, trusted }), ...judgement };
  };
  const lessen = (detection: Detection, hits: readonly Hit[]): Detection => {
    const { address, userAgent } = detection.entry;
    return {
      ...withHits(detection, hits),
      severity: severityOf(hits, { success: detection.success, trusted: isTrusted(address, userAgent) }),
    };
  };
  const sift = createSift({ muting, judge, lessen });

  return {
    process(entry, origin) {
      const findings = detector.detect(entry);
      const timeMs = entry.timeMs ?? fallbackMs();
      const actor = entry.address === '' ? '' : actorOf(entry.address);
      const sifted =
        findings === undefined ? NOTHING_FOUND : sift({ entry, hits: findings.hits, observed: findings.observed, actor, timeMs });
      const { detection, muted, observed } = sifted;
      tally?.line(detection?.hits ?? NO_HITS, muted, { success: detection?.success === true, timeMs });
      statistics.record(entry, { sourceId: origin.sourceId, timeMs, actor, path: pathOf(entry.target), detection });
      if (actor !== '') {
        incidents.entry(actor, timeMs, entry.target || entry.message);
        if (detection) incidents.detection(actor, detection, { timeMs, source: origin.sourceName });
      }
      if (observed.length > 0) {
        behaviours.observe({ entry, timeMs, observed, loud: detection !== undefined, actor, source: origin.sourceName });
      }
      const line = feed.push(toLine(entry, origin, sifted));
      return { line, detection };
    },
  };
}
