import type { AlertRecord, AlertState } from '../model/alert.ts';
import { type HistoryRecord, type HistorySlot, SLOT_MS } from '../model/history.ts';
import type { IncidentRecord } from '../model/incident.ts';
import type { Position } from '../model/position.ts';
import { createSqliteChecks } from './check-tables.ts';
import { completeIncident } from './incident-record.ts';
import type { SqliteDatabase, SqliteStatement } from './schema.ts';
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

/** Prepares each statement once. */
type Prepared = (sql: string) => SqliteStatement;

const LATEST = 'ORDER BY end_ms DESC, id';
const NEWEST = 'ORDER BY created_ms DESC, id';
const NO_LIMIT = -1;

/** The state in an opened, migrated SQLite database. Every call may throw what SQLite throws (disk full, locked). */
export function createSqliteTables(database: SqliteDatabase, now: () => number): Tables {
  const statements = new Map<string, SqliteStatement>();
  const prepared: Prepared = (sql) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const write = writers(prepared, now);
  const checks = createSqliteChecks(prepared, parsed, now);
  const commit = (batch: StoreBatch): void =>
    inTransaction(database, () => {
      for (const [key, position] of batch.positions ?? []) write.position(key, position);
      for (const incident of batch.incidents ?? []) write.incident(incident);
      for (const alert of batch.alerts ?? []) write.alert(alert);
      for (const record of batch.history ?? []) write.slot(record);
      for (const [name, value] of batch.kept ?? []) write.kept(name, value);
      checks.write(batch);
    });
  return {
    incidents: { ...incidentQueries(prepared), save: (incidents) => commit({ incidents }) },
    outbox: { ...outboxQueries(prepared), add: write.newAlert, update: write.changedAlert },
    positions: {
      get: (key) => parsed<Position>([prepared('SELECT data FROM positions WHERE source = ?').get(key)])[0],
      set: write.position,
    },
    history: {
      range({ scope, spanMs, fromMs, toMs }) {
        const sql = 'SELECT data FROM history WHERE scope = ? AND span_ms = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms LIMIT ?';
        return parsed<HistorySlot>(prepared(sql).all(scope, spanMs, fromMs, toMs, HISTORY_LIMIT));
      },
    },
    kept: { get: (name) => parsed<object>([prepared('SELECT data FROM kept WHERE name = ?').get(name)])[0] },
    checks: checks.checks,
    commit,
    prune: (nowMs) =>
      inTransaction(database, () => {
        prune(prepared, nowMs);
        checks.prune(nowMs);
      }),
    everything: () => ({ ...everything(prepared), ...checks.everything() }),
    close() {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      statements.clear();
      database.close();
    },
  };
}

function inTransaction(database: SqliteDatabase, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // SQLite ends the transaction by itself on a full disk or an input/output error; the first error is the one to report.
    }
    throw error;
  }
}

