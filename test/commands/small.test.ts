import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../net/free-port.ts';
import { openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

describe('help and version', () => {
  test('--version prints the version of the package', async () => {
    const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: (await place.run(['--version'])).out.trim() });
  });

  test('--help shows the main uses, every subcommand and every flag', async () => {
    const { code, out, err } = await place.run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const text of [
      'tail -f access.log | secmon',
      'scan',
      'demo',
      'alert',
      'config',
      'completion',
      '--exec',
      '--log-format',
      '--tz',
      '--trusted-proxy',
      '--from-start',
      '--lines',
      '--resume',
      '--no-ui',
      '--theme',
      '--config',
      '--version',
      'journald:',
      'docker:',
      'ssh://',
    ])
      expect(out).toContain(text);
  });

  test('scan --help tells the exit codes', async () => {
    expect((await place.run(['scan', '--help'])).out).toMatch(/0 nothing at or above --fail-on, 1 something, 2/);
  });

  test.each([
    [['--frm-start'], /unknown option '--frm-start'\n\(Did you mean --from-start\?\)\n\(secmon --help/],
    [['scan', '--fromat', 'json'], /Did you mean --format\?\)\n\(secmon scan --help/],
    [['alert', 'tset'], /unknown command 'tset'\n\(Did you mean test\?\)\n\(secmon alert --help/],
    [['attach'], /attach shows a screen and needs a terminal/],
    [['--lang', 'ko', 'scan', 'access.log'], /--lang stands before scan .* secmon scan --lang/],
    [['sacn', 'access.log'], /no command and no file "sacn": did you mean secmon scan\? .* \.\/sacn/],
  ] as const)('what was typed wrong is named, with what is near it and a way to help: %j', async (args, sentence) => {
    const { code, out, err } = await place.run([...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(sentence);
  });

  test('help COMMAND is the help of the command, with examples that begin with it', async () => {
    const [long, short] = [await place.run(['scan', '--help']), await place.run(['help', 'scan'])];
    expect(short).toEqual(long);
    expect(long.out).toMatch(/\nExamples:\n(?: {2}secmon scan .*\n)+\nExit codes/);
    expect((await place.run(['alert', 'test', '--help'])).out).toMatch(/\nExamples:\n(?: {2}secmon alert test .*\n)+$/);
  });
});

describe('completion', () => {
  test.each([
    ['bash', ['-n']],
    ['zsh', ['-n']],
    ['fish', ['--no-execute']],
  ] as const)('for %s is a script that this shell takes, with commands and flags', async (shell, check) => {
    const { code, out } = await place.run(['completion', shell]);
    expect(code).toBe(0);
    for (const text of ['scan', 'completion', 'log-format', 'fail-on']) expect(out).toContain(text);
    const path = place.write(`completion.${shell}`, out);
    const checked = spawnSync(shell, [...check, path], { encoding: 'utf8' });
    const isMissing = checked.error !== undefined && 'code' in checked.error && checked.error.code === 'ENOENT';
    if (!isMissing) expect({ status: checked.status, stderr: checked.stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('in bash really completes subcommands and flags', async () => {
    const path = place.write('completion.bash', (await place.run(['completion', 'bash'])).out);
    const complete = (words: string, at: number): string[] =>
      spawnSync('bash', ['-c', `source ${path}; COMP_WORDS=(${words}); COMP_CWORD=${at}; _secmon; printf '%s\\n' "\${COMPREPLY[@]}"`], {
        encoding: 'utf8',
        cwd: place.folder,
      })
        .stdout.trim()
        .split('\n');
    expect(complete('secmon sc', 1)).toEqual(['scan']);
    expect(complete('secmon scan --fa', 2)).toEqual(['--fail-on']);
    expect(complete('secmon --from', 1)).toEqual(['--from-start']);
  });

  test('of another shell is refused', async () => {
    expect(await place.run(['completion', 'csh'])).toMatchObject({ code: 2, err: expect.stringMatching(/bash, zsh, fish/) });
  });
});

describe('config', () => {
  test('init writes a commented file that check finds right, and never writes over one', async () => {
    const first = await place.run(['config', 'init']);
    expect(first).toMatchObject({ code: 0, err: '' });
    const path = place.path('.config/secmon/config.yml');
    expect(first.out).toContain(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const check = await place.run(['config', 'check']);
    expect(check).toMatchObject({ code: 0, err: '' });
    expect(check.out).toContain(`${path} is right`);
    const again = await place.run(['config', 'init']);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/exists already/);
  });

  test('check names file, line, what was expected and what was found', async () => {
    place.write('wrong.yml', 'version: 1\nwindow: 7m\nthemes: dark\n');
    const { code, err } = await place.run(['config', 'check', '--config', 'wrong.yml']);
    expect(code).toBe(2);
    expect(err).toMatch(/wrong\.yml:2/);
    expect(err).toMatch(/1m/);
    expect(err).toMatch(/7m/);
    expect(err).toMatch(/wrong\.yml:3.*themes/);
    expect(err).toMatch(/theme\b/);
  });

  test('check names a secret that is missing; show never shows one', async () => {
    place.write(
      'c.yml',
      'version: 1\nalerts:\n  channels:\n    ops:\n      type: slack\n      url: "${env:OPS_URL}"\n    own:\n      type: webhook\n      url: "http://127.0.0.1:9/hook"\n      secret: "hush-hush-hush"\n',
    );
    const missing = await place.run(['config', 'check', '--config', 'c.yml']);
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/OPS_URL/);
    const shown = await place.run(['config', 'show', '--config', 'c.yml'], {
      env: { OPS_URL: 'https://hooks.slack.com/services/T0/B0/very-secret' },
    });
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('ops');
    expect(shown.out + shown.err).not.toMatch(/very-secret|hush-hush/);
  });

  test('without a file the defaults hold', async () => {
    expect(await place.run(['config', 'check'])).toMatchObject({ code: 0, out: expect.stringContaining('defaults hold') });
    expect((await place.run(['config', 'show'])).out).toMatch(/theme/);
  });
});

describe('alert test', () => {
  test('file writes one alert as JSON', async () => {
    const { code, out } = await place.run(['alert', 'test', 'file'], { env: { XDG_STATE_HOME: place.path('state') } });
    expect(code).toBe(0);
    expect(out).toMatch(/accepted: /);
    const written = place.read('state/secmon/alerts.ndjson').trimEnd().split('\n');
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ severity: expect.anything() });
  });

  test('an unknown channel is an error that lists the known ones', async () => {
    expect(await place.run(['alert', 'test', 'pager'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no channel "pager".*desktop, file/),
    });
  });

  test('a server that refuses the connection is told, without a secret, with code 2', async () => {
    place.write(
      'c.yml',
      `version: 1\nalerts:\n  channels:\n    hook:\n      type: webhook\n      url: "http://127.0.0.1:${await freePort()}/very-secret"\n`,
    );
    const { code, out, err } = await place.run(['alert', 'test', 'hook', '--config', 'c.yml']);
    expect(code).toBe(2);
    expect(err).toMatch(/hook: .*refused/i);
    expect(out + err).not.toContain('very-secret');
  });
});
