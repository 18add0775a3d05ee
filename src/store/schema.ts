/** The part of an SQLite connection that the store uses (better-sqlite3's and libsql's synchronous form). */
export interface SqliteStatement {
  run(...values: readonly unknown[]): unknown;
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

/**
 * Each step leads from the version of its index to the next; a step never changes once released. The queried columns stand beside
 * the whole record as JSON, so that a new field of a record needs no migration.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE incidents (
     id TEXT PRIMARY KEY, actor TEXT NOT NULL, state TEXT NOT NULL, risk INTEGER NOT NULL, end_ms INTEGER NOT NULL,
     updated_ms INTEGER NOT NULL, data TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX incidents_by_actor ON incidents (actor, end_ms);
   CREATE INDEX incidents_by_end ON incidents (end_ms);
   CREATE INDEX incidents_open ON incidents (risk) WHERE state <> 'closed';
   CREATE TABLE alerts (
     id TEXT PRIMARY KEY, channel TEXT NOT NULL, state TEXT NOT NULL, next_try_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,
     updated_ms INTEGER NOT NULL, data TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX alerts_waiting ON alerts (next_try_ms) WHERE state = 'waiting';
   CREATE INDEX alerts_by_creation ON alerts (created_ms);
   CREATE TABLE positions (source TEXT PRIMARY KEY, updated_ms INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE history (
     scope TEXT NOT NULL, span_ms INTEGER NOT NULL, start_ms INTEGER NOT NULL, requests INTEGER NOT NULL,
     updated_ms INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (scope, span_ms, start_ms)
   ) WITHOUT ROWID;
   CREATE INDEX history_by_update ON history (span_ms, updated_ms);`,
  'CREATE TABLE kept (name TEXT PRIMARY KEY, updated_ms INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;',
  `CREATE TABLE check_runs (
     id TEXT PRIMARY KEY, check_name TEXT NOT NULL, state TEXT NOT NULL, ended_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
     data TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX check_runs_by_end ON check_runs (check_name, ended_ms);
   CREATE TABLE findings (
     position INTEGER PRIMARY KEY, check_name TEXT NOT NULL, key TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL,
     updated_ms INTEGER NOT NULL, data TEXT NOT NULL, UNIQUE (check_name, key)
   );`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** The file was written by a later secmon, whose tables this one does not know; it is left as it is. */
export class NewerSchemaError extends Error {
  constructor(found: number) {
    super(`the state file has version ${found}, this secmon knows ${SCHEMA_VERSION}: update secmon, or name another state_directory`);
    this.name = 'NewerSchemaError';
  }
}

/** Brings the tables to the current version, each step in its own transaction. Throws {@link NewerSchemaError}, or what SQLite throws. */
export function migrate(database: SqliteDatabase): void {
  for (let version = schemaVersion(database); version < SCHEMA_VERSION; version++) {
    const step = MIGRATIONS[version] ?? '';
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}

function schemaVersion(database: SqliteDatabase): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version?: unknown } | undefined;
  const version = Number(row?.user_version ?? 0);
  if (version > SCHEMA_VERSION) throw new NewerSchemaError(version);
  return version;
}
