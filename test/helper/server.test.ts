import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { askHelper } from '../../src/helper/client.ts';
import type { Peer } from '../../src/helper/peer.ts';
import { type HelperHandlers, MAX_REQUEST_BYTES, serveConnection } from '../../src/helper/server.ts';
import { failure, listening } from './listening.ts';

const NOBODY: Peer = { pid: 1, uid: 65_534 };
const never = () => new Promise<never>(() => {});
const HANDLERS: HelperHandlers = {
  banners: async () => ({ names: ['nftables'] }),
  status: never,
  plan: never,
  'unban.plan': never,
  ban: async ({ address }) => {
    throw new Error(`${address} is refused`);
  },
  unban: never,
  bans: never,
  expire: never,
  'updates.apply': async (_, tell) => {
    for (const line of ['Reading package lists...', 'Setting up curl']) tell(line);
    return { text: 'installed' };
  },
};

const serving = (parts: { proof?: () => Promise<Peer>; desk?: (peer: Peer) => Promise<HelperHandlers>; patienceMs?: number } = {}) =>
  listening((socket) => void serveConnection(socket, { proof: async () => NOBODY, desk: async () => HANDLERS, ...parts }));

/** Writes to a server as it is, and gives everything that it answers. */
const raw = (path: string, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.write(bytes);
  });

describe('the helper', () => {
  test('answers a request, one a connection', async () => {
    const socket = await serving();
    expect(await askHelper('banners', {}, { socket })).toEqual({ names: ['nftables'] });
    const two = `${JSON.stringify({ version: 1, type: 'banners' })}\n`.repeat(2);
    expect((await raw(socket, two)).trimEnd().split('\n')).toHaveLength(1);
  });

  test('says why it does not do something, in one sentence', async () => {
    const socket = await serving();
    const ban = { banner: 'nftables', address: '203.0.113.9', seconds: 60, word: '', why: '', person: '' };
    expect(await failure(askHelper('ban', ban, { socket }))).toMatchObject({ name: 'HelperError', message: '203.0.113.9 is refused' });
  });

  test('hands on what a program prints, as it comes', async () => {
    const socket = await serving();
    const lines: string[] = [];
    const reply = await askHelper('updates.apply', { why: '', person: '' }, { socket, onOutput: (line) => lines.push(line) });
    expect({ reply, lines }).toEqual({ reply: { text: 'installed' }, lines: ['Reading package lists...', 'Setting up curl'] });
  });

  test('answers a caller who does not read, who misses output but not the end', async () => {
    const line = 'x'.repeat(4_000);
    let said = 0;
    const handlers: HelperHandlers = {
      ...HANDLERS,
      'updates.apply': async (_, tell) => {
        for (; said < 1_000; said++) tell(line);
        return { text: 'installed' };
      },
    };
    const socket = await serving({ desk: async () => handlers });
    const lines = (await raw(socket, `${JSON.stringify({ version: 1, type: 'updates.apply', why: '', person: '' })}\n`))
      .trimEnd()
      .split('\n');
    expect(said).toBe(1_000);
    expect(lines.length).toBeLessThan(1_000);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ ok: true, reply: { text: 'installed' } });
  });

  test('reads nothing of a caller who cannot be proved', async () => {
    const socket = await serving({ proof: async () => Promise.reject(new Error('nobody can tell who calls')) });
    expect(await failure(askHelper('banners', {}, { socket }))).toMatchObject({ message: 'nobody can tell who calls' });
  });

  test('has handlers for the caller who was proved, not for who says so', async () => {
    const seen: Peer[] = [];
    const socket = await serving({
      desk: async (peer) => {
        seen.push(peer);
        return HANDLERS;
      },
    });
    await raw(socket, `${JSON.stringify({ version: 1, type: 'banners', uid: 0 })}\n`);
    await raw(socket, `${JSON.stringify({ version: 1, type: 'banners' })}\n`);
    expect(seen).toEqual([NOBODY]);
  });

  test.each([
    ['a line that is too long', 'x'.repeat(MAX_REQUEST_BYTES + 2), 'a request is one line of at most'],
    ['a line that is too long and ends', `${'x'.repeat(MAX_REQUEST_BYTES + 2)}\n`, 'a request is one line of at most'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x0a]), 'this is no request'],
    ['a type that nobody knows', '{"version":1,"type":"shell"}\n', 'the helper does not know this request'],
  ])('refuses %s', async (_, bytes, sentence) => {
    expect(await raw(await serving(), bytes)).toContain(sentence);
  });

  test('does not wait for a caller who sends nothing', async () => {
    expect(await raw(await serving({ patienceMs: 1 }), '{')).toContain('the request did not come in time');
  });

  test('does what was begun to its end when the caller hangs up', async () => {
    let done = (_: string): void => {};
    const ended = new Promise<string>((resolve) => {
      done = resolve;
    });
    const socket = await serving({
      desk: async () => ({
        ...HANDLERS,
        'updates.apply': async (_, tell) => {
          client.destroy();
          await new Promise((resolve) => client.once('close', resolve));
          for (let i = 0; i < 1_000; i++) tell('x'.repeat(10_000));
          done('installed');
          return { text: 'installed' };
        },
      }),
    });
    const client = connect(socket);
    client.write(`${JSON.stringify({ version: 1, type: 'updates.apply', why: '', person: '' })}\n`);
    expect(await ended).toBe('installed');
  });
});
