import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fluentFramers } from '../../../src/sources/fluent/fluent-framer.ts';
import { createLineFramer } from '../../../src/sources/listen/line-framer.ts';
import { createListenSource, type ListenSourceOptions } from '../../../src/sources/listen/listen-source.ts';
import { type ListenTarget, parseListenUrl } from '../../../src/sources/listen/target.ts';
import { freePort } from '../../net/free-port.ts';
import { type Running, run, temporaryFolder } from '../collect.ts';
import { packedForward } from '../fluent/messages.ts';
import { createManualClock } from '../manual-clock.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { connect } from './feed.ts';

function target(url: string): ListenTarget {
  const parsed = parseListenUrl(url);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

async function portOf(running: Running): Promise<number> {
  await running.untilEvent('notice', 'listens at');
  const said = running.events.findLast((event) => event.type === 'notice' && event.detail.startsWith('listens at'));
  return Number(/:(\d+)$/.exec(said !== undefined && 'detail' in said ? said.detail : '')?.[1]);
}

async function listening(
  url = 'tcp://127.0.0.1:0',
  options: Partial<ListenSourceOptions> = {},
): Promise<{ running: Running; port: number }> {
  const running = run(createListenSource({ target: target(url), createFramer: createLineFramer, ...options }));
  return { running, port: await portOf(running) };
}

describe('connections', () => {
  it('are read in turn: one that sends half a line and one that sends nothing delay nobody', async () => {
    const { running, port } = await listening();
    connect(port);
    connect(port).write('half');
    connect(port).write('whole\n'.repeat(3));
    expect(await running.untilLines(3)).toEqual(['whole', 'whole', 'whole']);
  });

  it('that end give their last line, without its end too', async () => {
    const { running, port } = await listening();
    connect(port).end('one\ntwo');
    expect(await running.untilLines(2)).toEqual(['one', 'two']);
  });

  it('that end hear the end of the other side once all is kept', async () => {
    const source = createListenSource({ target: target('tcp://127.0.0.1:0'), createFramer: createLineFramer });
    const heard: string[] = [];
    const abort = new AbortController();
    for await (const batch of source.read({ signal: abort.signal })) {
      const port = batch.event?.type === 'notice' ? Number(/:(\d+)$/.exec(batch.event.detail)?.[1]) : 0;
      if (port > 0)
        connect(port)
          .on('end', () => void heard.push('ended'))
          .on('end', () => abort.abort())
          .resume()
          .end('one\ntwo');
      heard.push(...batch.lines);
      if (batch.acknowledge === undefined) continue;
      for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      heard.push('kept');
      batch.acknowledge();
    }
    expect(heard).toEqual(['one', 'two', 'kept', 'ended']);
  });

  it('that are reset give what came before', async () => {
    const { running, port } = await listening();
    const socket = connect(port);
    await new Promise((resolve) => socket.write('one\n', resolve));
    await running.untilLines(1);
    socket.resetAndDestroy();
    connect(port).write('two\n');
    expect(await running.untilLines(2)).toEqual(['one', 'two']);
  });

  it('are streams of their own', async () => {
    const source = createListenSource({ target: target('tcp://127.0.0.1:0'), createFramer: createLineFramer });
    const streams = new Set<string | undefined>();
    for await (const batch of source.read({ signal: AbortSignal.timeout(50_000) })) {
      const port = batch.event?.type === 'notice' ? Number(/:(\d+)$/.exec(batch.event.detail)?.[1]) : 0;
      if (port > 0) for (const text of ['a\n', 'b\n']) connect(port).write(text);
      if (batch.lines.length > 0) streams.add(batch.stream);
      if (streams.size === 2) break;
    }
    expect(streams.size).toBe(2);
  });

  it('beyond the limit are refused, and told', async () => {
    const { running, port } = await listening(undefined, { limits: { connections: 2 } });
    for (const text of ['a\n', 'b\n']) connect(port).write(text);
    await running.untilLines(2);
    const third = connect(port);
    await once(third, 'close');
    await running.untilEvent('notice', 'refused, there are 2 connections already');
  });

  it('that were silent for a minute make room', async () => {
    const clock = createManualClock();
    const { running, port } = await listening(undefined, { clock, limits: { connections: 1, idleMs: 60_000 } });
    connect(port).write('old\n');
    await running.untilLines(1);
    clock.advance(60_000);
    connect(port).write('new\n');
    expect(await running.untilLines(2)).toEqual(['old', 'new']);
    await running.untilEvent('notice', 'closed after a long silence');
  });

  it('with a rate wait when they have sent more', async () => {
    const clock = createManualClock();
    const { running, port } = await listening('tcp://127.0.0.1:0?rate=1k', { clock });
    const socket = connect(port);
    socket.write(`${'x'.repeat(4095)}\n`);
    await running.untilLines(1);
    socket.write('later\n');
    await clock.untilWaiting();
    while (!clock.waiting().some((ms) => ms === 3000)) await new Promise((resolve) => setImmediate(resolve));
    expect(running.lines).toHaveLength(1);
    clock.advance(3000);
    await running.untilLines(2);
  });

  it('of a fast sender are stopped while nobody pulls', async () => {
    const source = createListenSource({ target: target('tcp://127.0.0.1:0'), createFramer: createLineFramer });
    const abort = new AbortController();
    const batches = source.read({ signal: abort.signal })[Symbol.asyncIterator]();
    await batches.next();
    const said = await batches.next();
    const event = said.done === true ? undefined : said.value.event;
    const socket = connect(Number(/:(\d+)$/.exec(event?.type === 'notice' ? event.detail : '')?.[1]));
    await once(socket, 'connect');
    const megabyte = Buffer.alloc(1_048_576, 'abcdefg\n');
    let written = 0;
    const count = (): void => {
      written += megabyte.length;
    };
    for (let i = 0; i < 64; i += 1) socket.write(megabyte, count);
    for (let turn = 0; turn < 2000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    // What the two ends of the system's own buffers hold, and no more.
    expect(written).toBeLessThan(30 * 1_048_576);
    abort.abort();
    while ((await batches.next()).done !== true);
  });
});

describe('senders of the forward protocol', () => {
  const framers = (sharedKey?: string): ListenSourceOptions['createFramer'] =>
    fluentFramers({ sharedKey, hostname: 'monitor', nonce: () => 'n' });
  const long = (mark: string): Buffer =>
    packedForward([Buffer.from(mark), ...Array.from({ length: 40 }, () => Buffer.alloc(15_000, mark))]);

  it('that do not say who they are in ten seconds are closed', async () => {
    const clock = createManualClock();
    const { running, port } = await listening(undefined, { clock, createFramer: framers('key'), handshake: true });
    const silent = connect(port);
    await once(silent, 'data');
    clock.advance(10_000);
    await running.untilEvent('notice', 'it did not say who it is in time');
  });

  it('that stop in the middle of a long message are closed after a minute', async () => {
    const clock = createManualClock();
    const { running, port } = await listening(undefined, { clock, createFramer: framers() });
    const socket = connect(port);
    socket.write(long('a').subarray(0, 500_000));
    // Something small of another one behind it tells that the beginning was taken.
    await new Promise((resolve) => setImmediate(resolve));
    while (socket.writableLength > 0) await new Promise((resolve) => setImmediate(resolve));
    connect(port).write(packedForward([Buffer.from('other')]));
    await running.untilLines(1);
    for (
      let minute = 0;
      minute < 3 && !running.events.some((event) => 'detail' in event && event.detail.includes('in the middle'));
      minute += 1
    ) {
      clock.advance(60_000);
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    await running.untilEvent('notice', 'it stopped in the middle of a message');
    expect(running.lines).toEqual(['other']);
  });

  it('take turns with long messages: no more than the limit are put together at a time, and all arrive', async () => {
    const { running, port } = await listening(undefined, { createFramer: framers(), limits: { longMessages: 1 } });
    for (const mark of ['a', 'b', 'c', 'd']) connect(port).end(long(mark));
    const lines = await running.untilLines(4 * 41);
    for (const mark of ['a', 'b', 'c', 'd']) expect(lines.filter((line) => line.startsWith(mark))).toHaveLength(41);
  });

  it('that are killed in the middle of a message leave nothing of it behind', async () => {
    const { running, port } = await listening(undefined, { createFramer: framers() });
    const whole = packedForward([Buffer.from('one')]);
    connect(port).end(Buffer.concat([whole, long('half').subarray(0, 1000)]));
    await running.untilLines(1);
    connect(port).write(whole);
    expect(await running.untilLines(2)).toEqual(['one', 'one']);
  });
});

describe('an address that cannot be listened at', () => {
  it('is tried again while another program has it', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const clock = createManualClock();
    const running = run(
      createListenSource({ target: target(`tcp://127.0.0.1:${port}`), createFramer: createLineFramer, clock, random: () => 0 }),
    );
    await running.untilEvent('waiting', 'another program listens there already');
    await new Promise((resolve) => other.close(resolve));
    await clock.untilWaiting();
    clock.advance(1000);
    await running.untilEvent('live');
    connect(port).write('a\n');
    await running.untilLines(1);
  });

  it('of another machine is said to be none of this one', async () => {
    const running = run(
      createListenSource({ target: target('tcp://192.0.2.77:5170'), createFramer: createLineFramer, clock: createManualClock() }),
    );
    await running.untilEvent('waiting', 'this machine has no address 192.0.2.77');
  });

  it('for want of its certificate says which file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'bad.crt'), 'no certificate');
    for (const [cert, said] of [
      [join(folder, 'none.crt'), 'there is no file'],
      [join(folder, 'bad.crt'), 'do not fit'],
    ] as const) {
      const running = run(
        createListenSource({
          target: target(`tls://127.0.0.1:0?cert=${cert}&key=${join(folder, 'bad.crt')}`),
          createFramer: createLineFramer,
        }),
      );
      await running.untilEvent('failed', said);
    }
  });
});

describe('TLS', () => {
  it('takes lines from a client with a certificate of the authority, and from no other', async () => {
    const { path, read } = makeCertificates();
    const { running, port } = await listening(
      `tls://127.0.0.1:0?cert=${path('server', 'crt')}&key=${path('server', 'key')}&ca=${path('ca', 'crt')}`,
    );
    const client = (own: object): void => {
      const socket = connectTls({ ca: read('ca', 'crt'), ...own, host: '127.0.0.1', port });
      socket.on('error', () => {}).write('line\n');
      onTestFinished(() => void socket.destroy());
    };
    client({});
    await running.untilEvent('notice', 'no TLS connection: it shows no certificate');
    client({ cert: read('stranger', 'crt'), key: read('stranger', 'key') });
    await running.untilEvent('notice', 'no TLS connection: its certificate is not of this authority');
    connect(port).write('GET / HTTP/1.1\r\n\r\n');
    await running.untilEvent('notice', 'no TLS connection: it does not speak TLS');
    expect(running.lines).toEqual([]);
    client({ cert: read('client', 'crt'), key: read('client', 'key') });
    expect(await running.untilLines(1)).toEqual(['line']);
  });

  it('reads a renewed certificate every hour, and keeps the old one when the new cannot be used', async () => {
    const [first, second] = [makeCertificates(), makeCertificates()];
    const clock = createManualClock();
    const [cert, key] = [join(first.folder, 'own.crt'), join(first.folder, 'own.key')];
    const install = (from: Certificates): void => {
      writeFileSync(cert, from.read('server', 'crt'));
      writeFileSync(key, from.read('server', 'key'));
    };
    install(first);
    const { running, port } = await listening(`tls://127.0.0.1:0?cert=${cert}&key=${key}`, { clock });
    const send = (trusting: Certificates, text: string): void => {
      const socket = connectTls({ ca: trusting.read('ca', 'crt'), host: '127.0.0.1', port });
      socket.on('error', () => {}).on('secureConnect', () => socket.write(`${text}\n`));
      onTestFinished(() => void socket.destroy());
    };
    send(first, 'before');
    await running.untilLines(1);
    writeFileSync(cert, 'half written');
    clock.advance(3_600_000);
    await running.untilEvent('notice', 'do not fit');
    send(first, 'still the old one');
    await running.untilLines(2);
    install(second);
    clock.advance(3_600_000);
    send(second, 'renewed');
    expect(await running.untilLines(3)).toEqual(['before', 'still the old one', 'renewed']);
  });
});
