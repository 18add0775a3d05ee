import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock/clock.ts';
import { openAttachedPort } from '../../../src/engine/attach/connect.ts';
import { openDoor, socketPath } from '../../../src/engine/attach/door.ts';
import type { Screen } from '../../../src/engine/screens/screens.ts';

const SCREEN: Screen = {
  request: async () => {
    throw new Error('nothing is asked here');
  },
  snapshot: () => undefined,
  revision: 0,
  close: async () => {},
};

/** What an engine with these options says to the user that it runs as. */
async function welcomed(options: { readonly mayNot: string; readonly nobodyMay: string }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-door-'));
  const env = { RUNTIME_DIRECTORY: folder };
  const engine = { openScreen: () => SCREEN, notice: () => {}, memoryOnly: '' };
  const settings = { version: '0.0.0', timeZone: 'UTC', persist: true, follow: true, stateDirectory: folder, ...options };
  const door = await openDoor(engine, settings, { clock: systemClock, env });
  const { welcome, end } = await openAttachedPort({ path: socketPath(folder, env), env: {}, language: 'en', after: systemClock.after });
  end();
  await door?.close();
  rmSync(folder, { recursive: true });
  return welcome.mayNot;
}

test('the rights of whoever attaches are their own, not those of the user that a service runs as', async () => {
  expect(await welcomed({ mayNot: 'secmon is a viewer here', nobodyMay: '' })).toBe('');
});

test('an engine that only reads lets nobody act, whoever attaches', async () => {
  expect(await welcomed({ mayNot: 'it only reads', nobodyMay: 'it only reads' })).toBe('it only reads');
});