function writers(prepared: Prepared, now: () => number) {
  const alertValues = (record: AlertRecord): readonly unknown[] => [
    record.channel,
    record.state,
    record.nextTryMs ?? 0,
    record.message.createdMs,
    record.updatedMs,
    JSON.stringify(record),
  ];
  const insertAlert = (verb: string, record: AlertRecord): void => {
    const columns = '(id, channel, state, next_try_ms, created_ms, updated_ms, data) VALUES (?, ?, ?, ?, ?, ?, ?)';
    prepared(`${verb} INTO alerts ${columns}`).run(record.id, ...alertValues(record));
  };
  return {
    incident(one: IncidentRecord): void {
      const sql = 'INSERT OR REPLACE INTO incidents (id, actor, state, risk, end_ms, updated_ms, data) VALUES (?, ?, ?, ?, ?, ?, ?)';
      prepared(sql).run(one.id, one.actor, one.state, one.risk, one.endMs, now(), JSON.stringify(one));
    },
    alert: (record: AlertRecord): void => insertAlert('INSERT OR REPLACE', record),
    newAlert: (record: AlertRecord): void => insertAlert('INSERT OR IGNORE', record),
    changedAlert(record: AlertRecord): void {
      const columns = 'channel = ?, state = ?, next_try_ms = ?, created_ms = ?, updated_ms = ?, data = ?';
      prepared(`UPDATE alerts SET ${columns} WHERE id = ?`).run(...alertValues(record), record.id);
    },
    slot({ scope, slot }: HistoryRecord): void {
      const sql = `INSERT INTO history (scope, span_ms, start_ms, requests, updated_ms, data) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (scope, span_ms, start_ms) DO UPDATE SET requests = excluded.requests, updated_ms = excluded.updated_ms, data = excluded.data
        WHERE excluded.requests >= requests`;
      prepared(sql).run(scope, slot.spanMs, slot.startMs, slot.requests, now(), JSON.stringify(slot));
    },
    kept(name: string, value: unknown): void {
      prepared('INSERT OR REPLACE INTO kept (name, updated_ms, data) VALUES (?, ?, ?)').run(name, now(), JSON.stringify(value));
    },
    position(key: string, position: Position): void {
      const sql = 'INSERT OR REPLACE INTO positions (source, updated_ms, data) VALUES (?, ?, ?)';
      prepared(sql).run(key, now(), JSON.stringify(position));
    },
  };
}

function incidentQueries(prepared: Prepared): Omit<Tables['incidents'], 'save'> {
  const open = "SELECT data FROM incidents WHERE state <> 'closed' ORDER BY risk DESC, end_ms DESC, id LIMIT ?";
  const recent = `SELECT data FROM incidents ${LATEST} LIMIT ?`;
  const ofActor = `SELECT data FROM incidents WHERE actor = ? ${LATEST} LIMIT ?`;
  return {
    get: (id) => parsedIncidents([prepared('SELECT data FROM incidents WHERE id = ?').get(id)])[0],
    open: (limit = OPEN_LIMIT) => parsedIncidents(prepared(open).all(limit)),
    recent: (limit = LIST_LIMIT) => parsedIncidents(prepared(recent).all(limit)),
    byActor: (actor, limit = ACTOR_LIMIT) => parsedIncidents(prepared(ofActor).all(actor, limit)),
  };
}

function outboxQueries(prepared: Prepared): Omit<Tables['outbox'], 'add' | 'update'> {
  const due = "SELECT data FROM alerts WHERE state = 'waiting' AND next_try_ms <= ? ORDER BY next_try_ms, id LIMIT ?";
  return {
    due: (nowMs) => parsedAlerts(prepared(due).all(nowMs, DUE_LIMIT)),
    nextDueMs() {
      const row = prepared("SELECT MIN(next_try_ms) AS first FROM alerts WHERE state = 'waiting'").get() as { first: unknown } | undefined;
      return typeof row?.first === 'number' ? row.first : undefined;
    },
    list: (limit = LIST_LIMIT) => parsedAlerts(prepared(`SELECT data FROM alerts ${NEWEST} LIMIT ?`).all(limit)),
    counts() {
      const counts: Record<AlertState, number> = { waiting: 0, sent: 0, failed: 0 };
      const rows = prepared('SELECT state, COUNT(*) AS held FROM alerts GROUP BY state').all() as { state: AlertState; held: number }[];
      for (const { state, held } of rows) counts[state] = held;
      return counts;
    },
  };
}

