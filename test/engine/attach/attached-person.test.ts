import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock/clock.ts';
import type { SystemRoles } from '../../../src/config/system-roles.ts';
import { attachedPerson } from '../../../src/engine/attach/attached-person.ts';
import { serveScreens } from '../../../src/engine/attach/server.ts';
import type { Person, Screen } from '../../../src/engine/screens/screens.ts';

const uid = process.getuid?.() ?? -1;
const isRoot = uid === 0;
const NOBODY = 65534;
const rules = (operators: string[], viewers: string[] = []): SystemRoles => ({
  rules: { operators, viewers },
  problem: '',
  closed: false,
});
const NOTHING: SystemRoles = { rules: undefined, problem: '', closed: false };
const claim = { uid: NOBODY, pid: 0, ssh: '', language: 'en' } as const;
const person = (given: Partial<Parameters<typeof attachedPerson>[0]>, roles: SystemRoles, mayNot = '', ownUid = uid) =>
  attachedPerson({ ...claim, ...given }, { roles: async () => roles, mayNot, ownUid });

describe('whoever attaches', () => {
  test('is a viewer where nobody is named, unless it is the engine’s own user', async () => {
    expect((await person({}, NOTHING)).mayNot).toContain('nobody is a viewer here');
    expect((await person({}, NOTHING, '', NOBODY)).mayNot).toBe('');
    expect((await person({ uid: 0 }, NOTHING, '', NOBODY)).mayNot).toBe('');
  });

  test('is an operator where the configuration names the user or a group of the user', async () => {
    expect((await person({}, rules(['nobody']))).mayNot).toBe('');
    expect((await person({}, rules(['@nogroup']))).mayNot).toBe('');
    expect((await person({}, rules(['alice'], ['nobody']))).mayNot).toContain('viewer');
  });

  test('may do nothing where the configuration cannot be understood, or the engine only reads', async () => {
    expect((await person({ uid }, { rules: undefined, problem: 'line 3 is wrong', closed: true })).mayNot).toBe('line 3 is wrong');
    expect((await person({ uid }, NOTHING, 'only reads')).mayNot).toBe('only reads');
  });

  test('is written down by user, and by login only where the process is the user’s own', async () => {
    const own = await person({ uid, pid: process.pid, ssh: '203.0.113.5 50000 192.0.2.1 22' }, NOTHING);
    expect(own.who).toMatchObject({ user: userInfo().username, ssh: '203.0.113.5' });
    expect((await person({ pid: 1 }, NOTHING)).who.login).toBe('');
  });

  test('is told why in the language of the screen', async () => {
    expect((await person({ language: 'ko' }, NOTHING)).language).toBe('ko');
  });
});

/** Attaches as another user, saying that it is root. */
const LIAR = `
const [path] = process.argv.slice(1);
const socket = require('node:net').connect(path);
socket.write(JSON.stringify({ secmon: 1, pid: process.ppid, uid: 0, language: 'en' }) + '\\n');
require('node:readline').createInterface({ input: socket }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.prove) { require('node:fs').mkdirSync(message.prove, 0o700); socket.write('{"proved":true}\\n'); }
  else { console.log(line); socket.destroy(); }
});`;

test.skipIf(!isRoot)('a user who says to be root is taken for who the kernel says it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-person-'));
  chmodSync(folder, 0o755);
  const path = join(folder, 'engine.sock');
  const seen: Person[] = [];
  const screen: Screen = {
    request: async () => {
      throw new Error('nothing is asked here');
    },
    snapshot: () => undefined,
    revision: 0,
    close: async () => {},
  };
  const server = await serveScreens({
    path,
    clock: systemClock,
    version: '0.0.0',
    timeZone: 'UTC',
    openScreen(who) {
      seen.push(who);
      return screen;
    },
    personOf: (given) => attachedPerson(given, { roles: async () => NOTHING, mayNot: '', ownUid: 0 }),
    notice: () => {},
  });
  const child = spawn(process.execPath, ['-e', LIAR, path], { uid: NOBODY, gid: NOBODY, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await new Promise((resolve) => child.on('close', resolve));
  await server.close();
  expect(JSON.parse(out)).toMatchObject({ welcome: { name: 'nobody', mayNot: expect.stringContaining('nobody is a viewer here') } });
  expect(seen).toMatchObject([{ name: 'nobody', who: { user: 'nobody', login: '' } }]);
});
