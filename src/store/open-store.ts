import { chmodSync, closeSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../files/private-folder.ts';
import { createMemoryTables } from './memory-tables.ts';
import { takeOwnership } from './owner-lock.ts';
import { migrate, NewerSchemaError, type SqliteDatabase } from './schema.ts';
import { createSqliteTables } from './sqlite-tables.ts';
import type { Store, Tables } from './store.ts';
import { superviseStore } from './supervised-store.ts';

/** Opens an SQLite file; throws what SQLite throws. */
export type OpenDatabase = (path: string) => SqliteDatabase;

export interface OpenStoreOptions {
  /** The file (its folder is made when missing), or `:memory:` to keep nothing. */
  readonly path: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Loads the SQLite library; rejects when it is not installed. By default libsql, an optional dependency. */
  readonly load?: () => Promise<OpenDatabase>;
}

/** A writer outside (an operator's sqlite3) holds the lock for moments; longer than this the engine does not wait. */
const BUSY_TIMEOUT_MS = 250;
const DAMAGED = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT']);

/** Of why the state is in memory only: another process keeps it, and does what must be done once. */
export const isKeptByAnother = (memoryOnly: string): boolean => memoryOnly.startsWith('another secmon ');

/**
 * Opens the state for this process alone. Never rejects: where the file cannot be used (no libsql, not writable, another secmon
 * has it, locked) the state is in memory and `memoryOnly` says why; a damaged file is moved to `*.corrupt-<time>` and begun anew.
 */
export async function openStore({ path, now, load = loadLibsql }: OpenStoreOptions): Promise<Store> {
  const createMemory = (): Tables => createMemoryTables(now);
  const inMemory = (memoryOnly: string): Store =>
    superviseStore({ tables: createMemory(), createMemory, now, memoryOnly, notices: [], release: () => undefined });
  if (path === ':memory:') return inMemory('no state file was asked for');

  let openDatabase: OpenDatabase;
  try {
    openDatabase = await load();
  } catch {
    return inMemory('the optional package libsql is not installed, or not made for this machine');
  }
  let release = (): void => undefined;
  try {
    createFile(path);
    const ownership = takeOwnership(`${path}.lock`);
    if (!ownership.owned) return inMemory(`another secmon (pid ${ownership.pid}) keeps the state`);
    release = ownership.release;
    const { database, notices } = openOrBeginAnew(path, openDatabase, now);
    return superviseStore({ tables: createSqliteTables(database, now), createMemory, now, memoryOnly: '', notices, release });
  } catch (error) {
    release();
    return inMemory(whyNot(path, error));
  }
}

async function loadLibsql(): Promise<OpenDatabase> {
  const { default: Database } = await import('libsql');
  return (path) => new Database(path, { timeout: BUSY_TIMEOUT_MS });
}

/** SQLite gives its side files the mode of the main file, so only that one has to be made private. */
function createFile(path: string): void {
  makePrivateFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

function openOrBeginAnew(path: string, openDatabase: OpenDatabase, now: () => number): { database: SqliteDatabase; notices: string[] } {
  try {
    return { database: openChecked(path, openDatabase), notices: [] };
  } catch (error) {
    if (!DAMAGED.has(codeOf(error))) throw error;
    const aside = `${path}.corrupt-${new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    for (const suffix of ['', '-wal', '-shm']) renameIfThere(`${path}${suffix}`, `${aside}${suffix}`);
    createFile(path);
    const notice = `the state file was damaged (${messageOf(error)}): moved to ${aside}, begun anew`;
    return { database: openChecked(path, openDatabase), notices: [notice] };
  }
}

function openChecked(path: string, openDatabase: OpenDatabase): SqliteDatabase {
  const database = openDatabase(path);
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    const verdict = Object.values((database.prepare('PRAGMA quick_check(1)').get() ?? {}) as object)[0];
    if (verdict !== 'ok') throw Object.assign(new Error(String(verdict)), { code: 'SQLITE_CORRUPT' });
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function whyNot(path: string, error: unknown): string {
  if (error instanceof NewerSchemaError) return error.message;
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `${dirname(path)} is not writable`;
  if (code === 'SQLITE_BUSY') return `another program has ${path} locked`;
  return `${path} cannot be used: ${messageOf(error)}`;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