function prune(prepared: Prepared, nowMs: number): void {
  const oldestMs = nowMs - RETENTION_MS;
  prepared("DELETE FROM incidents WHERE state = 'closed' AND updated_ms < ?").run(oldestMs);
  prepared("DELETE FROM alerts WHERE state <> 'waiting' AND updated_ms < ?").run(oldestMs);
  prepared('DELETE FROM positions WHERE updated_ms < ?').run(oldestMs);
  const keep = (table: string, condition: string, order: string, bound: number): void => {
    const key = table === 'positions' ? 'source' : 'id';
    const surplus = `SELECT ${key} FROM ${table} ${condition} ${order} LIMIT ${NO_LIMIT} OFFSET ${bound}`;
    prepared(`DELETE FROM ${table} WHERE ${key} IN (${surplus})`).run();
  };
  pruneHistory(prepared, nowMs);
  keep('incidents', "WHERE state = 'closed'", LATEST, MAX_INCIDENTS);
  keep('incidents', '', LATEST, 2 * MAX_INCIDENTS);
  keep('alerts', "WHERE state <> 'waiting'", NEWEST, MAX_ALERTS);
  keep('alerts', '', NEWEST, 2 * MAX_ALERTS);
  keep('positions', '', 'ORDER BY updated_ms DESC, source', MAX_POSITIONS);
}

/** Slots of five minutes are told from longer ones by this. */
const SPANS = [
  [`span_ms = ${SLOT_MS}`, HISTORY_RETENTION_MS.fine],
  [`span_ms > ${SLOT_MS}`, HISTORY_RETENTION_MS.coarse],
] as const;

function pruneHistory(prepared: Prepared, nowMs: number): void {
  for (const [condition, retentionMs] of SPANS) {
    prepared(`DELETE FROM history WHERE ${condition} AND updated_ms < ?`).run(nowMs - retentionMs);
    const surplus = `SELECT scope, span_ms, start_ms FROM history WHERE ${condition} ORDER BY updated_ms DESC, start_ms DESC LIMIT ${NO_LIMIT} OFFSET ${MAX_HISTORY}`;
    prepared(`DELETE FROM history WHERE (scope, span_ms, start_ms) IN (${surplus})`).run();
  }
}

function carriedHistory(prepared: Prepared): HistoryRecord[] {
  return SPANS.flatMap(([condition]) => {
    const sql = `SELECT scope, data FROM history WHERE ${condition} ORDER BY updated_ms DESC, start_ms DESC LIMIT ${HISTORY_CARRIED}`;
    const rows = prepared(sql).all() as { scope: string; data: string }[];
    return rows.flatMap((row) => parsed<HistorySlot>([row]).map((slot) => ({ scope: row.scope, slot })));
  });
}

function everything(prepared: Prepared): Required<Omit<StoreBatch, 'checkRuns' | 'findings'>> {
  const rows = prepared('SELECT source, data FROM positions').all() as { source: string; data: string }[];
  const positions = rows.flatMap((row) => parsed<Position>([row]).map((position) => [row.source, position] as const));
  return {
    positions,
    incidents: parsedIncidents(prepared(`SELECT data FROM incidents ${LATEST}`).all()),
    alerts: parsedAlerts(prepared(`SELECT data FROM alerts ${NEWEST}`).all()),
    history: carriedHistory(prepared),
    kept: carriedState(prepared),
  };
}

function carriedState(prepared: Prepared): (readonly [string, unknown])[] {
  const rows = prepared('SELECT name, data FROM kept').all() as { name: string; data: string }[];
  return rows.flatMap((row) => parsed<object>([row]).map((value) => [row.name, value] as const));
}

/** The records in `data` columns; one that is no JSON object (a file edited by hand) is passed over. */
function parsed<T>(rows: readonly unknown[]): T[] {
  const records: T[] = [];
  for (const row of rows) {
    try {
      const record: unknown = JSON.parse((row as { data: string }).data);
      if (typeof record === 'object' && record !== null) records.push(record as T);
    } catch {
      // No record stands here that anybody could use.
    }
  }
  return records;
}

/** Also of earlier versions. */
const parsedIncidents = (rows: readonly unknown[]): IncidentRecord[] =>
  parsed<object>(rows).flatMap((record) => completeIncident(record) ?? []);

/** JSON drops a field that is undefined; the contract has it there. */
function parsedAlerts(rows: readonly unknown[]): AlertRecord[] {
  return parsed<AlertRecord>(rows).map((record) => ({ ...record, nextTryMs: record.nextTryMs }));
}
