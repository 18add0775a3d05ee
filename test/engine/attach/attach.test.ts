import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock/clock.ts';
import { connectEngine, NoEngineError, openAttachedPort } from '../../../src/engine/attach/connect.ts';
import { keepingEvidence } from '../../../src/engine/attach/keep-evidence.ts';
import { type ScreenServer, serveScreens } from '../../../src/engine/attach/server.ts';
import { createPortClient } from '../../../src/engine/client.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { EngineClient, EngineEvent } from '../../../src/engine/protocol.ts';
import { combined, openOver, view } from '../run-engine.ts';

const ATTACK = '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--';

interface Place {
  readonly engine: Engine;
  readonly path: string;
  readonly server: ScreenServer;
  attach(language?: string): Promise<EngineClient & { readonly mayNot: string }>;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An engine that has read a log with one attack, and its socket. */
async function openPlace({ mayNot = '' } = {}): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-attach-'));
  const log = join(folder, 'access.log');
  writeFileSync(log, [combined(1), combined(2, { target: ATTACK, address: '198.51.100.7' }), combined(3, { target: '/about' })].join(''));
  const engine = await openOver([log]);
  await engine.run();
  const path = join(folder, 'engine.sock');
  const server = await serveScreens({
    path,
    clock: systemClock,
    version: '1.2.3',
    timeZone: 'UTC',
    openScreen: engine.openScreen,
    personOf: async ({ language }) => ({ who: { login: '', user: 'alice', ssh: '' }, name: 'alice', mayNot, language }),
    notice: engine.notice,
  });
  closing.push(
    () => server.close(),
    () => engine.client.close(),
  );
  return {
    engine,
    path,
    server,
    async attach(language = 'en') {
      const { port, welcome, end } = await openAttachedPort({ path, env: {}, language, after: systemClock.after });
      closing.push(async () => end());
      return { ...createPortClient(port), mayNot: welcome.mayNot };
    },
  };
}

const rowsOf = async (client: EngineClient, filter: string): Promise<readonly string[]> =>
  (await client.request('view', view({ filter }))).feed.rows.map(({ text }) => text);

test('two screens at one engine look at the same lines, each with its own filter', async () => {
  const { attach } = await openPlace();
  const [one, other] = [await attach(), await attach()];
  expect(await rowsOf(one, 'severity>=low')).toEqual([ATTACK]);
  expect(await rowsOf(other, '')).toEqual(['/', ATTACK, '/about']);
  expect(await rowsOf(one, 'severity>=low')).toEqual([ATTACK]);
});

test('an attached screen is told the same as the engine’s own', async () => {
  const { engine, attach } = await openPlace();
  const client = await attach();
  const address = '198.51.100.7';
  const shot = await engine.client.request('view', view());
  const incidentId = shot.incidents[0]?.id ?? '';
  expect(incidentId).not.toBe('');
  const { wallMs: _wall, notices: _notices, ...rest } = shot;
  expect(await client.request('view', view())).toMatchObject(JSON.parse(JSON.stringify(rest)));
  for (const [command, request] of [
    ['entry', { rowId: 2 }],
    ['actor', { address }],
    ['incidents', {}],
    ['baseline', {}],
    ['rejected', {}],
    ['rules', {}],
    ['channels', {}],
    ['alerts', {}],
    ['bans', {}],
    ['mute.options', { subject: { kind: 'entry', rowId: 2 } }],
  ] as const) {
    const [here, there] = [await engine.client.request(command, request as never), await client.request(command, request as never)];
    expect(there, command).toEqual(here);
  }
});

test('snapshots come by themselves, and a notice of the engine with them', async () => {
  const { engine, attach } = await openPlace();
  const client = await attach();
  const heard = new Promise<EngineEvent>((resolve) => {
    client.subscribe((event) => {
      if (event.type === 'snapshot' && event.snapshot.notices.some(({ text }) => text === 'log rotated')) resolve(event);
    });
  });
  await client.request('view', view());
  engine.notice('log rotated');
  expect((await heard).type).toBe('snapshot');
});

test('a viewer looks and may not act: the engine says so, whatever the screen thinks', async () => {
  const { attach } = await openPlace({ mayNot: 'alice is a viewer here.' });
  const client = await attach();
  expect(client.mayNot).toBe('alice is a viewer here.');
  expect(await rowsOf(client, '')).toHaveLength(3);
  await expect(client.request('incident.mark', { incidentId: 'x', state: 'closed', note: '' })).rejects.toThrow('alice is a viewer here.');
});

