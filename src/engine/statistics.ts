import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Detection } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import type { AddressRow, Snapshot, StatusSeries, WindowName } from '../model/snapshot.ts';
import { type AddressLine, createAddressWindows, type TopRequest } from '../statistics/address-window.ts';
import { createAheadBuffer } from '../statistics/ahead-buffer.ts';
import { createBaseline, type Usual } from '../statistics/baseline.ts';
import { createFamilyCounts } from '../statistics/family-counts.ts';
import { ratePerSecond } from '../statistics/rate.ts';
import { createStatusCounter } from '../statistics/status-series.ts';
import { createWatermark, MAX_DISORDER_MS, type Watermark } from '../statistics/watermark.ts';

/** How one line counts. */
export interface Counted {
  readonly sourceId: number;
  readonly timeMs: number;
  /** Who sent it: address, /64, or host name; `''` when unknown. */
  readonly actor: string;
  /** Request path without query. */
  readonly path: string;
  readonly detection: Detection | undefined;
}

/** All counting of one engine, in event time and bounded memory. */
export interface Statistics {
  record(entry: Entry, counted: Counted): void;
  /** A source has read all that existed: what comes now is new, and its time runs with the wall clock. */
  setLive(sourceId: number): void;
  /** The input has ended: counts what still waits for its time, unless that lies in the future. */
  settle(): void;
  /** Event time reached over all sources; undefined before the first line with a time. */
  nowMs(): number | undefined;
  /** How far behind the wall clock lines arrive; undefined in replay and for logs of another day. */
  lagMs(): number | undefined;
  readonly lines: number;
  readonly detections: number;
  /** Lines whose time lies ahead of the log's by more than five minutes. */
  readonly ahead: number;
  usual(path: string): Usual | undefined;
  /** How often ordinary requests of any path were answered with this size. */
  timesSeen(bytes: number): number;
  addresses(request: Omit<TopRequest, 'nowMs'>): { rows: AddressRow[]; distinct: number };
  /** One actor in the window of all. */
  address(actor: string): AddressRow | undefined;
  /** One actor in the last five minutes. */
  lately(actor: string): AddressRow | undefined;
  /** The last 120 seconds. */
  status(): StatusSeries;
  ratePerSecond(): number;
  families(window: WindowName): Snapshot['families'];
}

const STEPS = 120;
const MAX_PATHS = 2_000;
const DAY_MS = 86_400_000;
/** Methods whose answers have the path's usual size; HEAD has none. */
const TEACHING: ReadonlySet<string> = new Set(['GET', 'POST']);

type Held = AddressLine & { readonly detection: Detection | undefined };

export function createStatistics({ clock }: { clock: Clock }): Statistics {
  const seed = randomBytes(8);
  const windows = createAddressWindows({ seed: [seed.readInt32LE(0), seed.readInt32LE(4)] });
  const baseline = createBaseline({ maxPaths: MAX_PATHS });
  const status = createStatusCounter();
  const families = createFamilyCounts();
  const waiting = createAheadBuffer<Held>();
  const watermarks = new Map<number, Watermark>();
  let lines = 0;
  let detections = 0;

  const watermarkOf = (sourceId: number): Watermark => {
    let watermark = watermarks.get(sourceId);
    if (!watermark) {
      watermark = createWatermark();
      watermarks.set(sourceId, watermark);
    }
    return watermark;
  };
  const nowMs = (): number | undefined => {
    const wallMs = clock.now();
    let now: number | undefined;
    for (const watermark of watermarks.values()) {
      const at = watermark.at(wallMs);
      if (at !== undefined && (now === undefined || at > now)) now = at;
    }
    return now;
  };
  const count = (held: Held, now: number): void => {
    windows.record(held);
    status.record({ timeMs: held.timeMs, status: held.status, nowMs: now });
    if (held.detection) families.record({ timeMs: held.timeMs, families: held.detection.families, severity: held.detection.severity });
  };
  const release = (now: number): void => {
    if (waiting.size > 0) for (const held of waiting.release(now)) count(held, Math.max(now, held.timeMs));
  };
  const settled = (): number => {
    const now = nowMs();
    if (now !== undefined) release(now);
    return now ?? clock.now();
  };

  return {
    record(entry, { sourceId, timeMs, actor, detection }) {
      lines++;
      if (detection) detections++;
      else if (entry.kind === 'http' && TEACHING.has(entry.method)) baseline.record(entry);
      const held = { timeMs, address: actor, status: entry.status, bytes: entry.bytes, severity: detection?.severity, detection };
      const watermark = watermarkOf(sourceId);
      const timeliness = watermark.observe(timeMs, clock.now());
      if (timeliness === 'ahead') waiting.hold(held, timeMs);
      else {
        count(held, Math.max(timeMs, watermark.at(clock.now()) ?? timeMs));
        release(timeMs);
      }
    },
    setLive: (sourceId) => watermarkOf(sourceId).setLive(true),
    settle: () => release(clock.now() + MAX_DISORDER_MS),
    nowMs,
    lagMs() {
      let lag: number | undefined;
      for (const watermark of watermarks.values()) if (watermark.lagMs !== undefined) lag = Math.max(lag ?? 0, watermark.lagMs);
      return lag === undefined || lag > DAY_MS ? undefined : lag;
    },
    get lines() {
      return lines;
    },
    get detections() {
      return detections;
    },
    get ahead() {
      let ahead = 0;
      for (const watermark of watermarks.values()) ahead += watermark.ahead;
      return ahead;
    },
    usual: (path) => baseline.usual(path),
    timesSeen: (bytes) => baseline.timesSeen(bytes),
    addresses: (request) => windows.top({ ...request, nowMs: settled() }),
    address: (actor) => windows.find(actor, 'all', settled()),
    lately: (actor) => windows.find(actor, '5m', settled()),
    status: () => status.series({ step: 'second', length: STEPS, nowMs: settled() }),
    ratePerSecond: () => ratePerSecond(status.series({ step: 'second', length: 5, nowMs: settled() })),
    families: (window) => families.top({ window, nowMs: settled() }),
  };
}
