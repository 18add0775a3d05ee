import type { AlertRecord, AlertState } from '../model/alert.ts';
import { type HistoryRecord, SLOT_MS } from '../model/history.ts';
import type { IncidentRecord } from '../model/incident.ts';
import type { Position } from '../model/position.ts';
import { createMemoryChecks } from './check-tables.ts';
import {
  ACTOR_LIMIT,
  DUE_LIMIT,
  HISTORY_CARRIED,
  HISTORY_LIMIT,
  HISTORY_RETENTION_MS,
  LIST_LIMIT,
  MAX_ALERTS,
  MAX_HISTORY,
  MAX_INCIDENTS,
  MAX_POSITIONS,
  OPEN_LIMIT,
  RETENTION_MS,
  type StoreBatch,
  type Tables,
} from './store.ts';

/** In memory there is no room for as many as the file holds: those that go on are held elsewhere, too. */
const MAX_HELD = MAX_INCIDENTS;

interface Kept<T> {
  readonly value: T;
  /** Wall clock of the last write; retention counts from here, as an old log replayed today has old event times. */
  readonly updatedMs: number;
}

interface Held {
  readonly incidents: Map<string, Kept<IncidentRecord>>;
  readonly alerts: Map<string, AlertRecord>;
  readonly positions: Map<string, Kept<Position>>;
  readonly history: Map<string, Kept<HistoryRecord>>;
  readonly kept: Map<string, unknown>;
  readonly now: () => number;
}

/** The state in memory, with the behaviour of the file: used without libsql, or where the file cannot be used. */
export function createMemoryTables(now: () => number): Tables {
  const held: Held = { incidents: new Map(), alerts: new Map(), positions: new Map(), history: new Map(), kept: new Map(), now };
  const checks = createMemoryChecks(now);
  return {
    incidents: incidentTable(held),
    outbox: outboxTable(held),
    positions: {
      get: (key) => held.positions.get(key)?.value,
      set: (key, position) => void held.positions.set(key, { value: position, updatedMs: now() }),
    },
    history: {
      range: ({ scope, spanMs, fromMs, toMs }) =>
        [...held.history.values()]
          .filter(({ value }) => value.scope === scope && value.slot.spanMs === spanMs)
          .map(({ value }) => value.slot)
          .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
          .sort((a, b) => a.startMs - b.startMs)
          .slice(0, HISTORY_LIMIT),
    },
    kept: { get: (name) => held.kept.get(name) },
    checks: checks.checks,
    commit(batch) {
      commit(held, batch);
      checks.write(batch);
    },
    prune(nowMs) {
      prune(held, nowMs);
      checks.prune(nowMs);
    },
    everything: () => ({
      incidents: [...held.incidents.values()].map(({ value }) => value),
      alerts: [...held.alerts.values()],
      positions: [...held.positions].map(([key, { value }]) => [key, value] as const),
      history: [true, false].flatMap((fine) => historyOf(held, fine).slice(0, HISTORY_CARRIED)),
      kept: [...held.kept],
      ...checks.everything(),
    }),
    close: () => undefined,
  };
}

const descending = (a: number, b: number): number => b - a;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const latestFirst = (a: IncidentRecord, b: IncidentRecord): number => descending(a.endMs, b.endMs) || byText(a.id, b.id);
const worstFirst = (a: IncidentRecord, b: IncidentRecord): number => descending(a.risk, b.risk) || latestFirst(a, b);
const newestFirst = (a: AlertRecord, b: AlertRecord): number => descending(a.message.createdMs, b.message.createdMs) || byText(a.id, b.id);
const dueFirst = (a: AlertRecord, b: AlertRecord): number => (a.nextTryMs ?? 0) - (b.nextTryMs ?? 0) || byText(a.id, b.id);

const historyKey = ({ scope, slot }: HistoryRecord): string => `${slot.spanMs} ${slot.startMs} ${scope}`;

/** Slots of five minutes, or the longer ones: the latest written first. */
const historyOf = ({ history }: Held, fine: boolean): HistoryRecord[] =>
  [...history.values()]
    .filter(({ value }) => (value.slot.spanMs === SLOT_MS) === fine)
    .sort((a, b) => descending(a.updatedMs, b.updatedMs) || descending(a.value.slot.startMs, b.value.slot.startMs))
    .map(({ value }) => value);

