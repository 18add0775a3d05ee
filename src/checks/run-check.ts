import type { Clock } from '../clock/clock.ts';
import { msg } from '../lang/lang.ts';
import type { CheckProgress, CheckRun, Finding, KeptFinding, Measure } from '../model/check.ts';
import { type Said, said } from '../text/said.ts';
import { duration } from '../text/units.ts';
import { saidBy } from './cannot.ts';
import type { Check, CheckContext } from './check.ts';
import { compareFindings, countOpen } from './compare.ts';

export interface RunParts extends Pick<CheckContext, 'run' | 'get' | 'memory' | 'mayAttack' | 'asked'> {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Stops the run. */
  readonly stop: AbortSignal;
  /** Findings of before, open and gone. */
  readonly before: readonly KeptFinding[];
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** What a run came to. A run that failed or was stopped leaves memory as it was, and findings, too, unless it was ended early and may keep what it had found. */
export interface RunResult {
  readonly run: CheckRun;
  /** Open ones, and those that are gone since this run or lately. */
  readonly findings: readonly KeptFinding[];
  readonly memory: unknown;
  /** Why parts of it could not be looked at; none when everything was. */
  readonly unlooked: readonly Said[];
  /** Findings are to be kept. */
  readonly isWorthKeeping: boolean;
}

/** Most that one run may find; what is above is left out and said. */
const MOST_FINDINGS = 5_000;
const MOST_NOTES = 30;
const MOST_MEASURES = 100;

/** What a check has said so far. */
interface Gathered {
  readonly findings: Map<string, Finding>;
  readonly unseen: Set<string>;
  readonly notes: Said[];
  readonly unlooked: Said[];
  readonly measures: Measure[];
  memory: unknown;
  leftOut: number;
  isPartly: boolean;
}

/** Runs a check to its end, within its time, and compares it with its last run. Never rejects: what went wrong stands in the run. */
export async function runCheck(check: Check, parts: RunParts): Promise<RunResult> {
  const { clock, before, memory, stop } = parts;
  const startedMs = clock.now();
  const gathered: Gathered = {
    findings: new Map(),
    unseen: new Set(),
    notes: [],
    unlooked: [],
    measures: [],
    memory,
    leftOut: 0,
    isPartly: false,
  };
  const ending = endAfter(check.timeoutMs, clock, stop);
  let problem: Said | undefined;
  try {
    parts.onProgress?.({ startedMs, phase: said(msg('starting')), percent: undefined });
    await Promise.race([gather(check, { ...parts, signal: ending.signal }, { gathered, startedMs }), ending.over]);
  } catch (error) {
    problem = saidBy(error);
  }
  if (ending.isLate()) problem = tooLate(check.timeoutMs);
  ending.cancel();
  const state = stop.aborted ? 'stopped' : problem === undefined ? 'done' : 'failed';
  const endedMs = clock.now();
  const isWorthKeeping = state === 'done' || (gathered.isPartly && gathered.findings.size > 0);
  const { findings, added, gone, unchanged } = isWorthKeeping
    ? compareFindings({
        check: check.name,
        found: gathered.findings,
        unseen: state === 'done' ? gathered.unseen : 'everything',
        before,
        nowMs: endedMs,
      })
    : { findings: before, added: 0, gone: 0, unchanged: 0 };
  const leftOut = gathered.leftOut > 0 ? [said(msg('{n} more findings are left out: begin with the worst.'), { n: gathered.leftOut })] : [];
  const run: CheckRun = {
    id: parts.newId(),
    check: check.name,
    startedMs,
    endedMs,
    state,
    problem: state === 'stopped' ? said(msg('It was stopped by a person.')) : problem,
    notes: [...leftOut, ...gathered.notes].slice(0, MOST_NOTES),
    open: countOpen(findings),
    added,
    gone,
    unchanged,
    measures: state === 'done' ? gathered.measures : [],
  };
  return { run, findings, memory: state === 'done' ? gathered.memory : memory, unlooked: gathered.unlooked, isWorthKeeping };
}

const tooLate = (timeoutMs: number): Said =>
  said(msg('It did not end within {time} and was stopped: raise timeout for this check, or give it less to do.'), {
    time: duration(timeoutMs),
  });

interface Gathering {
  readonly gathered: Gathered;
  readonly startedMs: number;
}

async function gather(check: Check, parts: RunParts & { readonly signal: AbortSignal }, { gathered, startedMs }: Gathering): Promise<void> {
  const { run, get, clock, signal, memory, mayAttack, asked, onProgress } = parts;
  for await (const event of check.run({ run, get, clock, signal, memory, mayAttack, asked })) {
    switch (event.type) {
      case 'progress':
        onProgress?.({ startedMs, phase: event.phase, percent: event.percent });
        break;
      case 'finding':
        if (gathered.findings.size < MOST_FINDINGS || gathered.findings.has(event.finding.key))
          gathered.findings.set(event.finding.key, event.finding);
        else gathered.leftOut++;
        break;
      case 'unseen':
        gathered.unseen.add(event.place);
        if (event.note === undefined) break;
        gathered.notes.push(event.note);
        gathered.unlooked.push(event.note);
        break;
      case 'note':
        if (gathered.notes.length < MOST_NOTES) gathered.notes.push(event.note);
        break;
      case 'measure':
        if (gathered.measures.length < MOST_MEASURES) gathered.measures.push(event.measure);
        break;
      case 'partly':
        gathered.isPartly = true;
        break;
      case 'memory':
        gathered.memory = event.memory;
        break;
    }
    if (signal.aborted && !gathered.isPartly) return;
  }
}

/** Time that a check gets to end by itself once it was told to. */
const GRACE_MS = 10_000;

/** Aborts after a time, or when the person says so; `over` rejects when the check does not end then. */
function endAfter(timeoutMs: number, clock: Clock, stop: AbortSignal) {
  const abort = new AbortController();
  let late = false;
  let giveUp = (): void => {};
  let cancelGrace = (): void => {};
  const over = new Promise<never>((_, reject) => {
    giveUp = () => {
      cancelGrace = clock.after(GRACE_MS, () => reject(new Error('it does not end')));
    };
  });
  // Nobody may be waiting for it any more.
  over.catch(() => undefined);
  const end = (): void => {
    abort.abort(stop.reason);
    giveUp();
  };
  const cancel = clock.after(timeoutMs, () => {
    late = true;
    end();
  });
  if (stop.aborted) end();
  else stop.addEventListener('abort', end, { once: true });
  return {
    signal: abort.signal,
    over,
    isLate: () => late,
    cancel: () => {
      cancel();
      cancelGrace();
      stop.removeEventListener('abort', end);
    },
  };
}
