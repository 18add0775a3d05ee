import { randomUUID } from 'node:crypto';
import type { Check } from '../checks/check.ts';
import { createHttpGet } from '../checks/http-get.ts';
import { type RunResult, runCheck } from '../checks/run-check.ts';
import { createRunProcess } from '../checks/run-process.ts';
import { systemClock } from '../clock/clock.ts';
import { memoryName } from '../engine/checks/checks.ts';
import { t } from '../lang/lang.ts';
import type { CheckProgress } from '../model/check.ts';
import { readKeptCheck } from '../store/kept-checks.ts';
import { isKeptByAnother, openStore } from '../store/open-store.ts';
import { storePath } from '../store/state-directory.ts';
import type { Store } from '../store/store.ts';
import { words } from '../text/said.ts';
import { visible } from '../text/sanitize.ts';
import { cutEnd } from '../text/width.ts';

const KEEP_ALIVE_MS = 60_000;
const BAR_CELLS = 24;

export interface RunningOptions {
  readonly stateDirectory: string;
  readonly mayAttack: boolean;
  readonly stop: AbortSignal;
}

/** Runs checks one after the other, compares each with its last run and keeps what it found. */
export async function runChecks(checks: readonly Check[], options: RunningOptions, onResult: (result: RunResult) => void): Promise<void> {
  const path = storePath(options.stateDirectory);
  const store = await openStore({ path, now: systemClock.now });
  // Timers of the clock keep no process alive.
  const alive = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    if (store.memoryOnly !== '') warnOfMemory(store);
    for (const check of checks) {
      if (options.stop.aborted) break;
      onResult(await runOne(check, { store, path, ...options }));
    }
  } finally {
    clearInterval(alive);
    store.close();
  }
}

function warnOfMemory(store: Store): void {
  const text = isKeptByAnother(store.memoryOnly)
    ? t('the running secmon keeps the state: this run is compared with its last one, and not kept')
    : t('this run is not kept: {why}', { why: store.memoryOnly });
  process.stderr.write(`secmon: ${text}\n`);
}

async function runOne(check: Check, parts: RunningOptions & { readonly store: Store; readonly path: string }): Promise<RunResult> {
  const { store, path, mayAttack, stop } = parts;
  const name = memoryName(check.name);
  const elsewhere = isKeptByAnother(store.memoryOnly) ? await readKeptCheck(path, check.name, name) : undefined;
  const progress = progressLine(check.name);
  const result = await runCheck(check, {
    run: createRunProcess({ clock: systemClock }),
    get: createHttpGet({ clock: systemClock }),
    clock: systemClock,
    newId: randomUUID,
    stop,
    before: elsewhere?.findings ?? store.checks.findings(check.name),
    memory: elsewhere === undefined ? store.kept.get(name) : elsewhere.memory,
    mayAttack,
    asked: true,
    onProgress: progress.show,
  });
  progress.clear();
  const { run, findings, memory, isWorthKeeping } = result;
  store.commit({
    checkRuns: [run],
    ...(isWorthKeeping ? { findings: [[check.name, findings]] } : {}),
    ...(isWorthKeeping && memory !== undefined ? { kept: [[name, memory]] } : {}),
  });
  return result;
}

/** One line on a terminal, on standard error. */
function progressLine(name: string): { show(progress: CheckProgress): void; clear(): void } {
  if (!process.stderr.isTTY || process.env['TERM'] === 'dumb') return { show: () => {}, clear: () => {} };
  return {
    show({ phase, percent }) {
      const filled = percent === undefined ? 0 : Math.round((BAR_CELLS * percent) / 100);
      const bar = percent === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${Math.floor(percent)} %  `;
      const columns = process.stderr.columns ?? 80;
      process.stderr.write(`\r\u001b[K${cutEnd(`${name}  ${bar}${visible(words(phase))}`, columns - 1)}`);
    },
    clear: () => void process.stderr.write('\r\u001b[K'),
  };
}
