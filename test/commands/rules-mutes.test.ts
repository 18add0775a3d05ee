import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mutesPath } from '../../src/commands/mutes-path.ts';
import { openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

const mute = (title: string, expires: string): string =>
  `--- { title: ${title}, id: ${title}, author: alice, description: why not, expires: ${expires}, logsource: { category: webserver }, filter: { rules: [sqli-union-select], selection: { cs-uri-stem: /search }, condition: not selection } }\n`;
const attack = (path: string): string =>
  `198.51.100.7 - - [02/Mar/2026:02:04:00 +0000] "GET ${path}?q=1%27%20UNION%20SELECT%201,2-- HTTP/1.1" 403 512 "-" "Mozilla/5.0"\n`;

describe('secmon rules mutes', () => {
  test('lists those that hold, or those that have expired', async () => {
    place.write('mutes.yml', `# ours\n${mute('here', 'forever')}${mute('gone', '2020-01-01')}`);
    const now = await place.run(['rules', 'mutes', '--mutes', 'mutes.yml']);
    expect(now.code).toBe(0);
    expect(now.out).toMatch(
      /^line +until +hits +last hit +by +what +note\n2 +forever +0 +alice +here +why not\n\n1 mute in .*mutes\.yml\n$/,
    );
    const expired = await place.run(['rules', 'mutes', '--expired', '--mutes', 'mutes.yml']);
    expect(expired.out).toMatch(/\n3 +2020-01-0\d [\d:]+ +0 +alice +gone/);
  });

  test('says what cannot be honoured, by line, with exit code 2', async () => {
    place.write('mutes.yml', `# ours\n${mute('here', 'soon')}`);
    const { code, err } = await place.run(['rules', 'mutes', '--mutes', 'mutes.yml']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/mutes\.yml:2: expected "expires"/) });
  });

  test('what is muted is no detection of scan either', async () => {
    place.write('mutes.yml', mute('here', 'forever').replace('[sqli-union-select]', 'any'));
    place.write('access.log', attack('/search') + attack('/item'));
    const { out } = await place.run(['scan', '--format', 'ndjson', '--mutes', 'mutes.yml', 'access.log']);
    expect(out).toContain('/item');
    expect(out).not.toContain('/search');
    expect((await place.run(['scan', '--mutes', 'mutes.yml', 'access.log'])).out).toContain(
      '\n1 line kept quiet by mutes; see: secmon rules mutes\n',
    );
  });
});

test('mutes are beside the configuration where one is or may be written, else in the state directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-mutes-path-'));
  const where = (fields: Partial<Parameters<typeof mutesPath>[0]>): string =>
    mutesPath({ named: undefined, configured: undefined, configFile: undefined, stateDirectory: '/state', ...fields });
  expect(where({})).toBe('/state/mutes.yml');
  expect(where({ configFile: join(folder, 'config.yml') })).toBe(join(folder, 'mutes.yml'));
  expect(where({ configFile: '/nowhere/at/all/config.yml' })).toBe('/state/mutes.yml');
  expect(where({ configFile: join(folder, 'config.yml'), configured: 'quiet.yml' })).toBe(join(folder, 'quiet.yml'));
  expect(where({ named: '/tmp/m.yml', configured: 'quiet.yml' })).toBe('/tmp/m.yml');
});
