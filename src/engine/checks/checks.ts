import type { Check } from '../../checks/check.ts';
import { isTold } from '../../checks/compare.ts';
import { nextDue } from '../../checks/every.ts';
import type { HttpGet } from '../../checks/http-get.ts';
import { runCheck } from '../../checks/run-check.ts';
import { LEAVING, type RunProcess } from '../../checks/run-process.ts';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import type { CheckBrief, CheckDetail, CheckName, CheckRow, FindingMute, KeptFinding } from '../../model/check.ts';
import type { Store } from '../../store/store.ts';
import { words } from '../../text/said.ts';
import { briefOf, type Desk, rowOf, sortFindings, worstFirst } from './desk.ts';

/** The checks of one engine: when they run, what they found, and what is told of it. */
export interface ChecksDesk {
  list(): readonly CheckRow[];
  detail(name: CheckName): CheckDetail | undefined;
  /** Begins a run; false when the check runs already. Throws a sentence when it cannot run as configured. */
  run(name: CheckName, options: { readonly attack: boolean }): boolean;
  /** False when nothing runs. */
  stop(name: CheckName): boolean;
  /** For the strip of the live screen; empty where no check is configured and none ever ran. */
  brief(): readonly CheckBrief[];
  /** Every open finding that is not muted. */
  open(): readonly KeptFinding[];
  /** The finding of a check by its key. */
  finding(name: CheckName, key: string): KeptFinding | undefined;
  /** Mutes were made, taken back, or have ended. */
  mutesChanged(): void;
  /** Rises with every change. */
  readonly revision: number;
  close(): Promise<void>;
}

export interface ChecksDeskParts {
  readonly checks: readonly Check[];
  readonly store: Store;
  readonly clock: Clock;
  readonly run: RunProcess;
  readonly get: HttpGet;
  readonly newId: () => string;
  readonly timeZone: string;
  /** Runs by themselves what the configuration gives a time; false in an engine that keeps no state. */
  readonly keepsTime: boolean;
  readonly changed: () => void;
  readonly notice: (text: string) => void;
  /** The mute of a finding that holds now. */
  readonly muteOf?: (kept: KeptFinding) => FindingMute | undefined;
  /** A run has found what is muted. */
  readonly onMuted?: (kept: KeptFinding) => void;
  /** What is known of a check has changed: what its last run found, with that of before. What was muted until now is new again. */
  readonly onFindings: (check: CheckName, findings: readonly KeptFinding[]) => void;
}

/** Time until a check that never ran and is due at spans runs first: the screen comes before. */
const FIRST_MS = 3_000;
/** Checks that run by themselves at a time, besides light ones. */
const MOST_AT_ONCE = 2;
const BUSY_MS = 5_000;
/** A timer of Node counts no further. */
const LONGEST_TIMER_MS = 24 * 3_600_000;
const MOST_SHOWN = 500;
const CLOSE_MS = 3_000;

/** Name under which the store keeps what a check remembers. */
export const memoryName = (check: CheckName): string => `check:${check}`;

