import type { Store, StoreBatch, Tables } from './store.ts';

/** How many writes may pass between two prunings. */
const WRITES_BETWEEN_PRUNES = 1_000;
/** How long a failed file is left alone before the state is offered to it again. */
const RETURN_AFTER_MS = 30_000;

export interface SupervisedOptions {
  /** The tables of the file, or of memory where there is no file. */
  readonly tables: Tables;
  /** Makes the memory that stands in while the file fails. */
  readonly createMemory: () => Tables;
  readonly now: () => number;
  /** Why the state is only in memory from the start; `''` when `tables` are a file's. */
  readonly memoryOnly: string;
  readonly notices: readonly string[];
  readonly release: () => void;
}

/**
 * Puts bounds and a net around tables: prunes as they grow, and when the file fails (disk full, locked, damaged) goes on in memory
 * with what was in it, telling why, and offers the state to the file again later.
 */
export function superviseStore(options: SupervisedOptions): Store {
  const supervisor = createSupervisor(options);
  const { read, write } = supervisor;
  return {
    get memoryOnly() {
      return supervisor.memoryOnly();
    },
    notices: options.notices,
    incidents: {
      save: (incidents) => write((tables) => tables.incidents.save(incidents), incidents.length),
      get: (id) => read((tables) => tables.incidents.get(id)),
      open: (limit) => read((tables) => tables.incidents.open(limit)),
      recent: (limit) => read((tables) => tables.incidents.recent(limit)),
      byActor: (actor, limit) => read((tables) => tables.incidents.byActor(actor, limit)),
    },
    outbox: {
      add: (record) => write((tables) => tables.outbox.add(record), 1),
      update: (record) => write((tables) => tables.outbox.update(record), 1),
      due: (nowMs) => read((tables) => tables.outbox.due(nowMs)),
      nextDueMs: () => read((tables) => tables.outbox.nextDueMs()),
      list: (limit) => read((tables) => tables.outbox.list(limit)),
      counts: () => read((tables) => tables.outbox.counts()),
    },
    positions: {
      get: (key) => read((tables) => tables.positions.get(key)),
      set: (key, position) => write((tables) => tables.positions.set(key, position), 1),
    },
    history: { range: (range) => read((tables) => tables.history.range(range)) },
    kept: { get: (name) => read((tables) => tables.kept.get(name)) },
    checks: {
      runs: (check, limit) => read((tables) => tables.checks.runs(check, limit)),
      findings: (check) => read((tables) => tables.checks.findings(check)),
    },
    commit: (batch) => write((tables) => tables.commit(batch), rowsOf(batch)),
    prune: (nowMs) => write((tables) => tables.prune(nowMs), 0),
    everything: () => read((tables) => tables.everything()),
    close: supervisor.close,
  };
}

function createSupervisor({ tables, createMemory, now, memoryOnly, release }: SupervisedOptions) {
  let current = tables;
  let reason = memoryOnly;
  let failedAtMs = 0;
  let unprunedWrites = 0;
  let closed = false;

  function read<T>(query: (tables: Tables) => T): T {
    if (current !== tables || memoryOnly !== '') return query(current);
    try {
      return query(tables);
    } catch (error) {
      standIn(error);
      return query(current);
    }
  }
  function standIn(error: unknown): void {
    current = createMemory();
    failedAtMs = now();
    reason = `the state file failed: ${messageOf(error)}`;
    carry(tables, current);
  }
  function offerBack(): void {
    if (current === tables || now() - failedAtMs < RETURN_AFTER_MS) return;
    failedAtMs = now();
    if (!carry(current, tables)) return;
    current = tables;
    reason = '';
  }
  function write(change: (tables: Tables) => void, rows: number): void {
    if (closed) return;
    offerBack();
    read(change);
    unprunedWrites += rows;
    if (unprunedWrites < WRITES_BETWEEN_PRUNES) return;
    unprunedWrites = 0;
    read((held) => held.prune(now()));
  }
  function close(): void {
    if (closed) return;
    closed = true;
    if (current !== tables) carry(current, tables);
    try {
      tables.close();
    } catch {
      // What could be written was committed before; closing only tidies the file.
    }
    current = createMemory();
    reason ||= 'the store is closed';
    release();
  }
  return { read, write, close, memoryOnly: () => reason };
}

function carry(from: Tables, to: Tables): boolean {
  try {
    to.commit(from.everything());
    return true;
  } catch {
    return false;
  }
}

function rowsOf({ positions, incidents, alerts, history, checkRuns }: StoreBatch): number {
  return (positions?.length ?? 0) + (incidents?.length ?? 0) + (alerts?.length ?? 0) + (history?.length ?? 0) + (checkRuns?.length ?? 0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