function pruneHistory(held: Held, nowMs: number): void {
  for (const [key, { value, updatedMs }] of held.history)
    if (updatedMs < nowMs - HISTORY_RETENTION_MS[value.slot.spanMs === SLOT_MS ? 'fine' : 'coarse']) held.history.delete(key);
  for (const fine of [true, false]) for (const record of historyOf(held, fine).slice(MAX_HISTORY)) held.history.delete(historyKey(record));
}

function incidentTable({ incidents, now }: Held): Tables['incidents'] {
  const chosen = (keep: (incident: IncidentRecord) => boolean): IncidentRecord[] =>
    [...incidents.values()].map(({ value }) => value).filter(keep);
  return {
    save(saved) {
      for (const incident of saved) incidents.set(incident.id, { value: incident, updatedMs: now() });
    },
    get: (id) => incidents.get(id)?.value,
    open: (limit = OPEN_LIMIT) =>
      chosen((incident) => incident.state !== 'closed')
        .sort(worstFirst)
        .slice(0, limit),
    recent: (limit = LIST_LIMIT) =>
      chosen(() => true)
        .sort(latestFirst)
        .slice(0, limit),
    byActor: (actor, limit = ACTOR_LIMIT) =>
      chosen((incident) => incident.actor === actor)
        .sort(latestFirst)
        .slice(0, limit),
  };
}

function outboxTable({ alerts }: Held): Tables['outbox'] {
  const waiting = (): AlertRecord[] => [...alerts.values()].filter((record) => record.state === 'waiting');
  return {
    add(record) {
      if (!alerts.has(record.id)) alerts.set(record.id, record);
    },
    update(record) {
      if (alerts.has(record.id)) alerts.set(record.id, record);
    },
    due: (nowMs) =>
      waiting()
        .filter((record) => (record.nextTryMs ?? 0) <= nowMs)
        .sort(dueFirst)
        .slice(0, DUE_LIMIT),
    nextDueMs: () => {
      const first = waiting().sort(dueFirst)[0];
      return first === undefined ? undefined : (first.nextTryMs ?? 0);
    },
    list: (limit = LIST_LIMIT) => [...alerts.values()].sort(newestFirst).slice(0, limit),
    counts: () => {
      const counts: Record<AlertState, number> = { waiting: 0, sent: 0, failed: 0 };
      for (const record of alerts.values()) counts[record.state]++;
      return counts;
    },
  };
}

function commit(held: Held, batch: StoreBatch): void {
  const updatedMs = held.now();
  for (const [key, value] of batch.positions ?? []) held.positions.set(key, { value, updatedMs });
  for (const value of batch.incidents ?? []) held.incidents.set(value.id, { value, updatedMs });
  for (const alert of batch.alerts ?? []) held.alerts.set(alert.id, alert);
  for (const [name, value] of batch.kept ?? []) held.kept.set(name, value);
  for (const value of batch.history ?? []) {
    const known = held.history.get(historyKey(value))?.value.slot.requests ?? 0;
    if (value.slot.requests >= known) held.history.set(historyKey(value), { value, updatedMs });
  }
}

function prune(held: Held, nowMs: number): void {
  const { incidents, alerts, positions } = held;
  pruneHistory(held, nowMs);
  const oldestMs = nowMs - RETENTION_MS;
  for (const [id, { value, updatedMs }] of incidents) if (value.state === 'closed' && updatedMs < oldestMs) incidents.delete(id);
  for (const { id, state, updatedMs } of alerts.values()) if (state !== 'waiting' && updatedMs < oldestMs) alerts.delete(id);
  for (const [key, { updatedMs }] of positions) if (updatedMs < oldestMs) positions.delete(key);
  // Sorting thousands of them each time would cost more than all else that is written.
  if (incidents.size > MAX_HELD) {
    const latest = [...incidents.values()].map(({ value }) => value).sort(latestFirst);
    const closed = latest.filter(({ state }) => state === 'closed');
    for (const { id } of [...closed.slice(MAX_INCIDENTS), ...latest.slice(MAX_HELD)]) incidents.delete(id);
  }
  if (alerts.size > MAX_ALERTS) {
    const newest = [...alerts.values()].sort(newestFirst);
    const done = newest.filter(({ state }) => state !== 'waiting');
    for (const { id } of [...done.slice(MAX_ALERTS), ...newest.slice(2 * MAX_ALERTS)]) alerts.delete(id);
  }
  const read = [...positions].sort(([a, x], [b, y]) => descending(x.updatedMs, y.updatedMs) || byText(a, b));
  for (const [key] of read.slice(MAX_POSITIONS)) positions.delete(key);
}
