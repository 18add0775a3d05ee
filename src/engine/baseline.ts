import { createHash, randomBytes } from 'node:crypto';
import { t } from '../lang/lang.ts';
import type { Detection } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import { type BaselineReport, type HistoryRecord, type HistorySlot, HOUR_MS, SLOT_MS } from '../model/history.ts';
import { actorOf } from '../net/address.ts';
import { compare } from '../statistics/compare.ts';
import { createHistory } from '../statistics/history.ts';
import { createKnownTexts } from '../statistics/history-known.ts';
import { mergeHour } from '../statistics/history-merge.ts';
import { createHistoryTexts } from '../statistics/history-texts.ts';
import type { Store } from '../store/store.ts';
import type { SourceSpec } from './options.ts';

/** What is usual for one engine's logs: learns it from the lines, keeps it in the store, compares the present with it. */
export interface BaselineKeeper {
  record(entry: Entry, timeMs: number, detection: Detection | undefined): void;
  /** What the store should take now. */
  takeRecords(): HistoryRecord[];
  report(): BaselineReport;
}

export interface BaselineParts {
  readonly store: Pick<Store, 'history'>;
  readonly sources: readonly SourceSpec[];
  /** Event time reached. */
  readonly nowMs: () => number | undefined;
}

const DAY_MS = 24 * HOUR_MS;
const MARGIN_MS = HOUR_MS + 4 * SLOT_MS;
/** From long before any log to long after: all that is kept. */
const EVER = { fromMs: 0, toMs: 8.64e15 };

/** Names one set of sources: the history of one log is no measure for another. */
export function historyScope(sources: readonly SourceSpec[]): string {
  const keys = sources.map((spec) => JSON.stringify('path' in spec ? spec.path : 'command' in spec ? spec.command : spec.type)).sort();
  return createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 16);
}

export function createBaselineKeeper({ store, sources, nowMs }: BaselineParts): BaselineKeeper {
  const scope = historyScope(sources);
  const seed = randomBytes(8);
  const known = createKnownTexts();
  const texts = createHistoryTexts();
  const history = createHistory({
    seed: [seed.readInt32LE(0), seed.readInt32LE(4)],
    isKnownPath: known.path,
    onTexts: known.learnTexts,
    nowMs,
  });
  let loaded = false;
  let sinceMs: number | undefined;

  const learn = (slot: HistorySlot): void => {
    known.learn(slot);
    sinceMs = Math.min(sinceMs ?? slot.startMs, slot.startMs);
  };
  /** What earlier runs kept: the hours, and the slots of the hour that is not over. */
  const load = (): void => {
    loaded = true;
    const hours = store.history.range({ scope, spanMs: HOUR_MS, ...EVER });
    for (const slot of hours) learn(slot);
    const fromMs = (hours.at(-1)?.startMs ?? 0) + HOUR_MS;
    for (const slot of store.history.range({ scope, spanMs: SLOT_MS, fromMs, toMs: EVER.toMs })) learn(slot);
  };
  const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
  const slotsOf = (hourMs: number, fresh: readonly HistorySlot[]): HistorySlot[] => {
    const kept = store.history.range({ scope, spanMs: SLOT_MS, fromMs: hourMs, toMs: hourMs + HOUR_MS });
    const byStart = new Map(kept.map((slot) => [slot.startMs, slot]));
    for (const slot of fresh) if (hourOf(slot.startMs) === hourMs) byStart.set(slot.startMs, slot);
    return [...byStart.values()];
  };
  /** Hours that the fresh slots completed. */
  const completedHours = (fresh: readonly HistorySlot[]): HistorySlot[] =>
    fresh
      .filter(({ startMs }) => hourOf(startMs) !== hourOf(startMs + SLOT_MS))
      .map(({ startMs }) => mergeHour(hourOf(startMs), slotsOf(hourOf(startMs), fresh)));

  return {
    record({ kind, address, target, userAgent, status }, timeMs, detection) {
      if (!loaded) load();
      const isRequest = kind === 'http';
      history.record({
        timeMs,
        actor: address === '' ? '' : actorOf(address),
        network: address === '' ? '' : texts.network(address),
        path: isRequest ? texts.path(target) : '',
        agent: isRequest ? texts.agent(userAgent) : '',
        status,
        families: detection?.families ?? [],
      });
    },
    takeRecords() {
      const fresh = history.takeComplete();
      for (const slot of fresh) learn(slot);
      return [...fresh, ...completedHours(fresh)].map((slot) => ({ scope, slot }));
    },
    report() {
      const recent = history.recent();
      const read = (agoMs: number): readonly HistorySlot[] =>
        store.history.range({
          scope,
          spanMs: SLOT_MS,
          fromMs: recent.startMs - agoMs - MARGIN_MS,
          toMs: recent.startMs - agoMs + MARGIN_MS,
        });
      return compare({ recent, before: [0, DAY_MS, 7 * DAY_MS].flatMap(read), known, sinceMs });
    },
  };
}

/** Of an engine that reads logs once, to their end: it learns nothing. */
export const NO_BASELINE: BaselineKeeper = {
  record: () => {},
  takeRecords: () => [],
  report: () => ({ fromMs: 0, toMs: 0, silent: t('is kept only while logs are followed'), slots: 0, sinceMs: undefined, rows: [] }),
};