export function createChecksDesk(parts: ChecksDeskParts): ChecksDesk {
  const { store, clock, timeZone, keepsTime, changed } = parts;
  let revision = 0;
  let isClosed = false;
  const touch = (): void => {
    revision++;
    changed();
  };
  const { muteOf = () => undefined, onMuted = () => {} } = parts;
  const marked = (kept: readonly KeptFinding[]): readonly KeptFinding[] =>
    kept.map((one) => {
      const muted = one.state === 'open' ? muteOf(one) : undefined;
      return muted === undefined ? one : { ...one, muted };
    });
  const desks = parts.checks.map((check): Desk => {
    const last = store.checks.runs(check.name, 1)[0];
    const kept = store.checks.findings(check.name);
    return { check, last, kept, findings: marked(kept), running: undefined, nextMs: undefined, cancelTimer: () => {} };
  });
  const deskOf = (name: CheckName): Desk | undefined => desks.find(({ check }) => check.name === name);

  const begin = (desk: Desk, { asked, mayAttack }: { readonly asked: boolean; readonly mayAttack: boolean }): void => {
    const { check } = desk;
    const stop = new AbortController();
    const startedMs = clock.now();
    const over = runCheck(check, {
      run: parts.run,
      get: parts.get,
      clock,
      newId: parts.newId,
      stop: stop.signal,
      memory: store.kept.get(memoryName(check.name)),
      before: desk.kept,
      mayAttack,
      asked,
      onProgress(progress) {
        if (desk.running !== undefined) desk.running.progress = progress;
        touch();
      },
    }).then(({ run, findings, memory, isWorthKeeping }) => {
      desk.running = undefined;
      const told = desk.last?.problem === undefined ? '' : words(desk.last.problem);
      desk.last = run;
      desk.kept = findings;
      desk.findings = marked(findings);
      for (const one of desk.findings) if (one.muted !== undefined) onMuted(one);
      if (isWorthKeeping) {
        store.commit({
          checkRuns: [run],
          findings: [[check.name, findings]],
          kept: memory === undefined ? [] : [[memoryName(check.name), memory]],
        });
        parts.onFindings(check.name, desk.findings);
      } else store.commit({ checkRuns: [run] });
      // The same failure again is no news.
      if (run.state === 'failed' && run.problem !== undefined && words(run.problem) !== told)
        parts.notice(t('{check}: {problem}', { check: check.name, problem: words(run.problem) }));
      if (!isClosed) plan(desk);
      touch();
    });
    desk.running = { stop, progress: { startedMs, phase: { text: '' }, percent: undefined }, over };
    touch();
  };
  /** Marks the findings anew; what is not muted any more is news. */
  const mark = (desk: Desk): boolean => {
    const before = new Map(desk.findings.map((one) => [one.finding.key, one]));
    const now = marked(desk.kept);
    const isSame = now.every(({ finding, muted }) => (before.get(finding.key)?.muted === undefined) === (muted === undefined));
    desk.findings = now.map((one) =>
      one.muted === undefined && before.get(one.finding.key)?.muted !== undefined ? { ...one, isNew: true } : one,
    );
    return !isSame;
  };
  const due = (desk: Desk): void => {
    if (desk.running !== undefined) return;
    const busy = desks.filter(({ check, running }) => running !== undefined && check.isLight !== true).length;
    if (desk.check.isLight === true || busy < MOST_AT_ONCE) begin(desk, { asked: false, mayAttack: false });
    else desk.cancelTimer = clock.after(BUSY_MS, () => due(desk));
  };
  const wait = (desk: Desk): void => {
    const left = (desk.nextMs ?? 0) - clock.now();
    desk.cancelTimer = clock.after(Math.max(0, Math.min(left, LONGEST_TIMER_MS)), () => (left > LONGEST_TIMER_MS ? wait(desk) : due(desk)));
  };
  const plan = (desk: Desk): void => {
    const { check, last } = desk;
    desk.cancelTimer();
    if (!keepsTime || isClosed || check.every === '' || check.missing !== undefined) return;
    const now = clock.now();
    // What failed or was stopped remembers nothing of it: it would be due at once, again and again.
    const isSettled = last === undefined || last.state === 'done';
    const own = isSettled ? check.nextDue?.({ memory: store.kept.get(memoryName(check.name)), nowMs: now }) : undefined;
    const next = own ?? nextDue(check.every, { afterMs: last?.endedMs ?? now, timeZone });
    // What was due while nobody was there is caught up with at once.
    const isFirst = last === undefined && !check.every.trim().includes(' ');
    desk.nextMs = next === undefined ? undefined : Math.max(isFirst ? now : next, now + FIRST_MS);
    if (desk.nextMs !== undefined) wait(desk);
  };
  for (const desk of desks) plan(desk);

  return {
    list: () => worstFirst(desks.map(rowOf)),
    detail(name) {
      const desk = deskOf(name);
      return desk && { row: rowOf(desk), findings: sortFindings(desk.findings).slice(0, MOST_SHOWN), runs: store.checks.runs(name) };
    },
    run(name, { attack }) {
      const desk = deskOf(name);
      if (desk === undefined) throw new Error(t('There is no check of this name.'));
      if (desk.check.missing !== undefined) throw new Error(words(desk.check.missing));
      if (desk.running !== undefined) return false;
      desk.cancelTimer();
      begin(desk, { asked: true, mayAttack: attack && desk.check.canAttack });
      return true;
    },
    stop(name) {
      const running = deskOf(name)?.running;
      running?.stop.abort();
      return running !== undefined;
    },
    brief: () => briefOf(desks),
    open: () => desks.flatMap(({ findings }) => findings.filter(isTold)),
    finding: (name, key) => deskOf(name)?.findings.find(({ finding }) => finding.key === key),
    mutesChanged() {
      const changedOnes = desks.filter(mark);
      for (const { check, findings } of changedOnes) parts.onFindings(check.name, findings);
      if (changedOnes.length > 0) touch();
    },
    get revision() {
      return revision;
    },
    async close() {
      isClosed = true;
      for (const desk of desks) {
        desk.cancelTimer();
        desk.running?.stop.abort(LEAVING);
      }
      // Whoever leaves does not wait for a tool that does not listen.
      await new Promise<void>((resolve) => {
        const cancel = clock.after(CLOSE_MS, resolve);
        void Promise.all(desks.map(({ running }) => running?.over)).then(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}
