import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/schema.ts';
import { ecsDetection, ecsIncident } from '../../ecs/ecs.ts';
import { t } from '../../lang/lang.ts';
import type { Incident } from '../../model/incident.ts';
import { openDeadLetters } from '../../outputs/dead-letters.ts';
import { createIncidentNews } from '../../outputs/incident-news.ts';
import { createOutput } from '../../outputs/index.ts';
import { noticeOf } from '../../outputs/notice.ts';
import type { OutputInfo } from '../../outputs/output.ts';
import type { OutputRecord } from '../../outputs/record.ts';
import { createSender, type Sender } from '../../outputs/sender.ts';
import type { OutputConfig } from '../../outputs/settings.ts';
import { openSpool } from '../../outputs/spool/spool.ts';
import type { Pace } from '../input/pace.ts';
import type { Notices } from '../notices.ts';
import type { EngineOptions } from '../options.ts';
import type { LineOrigin, Processed } from '../pipeline.ts';

/** Where the findings of one engine go. */
export interface Outputs {
  /** A line that was processed; its detection goes out, unless it is history. */
  saw(processed: Processed, origin: LineOrigin): void;
  /** Incidents that changed. */
  incidents(changed: readonly Incident[]): void;
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
const MEBIBYTE = 1_024 * 1_024;

function openSender(name: string, config: OutputConfig, { folder, clock, notices, changed, stdout }: OutputsParts): Sender {
  const output = createOutput(config, { host: hostname(), stdout: stdout ?? process.stdout });
  const own = folder === undefined ? undefined : join(folder, name);
  return createSender({
    name,
    output,
    spool: openSpool({ folder: own, maxBytes: config.buffer_mb * MEBIBYTE }),
    deadLetters: openDeadLetters(own),
    clock,
    random: Math.random,
    onEvent(event) {
      notices.add(noticeOf(event, output.destination));
      changed();
    },
  });
}

export function openOutputs(parts: OutputsParts): Outputs {
  const { config, names, withHistory, clock } = parts;
  const senders = names.flatMap((name) => {
    const settings = config[name];
    return settings === undefined ? [] : [openSender(name, settings, parts)];
  });
  const news = createIncidentNews();
  /** Event time of the first line that was no history. */
  let fromMs: number | undefined = withHistory ? Number.NEGATIVE_INFINITY : undefined;
  const offer = (record: OutputRecord): void => {
    for (const sender of senders) sender.offer(record);
  };
  const list = (): OutputInfo[] => senders.map((sender) => sender.info());
  const isCrowded = ({ waitingBytes, bufferBytes, lastSentMs, lastErrorMs }: OutputInfo, sinceMs: number): boolean =>
    waitingBytes > bufferBytes / 2 && (lastErrorMs === undefined || clock.now() - Math.max(sinceMs, lastSentMs ?? 0) < PATIENCE_MS);
  const room = async (): Promise<void> => {
    const sinceMs = clock.now();
    while (list().some((info) => isCrowded(info, sinceMs))) await setTimeout(LOOK_MS);
  };

  return {
    saw({ detection, line }, { live }) {
      if (senders.length === 0 || (!withHistory && !live)) return;
      fromMs ??= line.entry.timeMs ?? clock.now();
      if (detection === undefined) return;
      const place = { sequence: line.sequence, source: line.sourceName, fallbackMs: clock.now() };
      offer({ kind: 'detection', text: JSON.stringify(ecsDetection(detection, place)) });
    },
    incidents(changed) {
      if (senders.length === 0 || fromMs === undefined) return;
      for (const incident of changed)
        if (incident.endMs >= fromMs && news.isNews(incident, clock.monotonic()))
          offer({ kind: 'incident', text: JSON.stringify(ecsIncident(incident)) });
    },
    flush() {
      for (const sender of senders) sender.flush();
    },
    list,
    dropped: () => senders.reduce((sum, sender) => sum + sender.info().dropped, 0),
    paced: (pace) => (senders.length === 0 ? pace : { rest: () => pace.rest()?.then(room) }),
    async close() {
      // The clock's timers keep no process alive; what is being sent should.
      const alive = setInterval(() => {}, CLOSE_MS);
      await Promise.all(senders.map((sender) => sender.close(CLOSE_MS)));
      clearInterval(alive);
    },
  };
}
