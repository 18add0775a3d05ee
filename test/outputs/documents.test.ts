import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadKit } from '../../src/config/kit.ts';
import { parseMetricsAddress } from '../../src/metrics/address.ts';
import { parseOutputFlag } from '../../src/outputs/flag.ts';
import { outputSchema } from '../../src/outputs/settings.ts';
import { load } from '../config/in-folder.ts';

const FOLDER = join(import.meta.dirname, '../../docs/outputs');
const pages = readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);
const kit = await loadKit({ env: {}, folder: '/' });

test.each(pages)('%s: every configuration, output and address that it shows is right', async (_name, text) => {
  for (const [, yaml = ''] of text.matchAll(/```yaml\n(version: 1\n[\s\S]*?)```/g)) await expect(load(yaml)).resolves.toBeDefined();
  for (const [, quoted, plain] of text.matchAll(/--output (?:'([^']+)'|(\S+))/g)) {
    const flag = quoted ?? plain ?? '';
    const read = parseOutputFlag(flag);
    if ('problem' in read) throw new Error(`${flag}: ${read.problem}`);
    expect(outputSchema(kit).safeParse(read.settings).error?.issues).toBeUndefined();
  }
  for (const [, address = ''] of text.matchAll(/--metrics (\S+)/g))
    expect(parseMetricsAddress(address, false)).not.toHaveProperty('problem');
  for (const [, link = ''] of text.matchAll(/\]\(([a-z]+\.md|README\.md)\)/g)) expect(pages.map(([name]) => name)).toContain(link);
});
