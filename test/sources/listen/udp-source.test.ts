import { createSocket } from 'node:dgram';
import { expect, it, onTestFinished } from 'vitest';
import { createDatagramQueue } from '../../../src/sources/listen/datagram-queue.ts';
import { kernelDrops } from '../../../src/sources/listen/kernel-drops.ts';
import { type ListenTarget, parseListenUrl } from '../../../src/sources/listen/target.ts';
import { createUdpSource, type UdpSourceOptions } from '../../../src/sources/listen/udp-source.ts';
import { type Running, run } from '../collect.ts';
import { createManualClock } from '../manual-clock.ts';

function target(url: string): ListenTarget {
  const parsed = parseListenUrl(url);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

async function bound(options: Partial<UdpSourceOptions> = {}): Promise<{ running: Running; send: (text: string | Buffer) => void }> {
  const running = run(createUdpSource({ target: target('udp://127.0.0.1:0'), ...options }));
  await running.untilEvent('notice', 'listens at');
  const said = running.events.find((event) => event.type === 'notice');
  const port = Number(/:(\d+)$/.exec(said !== undefined && 'detail' in said ? said.detail : '')?.[1]);
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  return { running, send: (text) => socket.send(text, port, '127.0.0.1') };
}

it('takes a syslog message from each datagram, and the lines of any other', async () => {
  const { running, send } = await bound();
  send('<34>Oct 11 22:14:15 web su: failed\nforged\n\0');
  send('one\r\ntwo\n');
  send(Buffer.from([0xff, 0x41]));
  expect(await running.untilLines(4)).toEqual(['<34>Oct 11 22:14:15 web su: failed\\nforged', 'one', 'two', '\uFFFDA']);
});

it('counts and tells what the system dropped, every five seconds', async () => {
  const clock = createManualClock();
  let dropped = 7;
  const { running } = await bound({ clock, drops: () => dropped });
  dropped = 1241;
  await clock.untilWaiting();
  clock.advance(5000);
  await running.untilEvent('notice', '1,234 datagrams were lost');
});

it('holds a bounded number of bytes and counts the rest', () => {
  const queue = createDatagramQueue(1000);
  for (let i = 0; i < 10; i += 1) queue.push(Buffer.from(`line ${i}`), i < 2 ? '192.0.2.1' : '192.0.2.2');
  expect([queue.take(), queue.take(), queue.take()].map((part) => part?.lines)).toEqual([['line 0', 'line 1'], ['line 2'], undefined]);
  expect([queue.takeDropped(), queue.takeDropped()]).toEqual([7, 0]);
});

it('gives everything in order through many pushes and takes', () => {
  const queue = createDatagramQueue();
  const taken: string[] = [];
  for (let i = 0; i < 20_000; i += 1) {
    queue.push(Buffer.from(`${i}`), 'a');
    if (i % 3 === 0) taken.push(...(queue.take()?.lines ?? []));
  }
  for (let part = queue.take(); part !== undefined; part = queue.take()) taken.push(...part.lines);
  expect(taken).toEqual(Array.from({ length: 20_000 }, (_, i) => `${i}`));
});

it('finds the drops of its port in the tables of Linux', () => {
  const row = (port: string, drops: number): string =>
    `  123: 0100007F:${port} 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 54321 2 0000000000000000 ${drops}`;
  const head = '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
  const read = (path: string): string => (path.endsWith('udp') ? [head, row('1432', 5), row('1433', 9), ''].join('\n') : 'x');
  expect([kernelDrops(0x1432, read), kernelDrops(0x1433, read), kernelDrops(1, read)]).toEqual([5, 9, 0]);
  const missing = (): string => {
    throw new Error('none');
  };
  expect(kernelDrops(1, missing)).toBe(0);
});
