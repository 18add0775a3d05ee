import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

describe('secmon check updates', () => {
  test('a part that cannot be looked at is one sentence on standard error and exit code 2, in the language of the person', async () => {
    // An empty system for apt, where it is there.
    chmodSync(place.folder, 0o755);
    place.write('status', '');
    const settings = [`State "${place.folder}"`, `State::status "${place.path('status')}"`, 'Cache::pkgcache ""', 'Cache::srcpkgcache ""'];
    place.write('apt.conf', settings.map((setting) => `Dir::${setting};\n`).join(''));
    const env = { APT_CONFIG: place.path('apt.conf') };
    place.write('config.yml', JSON.stringify({ version: 1, checks: { updates: { npm: ['/nowhere'] } } }));
    const { code, err } = await place.run(['check', 'updates', '--config', 'config.yml', '--format', 'ndjson'], { env });
    expect(code).toBe(2);
    expect(err).toContain('secmon: updates: There is no package-lock.json in /nowhere that can be read: name folders that have one');
    const korean = await place.run(['check', 'updates', '--config', 'config.yml', '--format', 'json', '--lang', 'ko'], { env });
    expect(korean).toMatchObject({ code: 2, err: expect.stringMatching(/secmon: updates: .*[가-힣].*package-lock\.json/) });
  });

  test('--apply without root and without a helper says how; nothing is asked or installed', async () => {
    place.write('config.yml', JSON.stringify({ version: 1, actions: { helper: place.path('none.sock') } }));
    const isRoot = process.geteuid?.() === 0;
    const { code, err } = await place.run(['check', 'updates', '--apply', '--config', 'config.yml']);
    expect(code).toBe(2);
    if (isRoot) expect(err).toMatch(/Nobody can be asked here: Install the pending updates now\? Add --yes/);
    else expect(err).toMatch(/Installing updates needs root: run it with sudo, or set up the helper/);
  });
});
