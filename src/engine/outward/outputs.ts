import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/schema.ts';
import { ecsDetection, ecsIncident } from '../../ecs/ecs.ts';
import { ecsCheckFinding } from '../../ecs/ecs-check.ts';
import { t } from '../../lang/lang.ts';
import type { KeptFinding } from '../../model/check.ts';
import type { Incident } from '../../model/incident.ts';
import type { OutputInfo } from '../../model/output.ts';
import { createFindingNews } from '../../outputs/finding-news.ts';
import { createIncidentNews } from '../../outputs/incident-news.ts';
import type { OutputRecord } from '../../outputs/record.ts';
import { digest } from '../event-ids.ts';
import type { Pace } from '../input/pace.ts';
import type { Notices } from '../notices.ts';
import type { EngineOptions } from '../options.ts';
import type { LineOrigin, Processed } from '../pipeline.ts';
import { type Fed, isStandardOutput, leavingNotice, openFed, openHeld, resize, type Wanted, wantedOf, written } from './fed.ts';

/** Where the findings of one engine go. */
export interface Outputs {
  /** False where nothing goes out. */
  readonly isFed: boolean;
  /**
   * Feeds others from now on. One that stays as it was goes on; of one whose settings changed what waits goes where they say now; one that is gone
   * gets a moment to take what waits, and the rest stays in its files. Standard output stays as it was at the start.
   */
  change(wanted: Pick<OutputsParts, 'config' | 'names'>): Promise<void>;
  /** A line that was processed; its detection goes out, unless it is history. */
  saw(processed: Processed, origin: LineOrigin): void;
  /** Incidents that changed. */
  incidents(changed: readonly Incident[]): void;
  /** Everything that is known now of a check; what changed in it goes out, and is in the files. */
  findings(findings: readonly KeptFinding[]): void;
  /** What was taken in is in the files: to be called before positions are kept, or a kill between the two loses it. */
  flush(): void;
  list(): readonly OutputInfo[];
  /** Findings that some output lost, as its buffer was full. */
  dropped(): number;
  /** For reading faster than life: rests while a buffer is more than half full and its peer takes something. */
  paced(pace: Pace): Pace;
  close(): Promise<void>;
}

export interface OutputsParts {
  readonly config: Config['outputs'];
  /** Names of those that are fed. */
  readonly names: readonly string[];
  /** Folder for what waits; undefined keeps it in memory. */
  readonly folder: string | undefined;
  /** Findings of checks that were known before: they were told. */
  readonly knownFindings?: readonly KeptFinding[];
  /** Lines that stood in a source before secmon came go out, too. */
  readonly withHistory: boolean;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly changed: () => void;
  readonly stdout?: Writable;
}

/** Those that this engine feeds: beside another one that keeps the state, only what was asked for on its command line. */
export function outputNames(
  outputs: EngineOptions['outputs'],
  { isSecond, notices }: { readonly isSecond: boolean; readonly notices: Notices },
): readonly string[] {
  const { configured = [], asked = [] } = outputs ?? {};
  if (!isSecond) return [...new Set([...configured, ...asked])];
  if (configured.length > 0) notices.add(t('outputs of the configuration are left to the secmon that keeps the state'));
  return asked;
}

const CLOSE_MS = 3_000;
const LOOK_MS = 50;
/** A peer that has taken nothing for as long does not hold up reading. */
const PATIENCE_MS = 60_000;

