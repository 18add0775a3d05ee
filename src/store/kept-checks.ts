import { existsSync } from 'node:fs';
import type { CheckName, KeptFinding } from '../model/check.ts';
import { createSqliteChecks } from './check-tables.ts';
import type { OpenDatabase } from './open-store.ts';
import { SCHEMA_VERSION, type SqliteDatabase } from './schema.ts';

/** What another process keeps of a check. */
export interface KeptCheck {
  readonly findings: readonly KeptFinding[];
  readonly memory: unknown;
}

const WAIT_MS = 250;

async function loadLibsql(): Promise<OpenDatabase> {
  const { default: Database } = await import('libsql');
  return (path) => new Database(path, { timeout: WAIT_MS });
}

/** Reads what the process that keeps the state has of a check, and writes nothing; undefined when it cannot be read. */
export async function readKeptCheck(path: string, check: CheckName, memoryName: string): Promise<KeptCheck | undefined> {
  if (!existsSync(path)) return undefined;
  let database: SqliteDatabase | undefined;
  try {
    database = (await loadLibsql())(path);
    const version = database.prepare('PRAGMA user_version').get() as { readonly user_version?: unknown };
    if (version.user_version !== SCHEMA_VERSION) return undefined;
    const { prepare } = database;
    const tables = createSqliteChecks(prepare.bind(database), parsed, Date.now);
    const row = database.prepare('SELECT data FROM kept WHERE name = ?').get(memoryName);
    return { findings: tables.checks.findings(check), memory: parsed(row === undefined ? [] : [row])[0] };
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

const parsed = <T>(rows: readonly unknown[]): T[] => rows.map((row) => JSON.parse((row as { readonly data: string }).data) as T);
