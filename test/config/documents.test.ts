import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHANNEL_TYPES } from '../../src/alerts/channels/index.ts';
import { DEFAULT_CONFIG } from '../../src/config/default-config.ts';
import { configurationReference } from '../../src/config/reference.ts';
import { configTemplate } from '../../src/config/template.ts';
import { load } from './in-folder.ts';

describe('the file that config init writes', () => {
  it('loads as it is and changes nothing', async () => {
    expect((await load(await configTemplate())).config).toEqual(DEFAULT_CONFIG);
  });

  it('loads with every setting switched on, and has every kind of channel', async () => {
    const { config } = await load((await configTemplate()).replace(/^#(?! )(.*)$|^#( {2,}\S.*)$/gm, (_, a, b) => a ?? b));
    expect(new Set(Object.values(config.alerts.channels).map(({ type }) => type))).toEqual(new Set(Object.keys(CHANNEL_TYPES)));
    expect(config.sources.length).toBeGreaterThan(0);
  });

  it('explains every setting', async () => {
    const template = await configTemplate();
    for (const setting of [
      'theme',
      'timezone',
      'sources',
      'log_format',
      'trusted_proxies',
      'networks',
      'allow',
      'enrichment',
      'window',
      'state_directory',
    ]) {
      expect(template).toMatch(new RegExp(`^# .+\\n#${setting}: `, 'm'));
    }
  });
});

describe('docs/configuration.md', () => {
  it('is what the schema says', async () => {
    const path = new URL('../../docs/configuration.md', import.meta.url);
    expect(readFileSync(path, 'utf8')).toBe(await configurationReference());
  });

  it('describes every setting of every kind of channel', async () => {
    const reference = await configurationReference();
    for (const type of Object.keys(CHANNEL_TYPES)) expect(reference).toContain(`type: ${type}`);
    expect(reference).not.toMatch(/\| *\|$/m);
  });
});
