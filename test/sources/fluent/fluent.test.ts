import { gzipSync } from 'node:zlib';
import { FluentClient, FluentSocketEvent } from '@fluent-org/logger';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock/clock.ts';
import { packBinary as bin, pack, packList, packMap } from '../../../src/net/msgpack/pack.ts';
import { fluentFramers } from '../../../src/sources/fluent/fluent-framer.ts';
import type { Framer } from '../../../src/sources/listen/framer.ts';
import { openListener } from '../../../src/sources/listen/open-listener.ts';
import { parseListenUrl } from '../../../src/sources/listen/target.ts';
import type { LineBatch, Source } from '../../../src/sources/source.ts';
import { type Running, run } from '../collect.ts';
import { connect } from '../listen/feed.ts';
import { event } from './messages.ts';

const line = (text: string): Buffer => event(Buffer.from(text));
const packed = (texts: readonly string[]): Buffer => Buffer.concat(texts.map(line));
const message = (second: Buffer, ...rest: readonly Buffer[]): Buffer => packList([pack('web'), second, ...rest]);
const record = (members: Readonly<Record<string, string>>): Buffer =>
  message(bin(packList([Buffer.from([1]), packMap(Object.entries(members).map(([name, text]) => [name, pack(text)] as const))])));

function framer(sent: Buffer[] = []): Framer {
  return fluentFramers({ sharedKey: undefined, hostname: 'monitor', nonce: () => 'n' })({
    address: 'peer',
    write: (bytes) => void sent.push(Buffer.from(bytes)),
  });
}
const linesOf = (batches: Iterable<LineBatch>): string[] => [...batches].flatMap(({ lines }) => [...lines]);
const push = (...messages: readonly Buffer[]): string[] => linesOf(framer().push(Buffer.concat(messages)));

describe('the forward protocol', () => {
  it('is read in its four modes, and with Fluent Bit’s metadata', () => {
    expect(push(message(Buffer.from([1]), packMap([['log', pack('a')]])))).toEqual(['a']);
    expect(push(message(packList([line('a'), line('b')])))).toEqual(['a', 'b']);
    expect(push(message(bin(packed(['a', 'b']))))).toEqual(['a', 'b']);
    const zipped = Buffer.concat([gzipSync(packed(['a', 'b'])), gzipSync(packed(['c']))]);
    expect(push(message(bin(zipped), packMap([['compressed', pack('gzip')]])))).toEqual(['a', 'b', 'c']);
    const withMetadata = packList([
      packList([Buffer.from([0xd7, 0, 0x69, 0xa5, 0, 0, 0, 0, 0, 0]), packMap([])]),
      packMap([['log', pack('a')]]),
    ]);
    expect(push(message(packList([withMetadata])))).toEqual(['a']);
  });

  it('tells when each event was written', () => {
    const [, batch] = [...framer().push(message(packList([line('a')])))];
    expect(batch?.times).toEqual([0x69a50000 * 1000]);
  });

  it('steps over heartbeats and over events that are none', () => {
    expect(push(Buffer.from([0xc0]), message(bin(Buffer.concat([Buffer.from([0xc0, 0x92, 1, 2]), line('a')]))))).toEqual(['a']);
  });

  it('takes the line as it was read, and a record that says more as JSON', () => {
    expect(push(record({ log: 'GET /\n', stream: 'stdout', container_name: '/web' }))).toEqual(['GET /']);
    expect(push(record({ message: 'text', host: 'web1' }))).toEqual(['text']);
    expect(push(record({ message: 'Failed password', ident: 'sshd' }))).toEqual(['{"message":"Failed password","ident":"sshd"}']);
    expect(push(record({ remote: '203.0.113.9', method: 'GET', path: '/', code: '200' }))).toEqual([
      '{"remote":"203.0.113.9","method":"GET","path":"/","code":"200"}',
    ]);
    expect(JSON.parse(push(record({ MESSAGE: 'x', SYSLOG_IDENTIFIER: 'sshd' }))[0] ?? '')).toMatchObject({
      MESSAGE: 'x',
      __REALTIME_TIMESTAMP: '1000000',
    });
    expect(push(record({ log: 'a\nforged' }))).toEqual(['a\\nforged']);
  });

  it('joins what container runtimes cut', () => {
    const cri = (logtag: string, log: string, stream = 'stdout'): Buffer => record({ log, logtag, stream });
    expect(push(cri('P', 'one '), cri('F', 'err', 'stderr'), cri('P', 'two '), cri('F', 'three'))).toEqual(['err', 'one two three']);
    const docker = (log: string, last: string, id = 'x'): Buffer =>
      record({ log, partial_message: 'true', partial_id: id, partial_last: last });
    expect(push(docker('one ', 'false'), docker('other', 'true', 'y'), docker('two', 'true'))).toEqual(['other', 'one two']);
    const held = framer();
    linesOf(held.push(Buffer.concat(Array.from({ length: 100 }, (_, i) => docker(`part ${i}`, 'false', `${i}`)))));
    expect(linesOf(held.end())).toHaveLength(64);
  });

  it('acknowledges a chunk once its lines are kept, not before, and takes one that is sent again only once', () => {
    const sent: Buffer[] = [];
    const connection = framer(sent);
    const chunk = message(bin(packed(['a', 'b'])), packMap([['chunk', pack('cGFy')]]));
    const batches = [...connection.push(chunk)];
    expect(sent).toEqual([]);
    batches.at(-1)?.acknowledge?.();
    expect(sent).toEqual([packMap([['ack', pack('cGFy')]])]);
    const again = [...connection.push(chunk)];
    expect(linesOf(again)).toEqual([]);
    again.at(-1)?.acknowledge?.();
    expect(sent).toHaveLength(2);
    expect(linesOf(connection.push(message(bin(packed(['c'])), packMap([['chunk', pack('cGFy')]]))))).toEqual(['c']);
  });

  it('knows each line of a chunk by its place there, also after a restart; without a chunk there is no place', () => {
    const texts = Array.from({ length: 2_500 }, () => 'alike');
    const placesOf = (given: Buffer): (string | undefined)[] =>
      [...framer().push(given)].flatMap(({ lines, places }) => lines.map((_, i) => places?.(i)));
    const chunk = message(bin(packed(texts)), packMap([['chunk', pack('cGFy')]]));
    const places = placesOf(chunk);
    expect(new Set(places).size).toBe(texts.length);
    expect(placesOf(chunk)).toEqual(places);
    expect(placesOf(message(bin(packed(['a']))))).toEqual([undefined]);
  });

  it('cuts a line of more than 64 KiB, and counts it', () => {
    const batches = [...framer().push(message(bin(packed(['x'.repeat(200_000)]))))];
    expect(linesOf(batches).map(({ length }) => length)).toEqual([65_536]);
    expect(batches.reduce((sum, { cut }) => sum + cut, 0)).toBe(1);
  });

  it.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'does not speak the forward protocol'],
    ['an array that is no message', Buffer.from([0x92, 1, 2]), 'does not speak the forward protocol'],
    ['an impossible byte', Buffer.from([0x93, 0xc1]), 'does not speak the forward protocol'],
    ['a message without end', Buffer.from([0x92, 0xa1, 0x61, 0xc6, 0x7f, 0xff, 0xff, 0xff]), 'longer than 32 MiB'],
    [
      'broken compression',
      message(bin(Buffer.from('no gzip')), packMap([['compressed', pack('gzip')]])),
      'does not speak the forward protocol',
    ],
    [
      'a gzip bomb',
      message(bin(gzipSync(Buffer.alloc(80_000_000, 0xc0))), packMap([['compressed', pack('gzip')]])),
      'does not speak the forward protocol',
    ],
  ])('closes the connection on %s', (_, bytes, why) => {
    const connection = framer();
    expect(linesOf(connection.push(bytes))).toEqual([]);
    expect(connection.failure).toContain(why);
  });
});

