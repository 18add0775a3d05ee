import type { Clock } from '../../clock/clock.ts';
import { packConfig, unpackConfig } from '../../config/wire.ts';
import { t } from '../../lang/lang.ts';
import type { Entry } from '../../model/entry.ts';
import type { PastInfo, Snapshot } from '../../model/snapshot.ts';
import { dateTime } from '../../text/units.ts';
import type { OpenedSources } from '../input/open-sources.ts';
import { createPace, type Pace } from '../input/pace.ts';
import type { EngineOptions } from '../options.ts';
import type { Processed } from '../pipeline.ts';
import type { EngineClient, EngineEvent } from '../protocol.ts';
import { planSources } from './past-sources.ts';
import { AFTER_MS, createPastWindow } from './past-window.ts';

/** Lines may be out of order by this much: the search begins so much earlier. */
const DISORDER_MS = 5 * 60_000;

/** The engine that reads the past. */
interface PastEngine {
  readonly client: EngineClient;
  readonly revision: number;
  readonly sources: { bytes(): number };
  run(): Promise<void>;
  snapshot(): Snapshot | undefined;
}

interface PastEngineParts {
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  readonly opened: OpenedSources;
  readonly pace: Pace;
  readonly accepts: (entry: Entry) => boolean;
  readonly onLine: (processed: Processed) => void;
}

export interface PastParts {
  /** In force now. */
  readonly options: () => EngineOptions;
  readonly clock: Clock;
  /** The log's own time. */
  readonly logTimeMs: () => number;
  readonly open: (options: EngineOptions, parts: PastEngineParts) => Promise<PastEngine>;
}

/** One opened time. */
export interface OpenPast {
  readonly engine: PastEngine;
  info(): PastInfo;
  more(): void;
  close(): Promise<void>;
}

/** The same engine, but it reads once, keeps nothing, and has no way to reach people. */
function pastOptions(options: EngineOptions): EngineOptions {
  const config = unpackConfig(options.config, process.env);
  const silent = packConfig({ ...config, alerts: { ...config.alerts, channels: {} } }, options.config.folder);
  return {
    ...options,
    sources: [],
    follow: false,
    history: 'all',
    resume: false,
    persist: false,
    config: silent,
    watch: [],
    outputs: undefined,
    metrics: undefined,
    autoAlerts: undefined,
  };
}

/** Opens the engine that reads what stands around the moment. Throws what to tell a person. */
export async function openPast(
  parts: PastParts,
  { atMs, nowMs, signal }: { atMs: number; nowMs: number; signal: AbortSignal },
): Promise<OpenPast> {
  const { clock, open } = parts;
  const options = parts.options();
  if (atMs > nowMs) throw new Error(t('that is still to come: the log has reached {time}', { time: dateTime(nowMs, options.timeZone) }));
  const window = createPastWindow(atMs, createPace(clock));
  const { fromMs } = window;
  const plan = await planSources({
    specs: options.sources,
    fromMs: fromMs - DISORDER_MS,
    toMs: atMs + AFTER_MS,
    context: { timeZone: options.timeZone, nowMs: clock.now, isTrustedProxy: () => false },
    logFormat: options.logFormat,
    signal,
  });
  const begin = plan.beginMs === undefined ? '' : t('the logs begin at {time}', { time: dateTime(plan.beginMs, options.timeZone) });
  if (plan.opened.sources.length === 0) throw new Error(plan.problems.join('; ') || t('there is nothing to read again'));
  if (plan.beginMs !== undefined && plan.beginMs > atMs + AFTER_MS) throw new Error(begin);
  let rowId: number | undefined;
  let ended = false;
  const engine = await open(pastOptions(options), {
    clock,
    emit: () => {},
    pace: window,
    opened: plan.opened,
    accepts: window.accepts,
    onLine({ line }) {
      if (rowId === undefined && (line.entry.timeMs ?? 0) >= atMs) rowId = line.id;
    },
  });
  const end = (): void => {
    ended = true;
  };
  const running = engine.run().then(end, end);
  const beginNote = plan.beginMs !== undefined && plan.beginMs > fromMs ? begin : '';
  return {
    engine,
    info: () => ({
      atMs,
      fromMs,
      toMs: window.reachedMs,
      state: ended ? 'ended' : window.isResting ? 'paused' : 'reading',
      percent: ended || window.isResting ? 100 : Math.min(99, Math.floor((100 * engine.sources.bytes()) / plan.bytes)),
      rowId,
      note: [beginNote, ...plan.problems].filter((part) => part !== '').join('; '),
    }),
    more: window.more,
    async close() {
      const closed = engine.client.close();
      window.release();
      await closed;
      await running;
    },
  };
}