test('evidence taken at an attached screen is written by the user of the screen, where that user can read it', async () => {
  const { path } = await openPlace();
  const { port, end } = await openAttachedPort({ path, env: {}, language: 'en', after: systemClock.after });
  closing.push(async () => end());
  const home = mkdtempSync(join(tmpdir(), 'secmon-home-'));
  closing.push(async () => rmSync(home, { recursive: true }));
  const blocked = join(home, 'file');
  writeFileSync(blocked, '');
  const evidence = join(home, 'evidence');
  const client = createPortClient(keepingEvidence(port, [evidence]));
  const target = { kind: 'address', address: '198.51.100.7' } as const;
  const one = await client.request('evidence', { target });
  expect(dirname(one.folder)).toBe(evidence);
  expect(readFileSync(join(one.folder, 'lines/access.log'), 'utf8')).toContain(ATTACK);
  execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: one.folder });
  expect(createHash('sha256').update(readFileSync(one.archive)).digest('hex')).toBe(one.sha256);
  expect(statSync(one.archive).mode & 0o777).toBe(0o600);
  const again = await client.request('evidence', { target });
  expect(again.folder).toBe(`${one.folder}-2`);
  // Fetched once, it is forgotten.
  await expect(client.request('evidence.part', { offset: 0 })).rejects.toThrow('take it again');
  const inFile = createPortClient(keepingEvidence(port, [join(blocked, 'evidence')]));
  await expect(inFile.request('evidence', { target })).rejects.toThrow('ENOTDIR');
});

test('when the engine goes the screen says so, and when it is back it goes on', async () => {
  const place = await openPlace();
  const client = await place.attach();
  const marked: unknown[] = [];
  const heard = (wanted: string): Promise<void> =>
    new Promise((resolve) => {
      const stop = client.subscribe((event) => {
        if (event.type !== 'snapshot' || !event.snapshot.notices.some(({ text }) => text.includes(wanted))) return;
        marked.push(event.snapshot.isGone);
        stop();
        resolve();
      });
    });
  const first = heard('has attached');
  await client.request('view', view());
  await first;
  const gone = heard('THE ENGINE HAS GONE');
  await place.server.close();
  await gone;
  await expect(client.request('rules', {})).rejects.toThrow('the engine has gone');
  const back = heard('again here');
  const again = await serveScreens({
    path: place.path,
    clock: systemClock,
    version: '1.2.3',
    timeZone: 'UTC',
    openScreen: place.engine.openScreen,
    personOf: async ({ language }) => ({ who: { login: '', user: 'alice', ssh: '' }, name: 'alice', mayNot: '', language }),
    notice: () => place.engine.notice('again here'),
  });
  closing.push(() => again.close());
  await back;
  // What it says of the engine's life goes with it, so that no screen calls old things live.
  expect(marked).toEqual([undefined, true, undefined]);
  expect(await rowsOf(client, '')).toHaveLength(3);
});

test('an engine that goes right after it answered a view is told with that view', async () => {
  const place = await openPlace();
  const client = await place.attach();
  const gone = new Promise<number>((resolve) => {
    client.subscribe((event) => {
      if (event.type === 'snapshot' && event.snapshot.notices.some(({ text }) => text.includes('HAS GONE'))) resolve(event.snapshot.viewId);
    });
  });
  await client.request('view', view());
  await client.request('view', view({ id: 2, filter: 'severity>=low' }));
  await place.server.close();
  expect(await gone).toBe(2);
});

test('where nobody listens there is no engine', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'secmon-attach-')), 'engine.sock');
  await expect(connectEngine({ path, env: {}, language: 'en', receive() {}, gone() {} })).rejects.toBeInstanceOf(NoEngineError);
});

/** Says something to the socket, and tells what was answered until the engine hung up. */
async function raw(path: string, ...said: (string | Buffer)[]): Promise<string> {
  const socket: Socket = connect(path);
  let answered = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answered += text;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const part of said) socket.write(part);
  await new Promise((resolve) => socket.on('close', resolve));
  return answered;
}

test.each([
  ['nonsense', 'GET / HTTP/1.1\r\n\r\n'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a])],
  ['a message that is too long', Buffer.alloc(600_000, 0x20)],
  ['JSON that is no greeting', 'null\n'],
  ['another version', '{"secmon":99}\n'],
  ['a claim without proof', '{"secmon":1,"pid":1}\n{"proved":true}\n'],
])('%s is turned away, and the engine answers others', async (_, said) => {
  const { path, attach } = await openPlace();
  expect(await raw(path, said)).not.toContain('welcome');
  expect(await rowsOf(await attach(), '')).toHaveLength(3);
});

test('commands that are none, and requests of any shape, are errors of that request alone', async () => {
  const { attach } = await openPlace();
  const client = await attach();
  for (const command of ['constructor', '__proto__', 'toString', '', 'past.nothing'])
    await expect(client.request(command as never, {} as never), command).rejects.toThrow();
  for (const command of ['entry', 'actor', 'seek', 'alert.preview', 'mute.preview', 'ban.preview', 'ticket', 'rehearse'])
    for (const request of [null, 7, [], { target: null }, { rowId: {} }])
      await client.request(command as never, request as never).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  expect(await rowsOf(client, '')).toHaveLength(3);
});

test('no screen asks for more rows than a screen can have', async () => {
  const { attach } = await openPlace();
  const client = await attach();
  const shot = await client.request('view', view({ rows: 1e9, addressRows: 1e9 }));
  expect(shot.feed.rows).toHaveLength(3);
});

test('as many screens attach as are allowed; one more is told so', async () => {
  const { path, attach } = await openPlace();
  for (let i = 0; i < 32; i++) await attach();
  expect(await raw(path)).toContain('32 screens are attached already');
});