describe('@fluent-org/logger', () => {
  function source(query = '', env: Readonly<Record<string, string>> = {}): Source {
    const target = parseListenUrl(`fluent://127.0.0.1:0${query}`);
    if ('error' in target) throw new Error(target.error);
    return openListener({ target, clock: systemClock, env });
  }
  async function start(query = '', env: Readonly<Record<string, string>> = {}): Promise<{ running: Running; port: number }> {
    // The engine says when lines are kept: here at once.
    const inner = source(query, env);
    const running = run({
      ...inner,
      async *read(context) {
        for await (const batch of inner.read(context)) {
          yield batch;
          batch.acknowledge?.();
        }
      },
    });
    await running.untilEvent('notice', 'listens at');
    const said = running.events.find((one) => one.type === 'notice');
    return { running, port: Number(/:(\d+)$/.exec(said !== undefined && 'detail' in said ? said.detail : '')?.[1]) };
  }
  function client(port: number, options: object): FluentClient {
    const created = new FluentClient('web', { socket: { host: '127.0.0.1', port, timeout: 10_000, disableReconnect: true }, ...options });
    created.socketOn(FluentSocketEvent.ERROR, () => {});
    onTestFinished(() => created.shutdown());
    return created;
  }

  it.each(['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'])(
    'sends in mode %s with shared key and acknowledgements',
    async (eventMode) => {
      const { running, port } = await start('?shared_key_env=KEY', { KEY: 'secret' });
      const sender = client(port, { eventMode, ack: { ackTimeout: 20_000 }, security: { clientHostname: 'app', sharedKey: 'secret' } });
      await sender.connect();
      const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => sender.emit({ message: `line ${i}` })));
      expect(sent).toHaveLength(50);
      expect(await running.untilLines(50)).toEqual(Array.from({ length: 50 }, (_, i) => `line ${i}`));
    },
  );

  it('is refused with another key', async () => {
    const { running, port } = await start('?shared_key_env=KEY', { KEY: 'secret' });
    const sender = client(port, { security: { clientHostname: 'app', sharedKey: 'other' } });
    void sender.connect().catch(() => {});
    void sender.emit({ message: 'line' }).catch(() => {});
    await running.untilEvent('notice', 'its shared key is another one');
    expect(running.lines).toEqual([]);
  });

  it('and who sends without a key where one is asked for is refused', async () => {
    const { running, port } = await start('?shared_key_env=KEY', { KEY: 'secret' });
    connect(port).write(message(packList([line('a')])));
    await running.untilEvent('notice', 'without the shared key');
    expect(running.lines).toEqual([]);
  });
});

it('a key that is nowhere is said to be', () => {
  const target = parseListenUrl('fluent://127.0.0.1:0?shared_key_env=NOWHERE');
  if ('error' in target) throw new Error(target.error);
  expect(() => openListener({ target, clock: systemClock, env: {} })).toThrow('NOWHERE of the shared key is not set');
  expect(() => openListener({ target: { ...target, sharedKey: { file: '/nowhere/key' } }, clock: systemClock, env: {} })).toThrow(
    'cannot be read',
  );
});
