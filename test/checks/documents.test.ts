import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChecks } from '../../src/checks/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { CHECK_NAMES } from '../../src/model/check.ts';
import { openFolder } from './support.ts';

const FOLDER = new URL('../../docs/checks/', import.meta.url).pathname;
const blocks = readdirSync(FOLDER).flatMap((name) =>
  [...readFileSync(join(FOLDER, name), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    (found, i) => [`${name} ${i + 1}`, found[1] ?? ''] as const,
  ),
);

/** A probe that nobody asks: nothing runs here. */
const fail2ban = { alive: async () => ({ dead: '' }), jails: async () => [], banned: async () => 0 };

describe('the pages about checks', () => {
  it('are there for every check', () => {
    const pages = readdirSync(FOLDER);
    for (const name of CHECK_NAMES) expect(pages).toContain(`${name}.md`);
  });

  it.each(blocks)('%s can be copied into a configuration as it stands', async (_, text) => {
    const path = join(openFolder(), 'config.yml');
    writeFileSync(path, text, { mode: 0o600 });
    const { config } = await loadConfig({ path, env: { ZAP_API_KEY: 'k' }, cwd: '/' });
    const named = CHECK_NAMES.filter((name) => config.checks[name] !== undefined);
    const checks = createChecks(config.checks, { fail2ban });
    for (const check of checks.filter(({ name }) => named.includes(name))) expect(check.missing).toBeUndefined();
  });
});
