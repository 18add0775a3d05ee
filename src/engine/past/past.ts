import type { Clock } from '../../clock/clock.ts';
import { packConfig, unpackConfig } from '../../config/wire.ts';
import { t } from '../../lang/lang.ts';
import type { Entry } from '../../model/entry.ts';
import type { PastInfo, Snapshot } from '../../model/snapshot.ts';
import { dateTime } from '../../text/units.ts';
import type { Handlers, LiveHandlers } from '../handlers.ts';
import type { OpenedSources } from '../input/open-sources.ts';
import { createPace, type Pace } from '../input/pace.ts';
import type { EngineOptions } from '../options.ts';
import type { Processed } from '../pipeline.ts';
import type { Command, EngineClient, EngineEvent, View } from '../protocol.ts';
import { MOMENT_FORMS, momentOf } from './moment.ts';
import { planSources } from './past-sources.ts';

/** How much is read before the moment, and after it at a time. */
const BEFORE_MS = 5 * 60_000;
const AFTER_MS = 15 * 60_000;
/** Lines may be out of order by this much: the search begins so much earlier. */
const DISORDER_MS = 5 * 60_000;
/** Lines after the moment that are read at a time, so that the moment itself is still held. */
const MOST_LINES = 14_000;

/** What is routed to the past while it is open; everything else stays with the present. */
const ROUTED = [
  'view',
  'entry',
  'actor',
  'seek',
  'incidents',
  'rejected',
  'ticket',
  'evidence',
  'evidence.pack',
  'evidence.part',
] as const satisfies readonly Command[];
/** What must not happen by mistake about something long past. */
const REFUSED = [
  'alert.preview',
  'alert.send',
  'incident.mark',
  'mute.options',
  'mute.write',
  'ban.preview',
  'ban.run',
  'ban.end',
] as const satisfies readonly Command[];

/** Shows a time in the past in the screens of the present, by a second engine that keeps nothing and alerts nobody. */
export interface Past {
  /** The table of commands with those of the past, and with `live`'s own routed to the past while it is open. */
  route(live: LiveHandlers): Handlers;
  /** The snapshot of the past; undefined while the present is shown. */
  snapshot(): Snapshot | undefined;
  readonly revision: number;
  close(): Promise<void>;
}

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

/** Lets reading rest when it has come as far as asked. */
interface Gate extends Pace {
  close(): void;
  open(): void;
  /** Opens for good. */
  release(): void;
  readonly closed: boolean;
}

function createGate(pace: Pace): Gate {
  let released = false;
  let waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  const open = (): void => {
    waiting?.resolve();
    waiting = undefined;
  };
  return {
    rest: () => waiting?.promise ?? pace.rest(),
    close() {
      if (waiting !== undefined || released) return;
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      waiting = { promise, resolve };
    },
    open,
    release() {
      released = true;
      open();
    },
    get closed() {
      return waiting !== undefined;
    },
  };
}

/** One opened time. */
interface OpenPast {
  readonly engine: PastEngine;
  info(): PastInfo;
  more(): void;
  close(): Promise<void>;
}

/** The window of time that is let in, and how far it is read. */
function createWindow(atMs: number, gate: Gate) {
  const fromMs = atMs - BEFORE_MS;
  let untilMs = atMs + AFTER_MS;
  let room = MOST_LINES;
  let reachedMs = fromMs;
  let inside = false;
  return {
    fromMs,
    accepts({ timeMs }: Entry): boolean {
      if (timeMs !== undefined) {
        inside = timeMs >= fromMs;
        if (inside) reachedMs = Math.max(reachedMs, timeMs);
        if (timeMs >= atMs) room -= 1;
        if (timeMs > untilMs || room <= 0) gate.close();
      }
      return inside;
    },
    more(): void {
      untilMs = Math.max(untilMs, reachedMs) + AFTER_MS;
      room = MOST_LINES;
      gate.open();
    },
    reachedMs: () => reachedMs,
  };
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

async function openPast(
  parts: PastParts,
  { atMs, nowMs, signal }: { atMs: number; nowMs: number; signal: AbortSignal },
): Promise<OpenPast> {
  const { clock, open } = parts;
  const options = parts.options();
  if (atMs > nowMs) throw new Error(t('that is still to come: the log has reached {time}', { time: dateTime(nowMs, options.timeZone) }));
  const fromMs = atMs - BEFORE_MS;
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
  const gate = createGate(createPace(clock));
  const window = createWindow(atMs, gate);
  let rowId: number | undefined;
  let ended = false;
  const engine = await open(pastOptions(options), {
    clock,
    emit: () => {},
    pace: gate,
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
      toMs: window.reachedMs(),
      state: ended ? 'ended' : gate.closed ? 'paused' : 'reading',
      percent: ended || gate.closed ? 100 : Math.min(99, Math.floor((100 * engine.sources.bytes()) / plan.bytes)),
      rowId,
      note: [beginNote, ...plan.problems].filter((part) => part !== '').join('; '),
    }),
    more: window.more,
    async close() {
      const closed = engine.client.close();
      gate.release();
      await closed;
      await running;
    },
  };
}

export function createPast(parts: PastParts): Past {
  let current: OpenPast | undefined;
  let opening: AbortController | undefined;
  let view: View | undefined;
  let changes = 0;

  const infoOf = (past: OpenPast, shot: Snapshot): Snapshot => ({ ...shot, past: past.info() });
  const close = async (): Promise<void> => {
    opening?.abort();
    opening = undefined;
    const before = current;
    current = undefined;
    changes++;
    await before?.close();
  };
  const open = async (text: string): Promise<PastInfo> => {
    const nowMs = parts.logTimeMs();
    const atMs = momentOf(text, { nowMs, timeZone: parts.options().timeZone });
    if (atMs === undefined) throw new Error(t('a time is written as {forms}', { forms: MOMENT_FORMS }));
    await close();
    const abort = new AbortController();
    opening = abort;
    const opened = await openPast(parts, { atMs, nowMs, signal: abort.signal });
    if (opening !== abort) {
      await opened.close();
      throw new Error(t('given up'));
    }
    opening = undefined;
    current = opened;
    changes++;
    if (view !== undefined) await opened.engine.client.request('view', { ...view, bottom: 'tail' });
    return opened.info();
  };

  return {
    route(live) {
      const routed = <C extends (typeof ROUTED)[number]>(command: C) =>
        [command, (request: never) => (current ? current.engine.client.request(command, request) : live[command](request))] as const;
      const refused = <C extends (typeof REFUSED)[number]>(command: C) =>
        [
          command,
          (request: never) => {
            if (current) throw new Error(t('this is the past, where nothing is sent or marked: Esc goes back to live'));
            return live[command](request);
          },
        ] as const;
      const table = Object.fromEntries([...ROUTED.map(routed), ...REFUSED.map(refused)]) as unknown as Pick<
        LiveHandlers,
        (typeof ROUTED)[number] | (typeof REFUSED)[number]
      >;
      return {
        ...live,
        ...table,
        async view(asked) {
          view = asked;
          const past = current;
          return past ? infoOf(past, await past.engine.client.request('view', asked)) : live.view(asked);
        },
        'past.open': ({ text }) => open(text),
        'past.more'() {
          if (!current) throw new Error(t('no time of the past is open: :02:15 opens one'));
          current.more();
          changes++;
          return current.info();
        },
        'past.close': async () => {
          await close();
          return true;
        },
      };
    },
    snapshot() {
      const shot = current?.engine.snapshot();
      return current && shot && infoOf(current, shot);
    },
    get revision() {
      return changes + (current?.engine.revision ?? 0);
    },
    close,
  };
}
