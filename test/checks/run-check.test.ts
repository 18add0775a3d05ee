import { describe, expect, it } from 'vitest';
import { cannotDo } from '../../src/checks/cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../../src/checks/check.ts';
import { createFinding } from '../../src/checks/finding.ts';
import { type RunParts, runCheck } from '../../src/checks/run-check.ts';
import type { KeptFinding } from '../../src/model/check.ts';
import { english, said } from '../../src/text/said.ts';
import { fakeClock } from '../alerts/samples.ts';
import { contextWith } from './support.ts';

const finding = (key: string, place = '') =>
  createFinding({ key, severity: 'high', title: said('found {key}', { key }), subject: key, place });

const checkOf = (run: (context: CheckContext) => AsyncIterable<CheckEvent>, timeoutMs = 60_000): Check => ({
  name: 'bandit',
  every: '',
  timeoutMs,
  missing: undefined,
  canAttack: false,
  run,
});

const finds = (...events: readonly CheckEvent[]): Check =>
  checkOf(async function* () {
    yield* events;
  });

const found = (...keys: string[]): Check => finds(...keys.map((key) => ({ type: 'finding', finding: finding(key) }) as const));

function partsWith(before: readonly KeptFinding[] = [], changes: Partial<RunParts> = {}): RunParts {
  const { run, get } = contextWith();
  const stop = new AbortController().signal;
  return { run, get, clock: fakeClock(), newId: () => 'run', stop, before, memory: undefined, mayAttack: false, asked: false, ...changes };
}

const states = (findings: readonly KeptFinding[]) =>
  findings.map(({ finding: { key }, state, isNew }) => `${key} ${state}${isNew ? ' new' : ''}`);

describe('a run of a check', () => {
  it('tells what is new, gone and unchanged beside the last one', async () => {
    const clock = fakeClock();
    const first = await runCheck(found('a', 'b'), partsWith([], { clock }));
    expect(states(first.findings)).toEqual(['a open new', 'b open new']);
    clock.advance(1_000);
    const second = await runCheck(found('b', 'c'), partsWith(first.findings, { clock }));
    expect(states(second.findings)).toEqual(['b open', 'c open new', 'a gone']);
    expect(second.run).toMatchObject({ state: 'done', added: 1, gone: 1, unchanged: 1, open: { high: 2 } });
    const [b] = second.findings;
    expect((b?.lastMs ?? 0) - (b?.firstMs ?? 0)).toBe(1_000);
    const third = await runCheck(found('a'), partsWith(second.findings, { clock }));
    expect(states(third.findings)).toEqual(['a open new', 'b gone', 'c gone']);
  });

  it('forgets after a week what is gone', async () => {
    const clock = fakeClock();
    const first = await runCheck(found('a'), partsWith([], { clock }));
    const second = await runCheck(found(), partsWith(first.findings, { clock }));
    clock.advance(8 * 86_400_000);
    expect((await runCheck(found(), partsWith(second.findings, { clock }))).findings).toEqual([]);
  });

  it('that fails says why and leaves findings and memory as they were', async () => {
    const { findings: before } = await runCheck(found('a'), partsWith());
    const failing = checkOf(async function* () {
      yield { type: 'finding', finding: finding('b') };
      yield { type: 'memory', memory: { half: true } };
      throw cannotDo('The tool {name} is missing: install it.', { name: 'x' });
    });
    const result = await runCheck(failing, partsWith(before, { memory: { whole: true } }));
    expect(result).toMatchObject({ findings: before, memory: { whole: true }, run: { state: 'failed', added: 0, gone: 0 } });
    expect(result.run.problem && english(result.run.problem)).toBe('The tool x is missing: install it.');
  });

  it('leaves open what lies where it could not look, and says so', async () => {
    const before = (
      await runCheck(
        finds({ type: 'finding', finding: finding('a', 'venv') }, { type: 'finding', finding: finding('b', 'apt') }),
        partsWith(),
      )
    ).findings;
    const { run, findings } = await runCheck(
      finds({ type: 'unseen', place: 'venv', note: said('pip does not answer') }),
      partsWith(before),
    );
    expect(states(findings)).toEqual(['a open', 'b gone']);
    expect(run.notes.map(english)).toEqual(['pip does not answer']);
  });

  it('ends when its time is over, and what it has found until then does not count', async () => {
    const clock = fakeClock();
    const endless = checkOf(async function* ({ signal }) {
      yield { type: 'finding', finding: finding('a') };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield { type: 'finding', finding: finding('b') };
    }, 90_000);
    const running = runCheck(endless, partsWith([], { clock }));
    await Promise.resolve();
    clock.advance(90_000);
    const { run, findings } = await running;
    expect(run.state).toBe('failed');
    expect(run.problem && english(run.problem)).toMatch(/did not end within 1 min.*raise timeout/);
    expect(findings).toEqual([]);
  });

  it('that does not listen to its end is left behind after a while', async () => {
    const clock = fakeClock();
    const deaf = checkOf(async function* () {
      await new Promise(() => {});
      yield { type: 'note', note: said('never') };
    }, 60_000);
    const running = runCheck(deaf, partsWith([], { clock }));
    await Promise.resolve();
    clock.advance(71_000);
    expect((await running).run.state).toBe('failed');
    expect(clock.timers).toBe(0);
  });

  it('is stopped by a person, which is no failure', async () => {
    const stop = new AbortController();
    const waiting = checkOf(async function* ({ signal }) {
      yield { type: 'progress', phase: said('waiting') };
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    const running = runCheck(waiting, partsWith([], { stop: stop.signal }));
    await Promise.resolve();
    stop.abort();
    const { run } = await running;
    expect(run.state).toBe('stopped');
    expect(run.problem && english(run.problem)).toBe('It was stopped by a person.');
  });

  it('keeps at most 5,000 findings and says how many are left out', async () => {
    const many = checkOf(async function* () {
      for (let i = 0; i < 5_010; i++) yield { type: 'finding', finding: finding(`f${i}`) };
    });
    const { run, findings } = await runCheck(many, partsWith());
    expect(findings).toHaveLength(5_000);
    expect(run.notes.map(english)[0]).toContain('10 more findings');
  });

  it('tells how far it is', async () => {
    const seen: string[] = [];
    await runCheck(
      finds({ type: 'progress', phase: said('half'), percent: 50 }),
      partsWith([], { onProgress: ({ phase, percent }) => seen.push(`${phase.text} ${percent}`) }),
    );
    expect(seen).toEqual(['starting undefined', 'half 50']);
  });
});
