import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { askHelper } from '../../src/helper/client.ts';
import { eventually } from '../e2e/tmux.ts';
import { AS_NOBODY, type HelperProcess, startHelper } from './helper-process.ts';
import { type PrivateApt, requireApt } from './private-apt.ts';
import { A, APPLY, aptWith, BAD, closing, forgetLists, logsIn, waiting } from './updates-packages.ts';

const isRoot = process.geteuid?.() === 0;
beforeAll(requireApt);

describe.runIf(isRoot)('real apt through the helper, for an operator without rights', () => {
  const withHelper = async (apt: PrivateApt): Promise<HelperProcess> => {
    return closing(await startHelper({ env: apt.env }), ({ close }) => close());
  };
  const helperState = (helper: HelperProcess): string => join(helper.folder, 'state');

  test('it is installed, shown and kept on both sides, and written down; a viewer is refused; what fails is one sentence', async () => {
    const apt = aptWith(A);
    const helper = await withHelper(apt);
    helper.configure('version: 1\nroles: { operators: [alice], viewers: [nobody] }\n');
    expect(helper.secmon(APPLY)).toMatchObject({
      code: 2,
      out: expect.stringContaining('nobody is a viewer here: only operators named in'),
    });
    expect(apt.state('secmon-test-a')).toBe('ii 1');
    helper.configure('version: 1\nroles: { operators: [nobody] }\n');
    const done = helper.secmon(APPLY);
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('Setting up secmon-test-a (2)') });
    expect(done.out).toContain('Installed what was pending.');
    expect(apt.state('secmon-test-a')).toBe('ii 2');
    const kept = [...logsIn(join(helper.folder, 'home/.local/state/secmon')), ...logsIn(helperState(helper))];
    // The one that was refused said nothing.
    expect(kept.map((path) => readFileSync(path, 'utf8').includes('Setting up secmon-test-a (2)')).filter(Boolean)).toHaveLength(2);
    expect(helper.audit()).toMatch(/"action":"refused","what":"update pending updates"/);
    expect(helper.audit()).toMatch(/"action":"update","what":"pending updates","result":"Installed what was pending\.".*"user":"nobody"/);
    expect(helper.secmon([...APPLY, '--lang', 'ko']).out).toContain('대기 중인 업데이트가 없었습니다.');

    const bad = aptWith(BAD);
    const other = await withHelper(bad);
    other.configure('version: 1\nroles: { operators: [nobody] }\n');
    const failed = other.secmon([...APPLY, '--lang', 'ko']);
    expect(failed).toMatchObject({ code: 2, out: expect.stringMatching(/설정하지 못한 패키지: secmon-test-bad\./) });
    expect(other.audit()).toContain('not done: These packages could not be set up: secmon-test-bad.');
  });

  test('goes on when the caller leaves; a second caller hears that one is running', async () => {
    const { apt, letGo } = waiting();
    const helper = await withHelper(apt);
    helper.configure('version: 1\nroles: { operators: [nobody] }\n');
    const config = join(helper.folder, 'caller.yml');
    writeFileSync(config, `version: 1\nactions: { helper: ${helper.socket} }\n`);
    chmodSync(config, 0o644);
    const [program = '', ...args] = [...AS_NOBODY, process.execPath, helper.program, ...APPLY, '--config', config];
    const caller = spawn(program, args, { cwd: '/', env: { PATH: process.env.PATH ?? '', HOME: join(helper.folder, 'home') } });
    let said = '';
    caller.stdout.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await eventually('the middle', () => said.includes('in the middle'));
    expect(helper.secmon(APPLY)).toMatchObject({
      code: 2,
      out: expect.stringContaining(`Updates are being installed by secmon already (process ${helper.pid})`),
    });
    caller.kill('SIGKILL');
    await letGo();
    await eventually('the end', () => apt.state('secmon-test-slow') === 'ii 2');
    await eventually('the record', () => helper.audit().includes('"result":"Installed what was pending."'));
    expect(readFileSync(logsIn(helperState(helper))[0] ?? '', 'utf8')).toContain('and done');
  });

  test('goes on when the helper is killed, which the caller is told', async () => {
    const { apt, letGo } = waiting();
    const helper = await withHelper(apt);
    helper.configure('version: 1\nroles: { operators: [root] }\n');
    const asked = askHelper('updates.apply', { why: '', person: '' }, { socket: helper.socket });
    const answer = asked.catch(({ message }: Error) => message);
    await eventually('the middle', () => apt.state('secmon-test-slow') === 'iF 2');
    await helper.stop('SIGKILL');
    expect(helper.audit()).toMatch(/"action":"update".*"result":"begun; the output is in .*"user":"root"/);
    expect(await answer).toMatch(/the helper ended without an answer: see journalctl/);
    await letGo();
    await eventually('the end', () => apt.state('secmon-test-slow') === 'ii 2');
    await eventually('its last words', () => readFileSync(logsIn(helperState(helper))[0] ?? '', 'utf8').includes('and done'));
  });

  test('new lists are got before where root’s own configuration allows it', async () => {
    const apt = aptWith(A);
    forgetLists(apt);
    const helper = await withHelper(apt);
    helper.configure('version: 1\nchecks: { updates: { refresh: true } }\nroles: { operators: [nobody] }\n');
    expect(helper.secmon(APPLY)).toMatchObject({ code: 0, out: expect.stringContaining('Installed what was pending.') });
  });
});