export function openOutputs(parts: OutputsParts): Outputs {
  const { folder, withHistory, clock, notices, changed: onChange } = parts;
  const open = (wanted: Wanted, held = openHeld(wanted, folder)): Fed => openFed(wanted, held, parts);
  let fed: readonly Fed[] = wantedOf(parts).map((one) => open(one));
  const news = createIncidentNews();
  const findingNews = createFindingNews(parts.knownFindings ?? []);
  /** Event time of the first line that was no history. */
  let fromMs: number | undefined = withHistory ? Number.NEGATIVE_INFINITY : undefined;
  const offer = (record: OutputRecord): void => {
    for (const { sender } of fed) sender.offer(record);
  };
  const list = (): OutputInfo[] => fed.map(({ sender }) => sender.info());
  const isCrowded = ({ waitingBytes, bufferBytes, lastSentMs, lastErrorMs }: OutputInfo, sinceMs: number): boolean =>
    waitingBytes > bufferBytes / 2 && (lastErrorMs === undefined || clock.now() - Math.max(sinceMs, lastSentMs ?? 0) < PATIENCE_MS);
  const room = async (): Promise<void> => {
    const sinceMs = clock.now();
    while (list().some((info) => isCrowded(info, sinceMs))) await setTimeout(LOOK_MS);
  };

  return {
    get isFed() {
      return fed.length > 0;
    },
    async change(next) {
      const wanted = wantedOf(next).filter((one) => !isStandardOutput(one));
      const nextOf = (one: Fed): Wanted | undefined => (isStandardOutput(one) ? one : wanted.find(({ name }) => name === one.name));
      const other = fed.filter((one) => {
        const then = nextOf(one);
        return then === undefined || written(then) !== written(one);
      });
      const added = wanted.filter(({ name }) => !fed.some((one) => one.name === name)).map((one) => open(one));
      // What comes meanwhile for one that changes waits in its buffer.
      fed = [...fed.filter((one) => nextOf(one) !== undefined), ...added];
      const waiting = await Promise.all(other.map(({ sender }) => sender.close(CLOSE_MS)));
      other.forEach((one, i) => {
        if (nextOf(one) === undefined && waiting[i] !== 0) notices.add(leavingNotice(one, waiting[i] ?? 0));
      });
      fed = fed.map((one) => {
        const then = nextOf(one);
        if (!other.includes(one) || then === undefined) return one;
        return open(then, resize(one, then));
      });
      onChange();
    },
    saw({ detection, line, eventId }, { live }) {
      if (fed.length === 0 || (!withHistory && !live)) return;
      fromMs ??= line.entry.timeMs ?? clock.now();
      if (detection === undefined) return;
      const place = { id: eventId, sequence: line.sequence, source: line.sourceName, fallbackMs: clock.now() };
      offer({ kind: 'detection', text: JSON.stringify(ecsDetection(detection, place)) });
    },
    incidents(changed) {
      if (fed.length === 0 || fromMs === undefined) return;
      for (const incident of changed)
        if (incident.endMs >= fromMs && news.isNews(incident, clock.monotonic()))
          offer({ kind: 'incident', text: JSON.stringify(ecsIncident(incident)) });
    },
    findings(findings) {
      // Asked also where nothing goes out: what is known by then is no news to an output that comes.
      const changes = findingNews.of(findings);
      if (fed.length === 0 || changes.length === 0) return;
      for (const { kept, change, gist } of changes) {
        const { check, finding, firstMs, lastMs } = kept;
        const when = change === 'new' ? [firstMs] : change === 'gone' ? [lastMs] : [lastMs, gist];
        const id = digest('check', hostname(), check, finding.key, change, ...when);
        offer({ kind: 'check', text: JSON.stringify(ecsCheckFinding(kept, { id, change })) });
      }
      for (const { sender } of fed) sender.flush();
    },
    flush() {
      for (const { sender } of fed) sender.flush();
    },
    list,
    dropped: () => fed.reduce((sum, { sender }) => sum + sender.info().dropped, 0),
    paced: (pace) => (fed.length === 0 ? pace : { rest: () => pace.rest()?.then(room) }),
    async close() {
      // The clock's timers keep no process alive; what is being sent should.
      const alive = setInterval(() => {}, CLOSE_MS);
      await Promise.all(fed.map(({ sender }) => sender.close(CLOSE_MS)));
      clearInterval(alive);
    },
  };
}
