import { CHECK_NAMES, type CheckName, type CheckRun, type KeptFinding } from '../model/check.ts';
import { CHECK_RUNS_LIMIT, MAX_CHECK_RUNS, MAX_FINDINGS, RETENTION_MS, type StoreBatch, type Tables } from './store.ts';

/** Runs and findings of checks, as both stores keep them. */
export interface CheckTables {
  readonly checks: Tables['checks'];
  write(batch: StoreBatch): void;
  prune(nowMs: number): void;
  everything(): Required<Pick<StoreBatch, 'checkRuns' | 'findings'>>;
}

const latestFirst = (a: CheckRun, b: CheckRun): number => b.endedMs - a.endedMs || (a.id < b.id ? 1 : -1);

export function createMemoryChecks(now: () => number): CheckTables {
  const runs = new Map<CheckName, { readonly run: CheckRun; readonly updatedMs: number }[]>();
  const findings = new Map<CheckName, readonly KeptFinding[]>();
  const runsOf = (check: CheckName): CheckRun[] => (runs.get(check) ?? []).map(({ run }) => run).sort(latestFirst);
  return {
    checks: {
      runs: (check, limit = CHECK_RUNS_LIMIT) => runsOf(check).slice(0, limit),
      findings: (check) => findings.get(check) ?? [],
    },
    write(batch) {
      for (const run of batch.checkRuns ?? []) {
        const others = (runs.get(run.check) ?? []).filter((held) => held.run.id !== run.id);
        runs.set(run.check, [...others, { run, updatedMs: now() }]);
      }
      for (const [check, found] of batch.findings ?? []) findings.set(check, found.slice(0, MAX_FINDINGS));
    },
    prune(nowMs) {
      for (const [check, held] of runs) {
        const young = held.filter(({ updatedMs }) => updatedMs >= nowMs - RETENTION_MS);
        runs.set(check, young.sort((a, b) => latestFirst(a.run, b.run)).slice(0, MAX_CHECK_RUNS));
      }
    },
    everything: () => ({ checkRuns: CHECK_NAMES.flatMap((check) => runsOf(check).slice(0, CHECK_RUNS_LIMIT)), findings: [...findings] }),
  };
}

interface Statement {
  run(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

const RUN_COLUMNS = '(id, check_name, state, ended_ms, updated_ms, data) VALUES (?, ?, ?, ?, ?, ?)';
const FINDING_COLUMNS = '(check_name, key, severity, state, updated_ms, data) VALUES (?, ?, ?, ?, ?, ?)';

/**
 * @param prepared gives the statement of a text, prepared once
 * @param parsed the records of rows with a column `data`
 */
export function createSqliteChecks(
  prepared: (sql: string) => Statement,
  parsed: <T>(rows: readonly unknown[]) => T[],
  now: () => number,
): CheckTables {
  const runs = (check: CheckName, limit: number = CHECK_RUNS_LIMIT): CheckRun[] =>
    parsed(prepared('SELECT data FROM check_runs WHERE check_name = ? ORDER BY ended_ms DESC, id DESC LIMIT ?').all(check, limit));
  const findings = (check: CheckName): KeptFinding[] =>
    parsed(prepared('SELECT data FROM findings WHERE check_name = ? ORDER BY position').all(check));
  return {
    checks: { runs, findings },
    write(batch) {
      for (const run of batch.checkRuns ?? [])
        prepared(`INSERT OR REPLACE INTO check_runs ${RUN_COLUMNS}`).run(
          run.id,
          run.check,
          run.state,
          run.endedMs,
          now(),
          JSON.stringify(run),
        );
      for (const [check, found] of batch.findings ?? []) {
        prepared('DELETE FROM findings WHERE check_name = ?').run(check);
        for (const one of found.slice(0, MAX_FINDINGS))
          prepared(`INSERT OR REPLACE INTO findings ${FINDING_COLUMNS}`).run(
            check,
            one.finding.key,
            one.finding.severity,
            one.state,
            now(),
            JSON.stringify(one),
          );
      }
    },
    prune(nowMs) {
      prepared('DELETE FROM check_runs WHERE updated_ms < ?').run(nowMs - RETENTION_MS);
      for (const check of CHECK_NAMES)
        prepared(
          'DELETE FROM check_runs WHERE id IN (SELECT id FROM check_runs WHERE check_name = ? ORDER BY ended_ms DESC, id DESC LIMIT -1 OFFSET ?)',
        ).run(check, MAX_CHECK_RUNS);
    },
    everything: () => ({
      checkRuns: CHECK_NAMES.flatMap((check) => runs(check)),
      findings: CHECK_NAMES.map((check) => [check, findings(check)] as const).filter(([, found]) => found.length > 0),
    }),
  };
}
