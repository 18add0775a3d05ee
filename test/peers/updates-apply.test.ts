import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place, PROGRAM, type Running } from '../commands/program.ts';
import { eventually, openTerminal } from '../e2e/tmux.ts';
import { requireApt, type TestPackage } from './private-apt.ts';
import { A, APPLY, aptWith, BAD, closing, forgetLists, logsIn, waiting } from './updates-packages.ts';

const isRoot = process.geteuid?.() === 0;
beforeAll(requireApt);

const HELD: TestPackage = { name: 'secmon-test-held' };

function place(): Place {
  const opened = closing(openPlace(), ({ remove }) => remove());
  opened.write('config.yml', 'version: 1\n');
  return opened;
}
const stateOf = (opened: Place): string => opened.path('.local/state/secmon');
const begun = (running: Running): Promise<void> => running.saw('in the middle');

describe.runIf(isRoot)('real apt, as root', () => {
  test('what is pending is told, installed without a question, shown, kept and written down; what still runs from before is told', async () => {
    const library = (process.report.getReport() as { sharedObjects: string[] }).sharedObjects.find((path) => /\/libm\.so/.test(path)) ?? '';
    const content = readFileSync(library);
    const apt = aptWith(A, HELD, {
      name: 'secmon-test-lib',
      files: (version) => ({ 'libsecmontest.so': Buffer.concat([content, Buffer.from(`${version}`)]) }),
    });
    apt.hold('secmon-test-held');
    writeFileSync(apt.installed('a.conf'), 'mine');
    const own = place();
    const old = spawn('/bin/sleep', ['1000'], { env: { LD_PRELOAD: apt.installed('libsecmontest.so') }, stdio: 'ignore' });
    closing(old, (one) => one.kill('SIGKILL'));
    const check = () => own.run(['check', 'updates', '--config', 'config.yml', '--format', 'json'], { env: apt.env });
    type Report = {
      runs: { notes: string[]; findings: { message: string; secmon: { finding: { state: string; facts: Record<string, string> } } }[] }[];
    };
    const before = JSON.parse((await check()).out) as Report;
    const about = (report: Report, text: string) => report.runs[0]?.findings.filter(({ message }) => message.includes(text)) ?? [];
    expect(about(before, 'secmon-test').map(({ message }) => message)).toEqual([
      'a security update is pending: secmon-test-a',
      'a security update is pending: secmon-test-lib',
      'a security update is pending: secmon-test-held',
    ]);
    expect(before.runs[0]?.notes.join()).toContain('1 package is kept back, as it is held (apt-mark showhold)');

    const applied = await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env });
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out).toContain('Setting up secmon-test-a (2)');
    expect(applied.out).toContain('nobody answers');
    expect(applied.out).toContain(
      'Installed; 1 package is kept back, as it is held or needs more than an upgrade may do: secmon-test-held.',
    );
    expect([apt.state('secmon-test-a'), apt.state('secmon-test-held')]).toEqual(['ii 2', 'hi 1']);
    expect([readFileSync(apt.installed('a.conf'), 'utf8'), readFileSync(apt.installed('a.conf.dpkg-dist'), 'utf8')]).toEqual([
      'mine',
      'setting 2',
    ]);
    const [log = ''] = logsIn(stateOf(own));
    expect(readFileSync(log, 'utf8')).toContain('Setting up secmon-test-a (2)');
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(applied.out).toContain(`What was said is kept in ${log}`);
    expect(own.read('.local/state/secmon/audit.ndjson')).toMatch(
      /"action":"update","what":"pending updates","result":"Installed; 1 package/,
    );

    const after = JSON.parse((await check()).out) as Report;
    expect(about(after, 'is pending: secmon-test').map(({ secmon }) => secmon.finding.state)).toEqual(['unchanged', 'gone', 'gone']);
    const replaced = about(after, 'it runs from a replaced library: sleep')[0]?.secmon.finding.facts ?? {};
    expect(replaced['replaced']).toContain(apt.installed('libsecmontest.so'));
    expect(replaced['processes']?.split(' ')).toContain(String(old.pid));
    // A second one in the same second, with nothing left to do.
    const [again, more] = [
      await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env }),
      await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env }),
    ];
    expect([again.code, more.code, logsIn(stateOf(own)).length]).toEqual([0, 0, 3]);
    expect(more.out).toContain('Nothing was installed; 1 package is kept back');
  });

  test('a package that fails, and dpkg that is killed, are one sentence each and exit code 2; the next look says what is half installed', async () => {
    const apt = aptWith(A, BAD);
    const own = place();
    const failed = await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env });
    expect(failed.code).toBe(2);
    expect(failed.out).toContain('bad cannot be set up');
    expect(failed.err).toMatch(
      /^secmon: These packages could not be set up: secmon-test-bad\. See what they said above, .*"sudo dpkg --configure -a"/,
    );
    expect([apt.state('secmon-test-a'), apt.state('secmon-test-bad')]).toEqual(['ii 2', 'iF 2']);
    const looked = await own.run(['check', 'updates', '--config', 'config.yml', '--format', 'json'], { env: apt.env });
    expect(looked.out).toContain('Packages are half installed (secmon-test-bad): run \\"sudo dpkg --configure -a\\".');
    const korean = await own.run([...APPLY, '--config', 'config.yml', '--lang', 'ko'], { env: apt.env });
    expect(korean.err).toMatch(/설정하지 못한 패키지: secmon-test-bad\./);
    const killing = aptWith({ name: 'secmon-test-killed', postinst: 'kill -9 $PPID' });
    const killed = await own.run([...APPLY, '--config', 'config.yml'], { env: killing.env });
    expect(killed).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /apt-get did not end well and left packages half installed \(secmon-test-killed\): run "sudo dpkg --configure -a"/,
      ),
    });
    // The next one sets up what was left.
    expect(own.read('.local/state/secmon/audit.ndjson').match(/"result":"not done: /g)).toHaveLength(3);
  });

  test('another program that holds the lock is named', async () => {
    const apt = aptWith(A);
    const holder = spawn('python3', [
      '-c',
      'import fcntl, sys, time; f = open(sys.argv[1], "w"); fcntl.lockf(f, fcntl.LOCK_EX); print("held", flush=True); time.sleep(1000)',
      apt.lockFile,
    ]);
    closing(holder, (one) => one.kill('SIGKILL'));
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const { code, err, out } = await place().run([...APPLY, '--config', 'config.yml'], { env: apt.env });
    expect(code).toBe(2);
    expect(out).toContain('Waiting for cache lock');
    expect(err).toContain(
      `Another program installs packages right now (python3, process ${holder.pid}): wait for it, then run this again.`,
    );
    expect(apt.state('secmon-test-a')).toBe('ii 1');
  });

  test('a second one at the same time says that one is running; Ctrl-C in the middle does not stop it, and says so', async () => {
    const { apt, letGo } = waiting();
    const own = place();
    const first = own.start([...APPLY, '--config', 'config.yml'], { env: apt.env });
    await begun(first);
    const second = await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env });
    expect(second).toMatchObject({
      code: 2,
      err: expect.stringContaining(`Updates are being installed by secmon already (process ${first.child.pid}): wait until it has ended`),
    });
    first.child.kill('SIGINT');
    await eventually('the answer to Ctrl-C', () => first.err().includes('It goes on: stopped in the middle'));
    expect(apt.state('secmon-test-slow')).toBe('iF 2');
    await letGo();
    expect(await first.ended).toMatchObject({ code: 0, out: expect.stringContaining('and done') });
    expect(apt.state('secmon-test-slow')).toBe('ii 2');
  });

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'left in the middle by %s it goes on to its end by itself, with its output kept',
    async (signal) => {
      const { apt, letGo } = waiting();
      const own = place();
      const running = own.start([...APPLY, '--config', 'config.yml'], { env: apt.env });
      await begun(running);
      if (signal === 'SIGINT') {
        running.child.kill('SIGINT');
        await eventually('the answer to Ctrl-C', () => running.err().includes('It goes on'));
      }
      running.child.kill(signal);
      expect((await running.ended).code).toBe(null);
      expect(apt.state('secmon-test-slow')).toBe('iF 2');
      await letGo();
      await eventually('the end', () => apt.state('secmon-test-slow') === 'ii 2');
      await eventually('its last words', () => readFileSync(logsIn(stateOf(own))[0] ?? '', 'utf8').includes('and done'));
      expect(own.read('.local/state/secmon/audit.ndjson')).toContain(
        signal === 'SIGINT' ? 'left before its end, it goes on by itself' : 'begun; the output is in',
      );
    },
  );

  test('is asked before: only a yes installs, and nobody is asked where nobody is', async () => {
    const apt = aptWith(A);
    const asked = await place().run(['check', 'updates', '--apply', '--config', 'config.yml'], { env: apt.env });
    expect(asked).toMatchObject({
      code: 2,
      err: expect.stringContaining('Nobody can be asked here: Install the pending updates now? Add --yes'),
    });
    const terminal = openTerminal({ env: apt.env });
    closing(terminal, (one) => one.close());
    const ask = async (answer: string, said: string): Promise<string> => {
      terminal.run('clear; $SECMON check updates --apply; echo "code=$?"');
      await terminal.until('the question', (screen) => screen.includes('Install the pending updates now? [y/N]'));
      terminal.run(answer);
      return terminal.until('the end', (screen) => screen.includes(said) && /^code=\d/m.test(screen));
    };
    expect(await ask('n', 'Nothing was installed.')).toContain('code=2');
    terminal.run('clear; $SECMON check updates --apply; echo "code=$?"');
    await terminal.until('the question', (screen) => screen.includes('[y/N]'));
    terminal.keys('C-c');
    await terminal.until('the answer to Ctrl-C', (screen) => screen.includes('Nothing was installed.') && screen.includes('code=2'));
    expect(apt.state('secmon-test-a')).toBe('ii 1');
    expect(await ask('y', 'Installed what was pending.')).toContain('code=0');
    expect(apt.state('secmon-test-a')).toBe('ii 2');
  });

  test('a pipe that is closed does not stop it', async () => {
    const { apt, letGo } = waiting();
    const own = place();
    const line = `"$0" "$@" | head -n 1`;
    const env = { ...apt.env, PATH: process.env.PATH ?? '', HOME: own.folder };
    const shell = spawn('sh', ['-c', line, process.execPath, PROGRAM, ...APPLY, '--config', 'config.yml'], {
      cwd: own.folder,
      env,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => shell.once('exit', resolve));
    await eventually('the middle', () => apt.state('secmon-test-slow') === 'iF 2');
    await letGo();
    await ended;
    expect(apt.state('secmon-test-slow')).toBe('ii 2');
    expect(own.read('.local/state/secmon/audit.ndjson')).toContain('"result":"Installed what was pending.');
  });

  test('known troubles of apt are one sentence each, of the look and of the upgrade', async () => {
    const apt = aptWith(A);
    const own = place();
    const apply = async (): Promise<string> => (await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env })).err;
    const look = async (): Promise<string> => (await own.run(['check', 'updates', '--config', 'config.yml'], { env: apt.env })).err;
    const archive = apt.path('repo', 'secmon-test-a_2_all.deb');
    renameSync(archive, `${archive}.away`);
    expect(await apply()).toMatch(
      /^secmon: Packages could not be fetched \(Failed to fetch file:.*: see the network; where the lists are old/,
    );
    renameSync(`${archive}.away`, archive);
    writeFileSync(apt.path('dpkg', 'updates', '0001'), '');
    expect(await apply()).toMatch(/^secmon: dpkg was interrupted before: run "sudo dpkg --configure -a", then this again\.\n/);
    rmSync(apt.path('dpkg', 'updates', '0001'));
    chmodSync(apt.path('dpkg', 'status'), 0o600);
    expect(await look()).toMatch(/^secmon: updates: apt may not read its own files \(.*Permission denied/);
    chmodSync(apt.path('dpkg', 'status'), 0o644);
    writeFileSync(apt.path('etc', 'sources.list'), 'nonsense\n');
    expect(await look()).toMatch(/^secmon: updates: apt-get failed with code 100: E: The list of sources could not be read/);
    expect(apt.state('secmon-test-a')).toBe('ii 1');
  });

  test('new lists are got before only where that is allowed', async () => {
    const apt = aptWith(A);
    const own = place();
    const apply = () => own.run([...APPLY, '--config', 'config.yml'], { env: apt.env });
    forgetLists(apt);
    expect((await apply()).out).toContain('Nothing was pending.');
    own.write('config.yml', 'version: 1\nchecks: { updates: { refresh: true } }\n');
    const { out } = await apply();
    expect(out).toMatch(/would run: apt-get .*update\nwould run: apt-get .*upgrade\n/);
    expect(out).toContain('Installed what was pending.');
    expect(apt.state('secmon-test-a')).toBe('ii 2');
  });

  test('what cannot be written down or kept is not done, and that is one sentence', async () => {
    const apt = aptWith(A);
    const own = place();
    own.write('config.yml', 'version: 1\nstate_directory: /proc/nowhere\n');
    const { code, err } = await own.run([...APPLY, '--config', 'config.yml'], { env: apt.env });
    expect(code).toBe(2);
    expect(err).toMatch(
      /^secmon: What is done cannot be written down in \/proc\/nowhere \(ENOENT\), so nothing was installed: .*state_directory\.\n$/,
    );
    expect(apt.state('secmon-test-a')).toBe('ii 1');
  });
});
