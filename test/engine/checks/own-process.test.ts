import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Check, CheckEvent } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run-check.ts';
import { LEAVING } from '../../../src/checks/run-process.ts';
import { systemClock } from '../../../src/clock/clock.ts';
import { DEFAULT_CONFIG } from '../../../src/config/default-config.ts';
import { inOwnProcess, type OwnProcessParts } from '../../../src/engine/checks/own-process.ts';
import { createSecret } from '../../../src/settings/secret.ts';
import { english } from '../../../src/text/said.ts';
import { fakeClock } from '../../alerts/samples.ts';
import { contextWith, failureOf, openFolder, runOf } from '../../checks/support.ts';
import { isRunning } from '../../commands/program.ts';

const ZAP = { timeout: '2h', api: 'http://zap.test', key: createSecret('my-secret'), targets: ['http://shop.test'] };
const CHECK: Check = {
  name: 'zap',
  every: '',
  timeoutMs: 60_000,
  missing: undefined,
  canAttack: true,
  async *run() {
    yield* [] as CheckEvent[];
    throw new Error('it ran in this process');
  },
};
/** What programs that stand for check.js have in common: `job`, `say`, and what they were told afterwards. */
const PRELUDE = `
const { createInterface } = require('node:readline');
const { spawn } = require('node:child_process');
const say = (event) => process.stdout.write(JSON.stringify(event) + '\\n');
const note = (text) => say({ type: 'note', note: { text } });
const lines = createInterface({ input: process.stdin });
const told = (wanted, then) => lines.on('line', (line) => line === wanted && then());
const tool = () => {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  say({ type: 'group', pid: child.pid, isAlive: true });
  note('tool ' + child.pid);
};
lines.once('line', (line) => main(JSON.parse(line)));
`;

function apart(main: string, changes: Partial<OwnProcessParts> = {}): Check {
  const program = join(openFolder(), 'check.cjs');
  writeFileSync(program, `${PRELUDE}\nfunction main(job) {\n${main}\n}\n`);
  return inOwnProcess(CHECK, {
    program,
    config: { ...DEFAULT_CONFIG, checks: { zap: ZAP } },
    clock: systemClock,
    timeZone: 'UTC',
    ...changes,
  });
}

const over = (pid: number) => expect.poll(() => isRunning(pid)).toBe(false);
const pidIn = (notes: readonly string[]): number => Number(notes.find((text) => text.startsWith('tool '))?.slice(5));

describe('a check in a process of its own', () => {
  it('gets its job through standard input, with secrets that stand neither in arguments nor in the environment', async () => {
    const check = apart(`
      note(JSON.stringify(job));
      note(JSON.stringify([process.argv, process.execArgv, process.env]));
      say({ type: 'end' });`);
    const { notes } = await runOf(check, { memory: { seen: 1 }, asked: true });
    expect(JSON.parse(notes[0] ?? '')).toMatchObject({
      check: 'zap',
      key: 'my-secret',
      settings: { api: 'http://zap.test', targets: ['http://shop.test'] },
      memory: { seen: 1 },
      mayAttack: false,
      asked: true,
    });
    expect(notes[1]).toContain('check.cjs');
    expect(notes[1]).not.toContain('my-secret');
  });

  it('says what the check says, and leaves neither itself nor its tools behind', async () => {
    const check = apart(`
      tool();
      say({ type: 'progress', phase: { text: 'half' }, percent: 50 });
      say({ type: 'memory', memory: { text: 'é'.repeat(100000) } });
      say({ type: 'end' });`);
    const heard = await runOf(check);
    expect(heard.phases).toEqual(['half']);
    expect(heard.memory).toEqual({ text: 'é'.repeat(100_000) });
    await over(pidIn(heard.notes));
  });

  it.each([
    [
      'its own sentence',
      "say({ type: 'problem', problem: { text: 'The tool {name} is missing.', values: { name: 'x' } } });",
      /^The tool x is missing\.$/,
    ],
    ['a crash', "console.error('boom'); process.exit(3);", /ended in the middle \(code 3, boom\)/],
    ['half a word', 'process.stdout.write(\'{"type":\\n\');', /ended in the middle \(\{"type":\)/],
    ['a signal', "process.kill(process.pid, 'SIGKILL');", /ended in the middle \(SIGKILL\): see whether the machine is short of memory/],
    ['too much memory', "console.error('FATAL: JavaScript heap out of memory'); process.exit(134);", /needed more than 256 MB/],
    [
      'too much output',
      "const text = 'x'.repeat(1 << 20); for (let i = 0; i < 70; i++) note(text); say({ type: 'end' });",
      /more than can be taken in/,
    ],
  ])('fails with one sentence: %s', async (_, main, sentence) => {
    expect(await failureOf(apart(main))).toMatch(sentence);
  });

  it('fails with one sentence where no process can be started', async () => {
    const { execPath } = process;
    try {
      process.execPath = '/nowhere/node';
      expect(await failureOf(apart(''))).toMatch(/^No process can be started for this check \(ENOENT\)/);
    } finally {
      process.execPath = execPath;
    }
  });

  it('is told when a person stops it, and what it says then still counts', async () => {
    const stop = new AbortController();
    const check = apart("note('ready'); tool(); told('stop', () => { note('stopped in ZAP'); say({ type: 'end' }); });");
    const notes: string[] = [];
    for await (const event of check.run(contextWith({ signal: stop.signal }))) {
      if (event.type !== 'note') continue;
      notes.push(english(event.note));
      if (event.note.text.startsWith('tool')) stop.abort();
    }
    expect(notes).toEqual(['ready', expect.stringMatching(/^tool/), 'stopped in ZAP']);
    await over(pidIn(notes));
  });

  it('that does not listen is killed with its tools, soon when secmon itself ends', async () => {
    for (const [reason, afterMs] of [
      [undefined, 9_000],
      [LEAVING, 2_500],
    ] as const) {
      const clock = fakeClock();
      const stop = new AbortController();
      const check = apart("tool(); process.on('SIGTERM', () => {});", { clock });
      let pid = 0;
      let failure = '';
      try {
        for await (const event of check.run(contextWith({ signal: stop.signal }))) {
          if (event.type === 'note') pid = pidIn([english(event.note)]);
          stop.abort(reason);
          clock.advance(afterMs - 1);
          expect(isRunning(pid)).toBe(true);
          clock.advance(1);
        }
      } catch (error) {
        failure = error instanceof Error ? error.message : '';
      }
      expect(failure).toBe('The run was stopped.');
      await over(pid);
    }
  });

  it('has its time limit from outside, however busy it is', async () => {
    const { run, get } = contextWith();
    const check = {
      ...apart("note('busy'); setTimeout(() => { for (;;); }, 10);", {
        clock: { ...systemClock, after: (_, work) => systemClock.after(50, work) },
      }),
      timeoutMs: 300,
    };
    const stop = new AbortController().signal;
    const parts = { run, get, clock: systemClock, newId: () => 'r', stop, before: [], memory: undefined, mayAttack: false, asked: true };
    const result = await runCheck(check, parts);
    expect(result.run.problem && english(result.run.problem)).toMatch(/^It did not end within 0 s and was stopped: raise timeout/);
  });
});
