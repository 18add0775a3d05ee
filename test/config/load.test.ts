import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { DEFAULT_CONFIG } from '../../src/config/default-config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { failure, inFolder, load } from './in-folder.ts';

const CHANNELS = 'version: 1\nalerts:\n  channels:\n';

describe('a configuration file', () => {
  it('with nothing but its version gives the defaults', async () => {
    expect((await load('version: 1\n')).config).toEqual(DEFAULT_CONFIG);
  });

  it('gives what it says', async () => {
    const { config } = await load(
      `version: 1\ntheme: light\nsources: ['/var/log/*.log', {exec: journalctl -f, name: ssh}]\nwindow: 15m\ntrusted_proxies: [10.0.0.0/8]\n`,
    );
    expect(config).toEqual({
      ...DEFAULT_CONFIG,
      theme: 'light',
      sources: [{ file: '/var/log/*.log' }, { exec: 'journalctl -f', name: 'ssh' }],
      window: '15m',
      trusted_proxies: ['10.0.0.0/8'],
    });
  });

  it.each([
    ['an unknown setting, with the one that was meant', 'version: 1\ntheem: dark\n', '2: theem: unknown setting; did you mean theme?'],
    ['an unknown setting like no other', 'version: 1\nqqqqqqq: 1\n', /^2: qqqqqqq: unknown setting; known here: version, language, theme,/],
    [
      'a word that is not among those allowed',
      'version: 1\nwindow: 7m\n',
      '2: window: expected one of 1m, 5m, 15m, 60m, all, got "7m"; did you mean 1m?',
    ],
    ['another kind of value', 'version: 1\ntheme: 3\n', '2: theme: expected a text, got a number'],
    ['a later version', 'version: 2\n', '1: version: expected 1, got 2'],
    ['a missing version', 'theme: dark\n', '1: version: expected this setting (one of 1), got nothing; add it'],
    [
      'an unknown time zone',
      'version: 1\ntimezone: Mars/Base\n',
      '2: timezone: expected a time zone such as Europe/Berlin or UTC, got "Mars/Base"',
    ],
    [
      'a source that is a number',
      'version: 1\nsources:\n  - a.log\n  - 7\n',
      '4: sources[1]: expected a text or settings ("name: value" lines), got a number',
    ],
    [
      'a source with a wrong name',
      'version: 1\nsources:\n  - file: a\n    nam: x\n',
      '4: sources[0].nam: unknown setting; did you mean name?',
    ],
    [
      'a kind of channel that does not exist',
      `${CHANNELS}    a: {type: emial}\n`,
      /4: alerts.channels.a.type: expected one of email, slack.*got "emial"; did you mean email\?/,
    ],
    [
      'a channel without its kind',
      `${CHANNELS}    a:\n      host: x\n`,
      /^4: alerts.channels.a.type: expected this setting \(one of email, slack/,
    ],
    [
      'a channel without a server',
      `${CHANNELS}    a:\n      type: email\n      from: a@b.c\n      to: d@e.f\n`,
      '4: alerts.channels.a.host: expected this setting (Name of the SMTP server), got nothing; add it',
    ],
    [
      'a port out of range',
      `${CHANNELS}    a: {type: email, host: h, port: 70000, from: a@b.c, to: d@e.f}\n`,
      '4: alerts.channels.a.port: expected at most 65535, got 70000',
    ],
    ['a list instead of settings', '- a\n', '1: : expected settings ("name: value" lines), got a list'],
    ['a tab as indentation', 'version: 1\nalerts:\n\tchannels: {}\n', /^3: : expected spaces/],
    ['a setting that stands twice', 'version: 1\nwindow: 1m\nwindow: 5m\n', /^3: : this setting stands here twice/],
  ])('names %s', async (_, text, expected) => {
    const message = await failure(text);
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  it('names every mistake at once, in the order of the lines', async () => {
    const message = await failure('version: 1\ntheme: 3\nwindow: x\nthene: a\n');
    expect(message.split('\n').map((line) => line.slice(0, 2))).toEqual(['2:', '3:', '4:']);
  });

  it('begins each message with file and line', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'c.yml'), 'version: 1\ntheme: 3\n');
      const loading = loadConfig({ path: 'c.yml', env: {}, cwd: folder });
      await expect(loading).rejects.toThrow(`${folder}/c.yml:2: theme: expected a text, got a number`);
    }));

  it.each([
    ['a secret of the wrong kind', `${CHANNELS}    a: {type: slack, url: [hunter2hunter2]}\n`],
    ['a secret with a bad reference', `${CHANNELS}    a: {type: slack, url: "\${evn:X}hunter2hunter2"}\n`],
    ['a misspelt secret', `${CHANNELS}    a: {type: email, host: h, from: a@b.c, to: d@e.f, pasword: hunter2hunter2}\n`],
    ['a channel that is a text', `${CHANNELS}    a: hunter2hunter2\n`],
    ['a syntax error beside a secret', `${CHANNELS}    a: {type: slack, url: "hunter2hunter2\n`],
    ['an alias that is a password', `${CHANNELS}    a: {type: slack, url: *hunter2hunter2}\n`],
    ['a bad header value', `${CHANNELS}    a: {type: webhook, url: x, headers: {Authorization: {x: hunter2hunter2}}}\n`],
    ['a bad start of a password', `${CHANNELS}    a: {type: slack, url: @hunter2hunter2}\n`],
  ])('never shows the value of %s', async (_, text) => {
    const message = await failure(text);
    expect(message).not.toContain('hunter2');
    expect(message).toMatch(/^\d+: /);
  });

  it('with aliases that explode is refused', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => `  l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`);
    expect(await failure(`x:\n  l0: &l0 [a]\n${levels.join('\n')}\n`)).toContain('too many aliases');
  });

  it('of any text is read or refused with a typed error, never anything else', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        try {
          await load(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 60 },
    ));
});

