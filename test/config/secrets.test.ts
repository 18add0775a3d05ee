import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig, missingSecrets } from '../../src/config/load.ts';
import { secretFrom } from '../../src/config/secrets.ts';
import { showConfig } from '../../src/config/show.ts';
import { packConfig, unpackConfig } from '../../src/config/wire.ts';
import { fromCredential, fromEnvironment, fromFile } from '../../src/settings/schema-kit.ts';
import { inFolder, load } from './in-folder.ts';

const VALUE = 'hunter2-hunter2';
const slack = (url: string): string => `version: 1\nalerts:\n  channels:\n    a:\n      type: slack\n      url: ${JSON.stringify(url)}\n`;

describe('a secret', () => {
  it.each([
    ['String', String],
    ['JSON', (value: unknown) => JSON.stringify({ value })],
    ['inspect', (value: unknown) => inspect({ value }, { depth: 9, showHidden: true })],
    ['a template', (value: unknown) => `${value}`],
    ['concatenation', (value: unknown) => `x${String(value)}`],
  ])('never prints: %s shows ••• instead', (_, print) => {
    const secret = secretFrom(VALUE, { env: {}, folder: '/' });
    expect(print(secret)).toContain('•••');
    expect(print(secret)).not.toContain(VALUE);
    expect(secret.reveal()).toBe(VALUE);
  });

  it('is looked up when it is needed, each time', () =>
    inFolder(async (folder) => {
      const env: Record<string, string> = {};
      const file = join(folder, 'key');
      const fromEnv = secretFrom(`Bearer ${fromEnvironment('TOKEN')}`, { env, folder });
      const kept = secretFrom(fromFile('key'), { env, folder });
      expect(() => fromEnv.reveal()).toThrow('the environment variable TOKEN is not set');
      expect(() => kept.reveal()).toThrow(`cannot read the secret's file ${file} (ENOENT)`);
      env.TOKEN = VALUE;
      writeFileSync(file, `${VALUE}\n`);
      expect(fromEnv.reveal()).toBe(`Bearer ${VALUE}`);
      expect(kept.reveal()).toBe(VALUE);
      writeFileSync(file, '');
      expect(() => kept.reveal()).toThrow('is empty');
      writeFileSync(file, 'x'.repeat(70_000));
      expect(() => kept.reveal()).toThrow('larger than 64 KiB');
    }));

  it('may be a credential that systemd hands to the service', () =>
    inFolder(async (folder) => {
      const env: Record<string, string> = {};
      const secretOf = (name: string) => secretFrom(fromCredential(name), { env, folder: '/' });
      expect(() => secretOf('smtp').reveal()).toThrow('the credential smtp is not there: systemd gives credentials to services alone');
      env.CREDENTIALS_DIRECTORY = folder;
      expect(() => secretOf('smtp').reveal()).toThrow(`cannot read the secret's file ${folder}/smtp (ENOENT)`);
      writeFileSync(join(folder, 'smtp'), `${VALUE}\n`);
      expect(secretOf('smtp').reveal()).toBe(VALUE);
      for (const name of ['../smtp', '/etc/shadow', '..', 'a b'])
        expect(() => secretOf(name).reveal()).toThrow('is no name of a credential');
    }));

  it('that is missing is named with its setting', async () => {
    const { config } = await load(slack(fromEnvironment('NOWHERE')));
    expect(missingSecrets(config)).toEqual(['alerts.channels.a.url: the environment variable NOWHERE is not set']);
  });

  it('survives the way to another thread, still hidden', async () => {
    const { config } = await load(slack(`https://h.example.org/${fromEnvironment('TOKEN')}`));
    const there = unpackConfig(structuredClone(packConfig(config, '/')), { TOKEN: VALUE });
    const channel = there.alerts.channels.a;
    expect(channel?.type === 'slack' && channel.url.reveal()).toBe(`https://h.example.org/${VALUE}`);
    expect(inspect(there, { depth: 9 })).not.toContain(VALUE);
    expect({ ...there, alerts: 0 }).toEqual({ ...config, alerts: 0 });
  });
});

describe('the configuration that is shown', () => {
  it('hides a literal secret, names a reference, and says where each value comes from', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'c.yml');
      writeFileSync(path, `${slack(VALUE)}    b: {type: webhook, url: '\${env:URL}', secret: '\${env:NOWHERE}'}\ntheme: light\n`, {
        mode: 0o600,
      });
      const shown = showConfig(await loadConfig({ path, env: { URL: `https://${VALUE}` }, cwd: folder }));
      expect(shown).not.toContain('hunter2');
      expect(shown).toContain('url: •••  # a secret, in the file itself');
      expect(shown).toContain(`url: "${fromEnvironment('URL')}"  # found`);
      expect(shown).toContain(`secret: "${fromEnvironment('NOWHERE')}"  # MISSING: the environment variable NOWHERE is not set`);
      expect(shown).toContain('theme: light  # line 8');
      expect(shown).toContain('window: "5m"  # default');
    }));

  it('says that there is no file', async () => {
    expect(showConfig(await loadConfig({ env: {}, cwd: '/', home: '/nowhere' }))).toContain('No configuration file');
  });
});