describe('the configuration file that is read', () => {
  const places = ['named', 'variable', 'xdg/secmon', 'home/.config/secmon'];

  it('is the named one, then $SECMON_CONFIG, then the XDG folder, then ~/.config', () =>
    inFolder(async (folder) => {
      for (const place of places) {
        mkdirSync(join(folder, place), { recursive: true });
        writeFileSync(join(folder, place, 'config.yml'), `version: 1\ntheme: ${JSON.stringify(place)}\n`);
      }
      const all = { SECMON_CONFIG: 'variable/config.yml', XDG_CONFIG_HOME: join(folder, 'xdg'), HOME: join(folder, 'home') };
      const theme = async (path: string | undefined, env: Record<string, string>): Promise<string> =>
        (await loadConfig({ path, env, cwd: folder, home: '/nowhere' })).config.theme;
      expect(await theme('named/config.yml', all)).toBe('named');
      expect(await theme(undefined, all)).toBe('variable');
      expect(await theme(undefined, { XDG_CONFIG_HOME: all.XDG_CONFIG_HOME, HOME: all.HOME })).toBe('xdg/secmon');
      expect(await theme(undefined, { HOME: all.HOME })).toBe('home/.config/secmon');
    }));

  it('must exist when it was named', async () => {
    await expect(loadConfig({ path: '/nowhere.yml', env: {}, cwd: '/' })).rejects.toThrow('/nowhere.yml: there is no such file');
    await expect(loadConfig({ env: { SECMON_CONFIG: '/nowhere.yml' }, cwd: '/' })).rejects.toThrow(ConfigError);
  });

  it('need not exist otherwise: the defaults hold', async () => {
    const loaded = await loadConfig({ env: { HOME: '/nowhere' }, cwd: '/', home: '/nowhere' });
    expect(loaded).toMatchObject({ config: DEFAULT_CONFIG, path: undefined, warnings: [] });
  });

  it('that is a folder is refused', async () => {
    await expect(loadConfig({ path: '/', env: {}, cwd: '/' })).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});

describe('a file that is refused', () => {
  const slack = `${CHANNELS}    a: {type: slack, url: 'https://hooks.example.org/T/B/x'}\n`;
  const refusal = async (text: string, modes: { mode?: number; folderMode?: number }): Promise<string> =>
    load(text, modes).then(
      () => '',
      ({ message }: Error) => message,
    );

  it('holds a secret that others may read: its line, and the command that mends it, without the secret', async () => {
    const message = await refusal(slack, { mode: 0o644 });
    expect(message).toMatch(/c\.yml:4: alerts\.channels\.a\.url: refused, as others .* may read this secret: chmod 600 \S+c\.yml; or name/);
    expect(message).not.toContain('/T/B/x');
  });

  it('may be written by others, secret or not, or replaced in its folder', async () => {
    expect(await refusal('version: 1\n', { mode: 0o606 })).toMatch(/refused, as others may write it .*: chmod go-w \S+c\.yml$/);
    expect(await refusal('version: 1\n', { mode: 0o602 })).toContain('chmod go-w');
    expect(await refusal('version: 1\n', { mode: 0o600, folderMode: 0o777 })).toMatch(
      /others may replace it in its folder: chmod o-w \S+$/,
    );
    expect(await refusal('version: 1\n', { mode: 0o600, folderMode: 0o1777 })).toBe('');
  });

  it('is none that nobody else can reach, nor one that only refers to its secrets', async () => {
    expect(await refusal(slack, { mode: 0o600 })).toBe('');
    expect(await refusal(slack, { mode: 0o666, folderMode: 0o700 })).toBe('');
    for (const reference of ['env:X', 'file:/x', 'credential:x'])
      expect(await refusal(`${CHANNELS}    a: {type: slack, url: '\${${reference}}'}\n`, { mode: 0o644 })).toBe('');
  });
});

describe('a warning', () => {
  it('is given for an alert that would travel unencrypted', async () => {
    const { warnings } = await load(
      `${CHANNELS}    a: {type: webhook, url: 'http://h.example.org/x'}\n    b: {type: webhook, url: 'http://127.0.0.1:1/x'}\n`,
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('channels.a.url');
  });
});
