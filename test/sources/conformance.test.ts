import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { createCommandSource } from '../../src/sources/command.ts';
import { createFileSource } from '../../src/sources/file.ts';
import { openListener } from '../../src/sources/listen/open-listener.ts';
import { type ListenTarget, parseListenUrl } from '../../src/sources/listen/target.ts';
import { createReplaySources } from '../../src/sources/replay.ts';
import type { LineBatch, Source } from '../../src/sources/source.ts';
import { createStandardInput } from '../../src/sources/standard-input.ts';
import { temporaryFolder } from './collect.ts';
import { linesOf, packedForward } from './fluent/messages.ts';
import { makeCertificates } from './listen/certificates.ts';
import { fed, sendTcp, sendUdp } from './listen/feed.ts';

interface Kind {
  readonly title: string;
  readonly create: (content: Buffer) => Source;
  /** A live source has no end: reading stops once all lines are there. */
  readonly endless: boolean;
  /** A line has a head of its own, or cannot be longer than a datagram: hostile bytes have a test in listen/. */
  readonly framed?: boolean;
}

function saved(content: Buffer, name = 'access.log'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

function openedForReading(path: string, flags = constants.O_RDONLY): number {
  const fd = openSync(path, flags);
  return fd;
}

/** A pipe that another process fills. */
function pipedInput(content: Buffer): Source {
  const path = saved(content);
  const pipe = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const fd = openedForReading(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  execFileSync('sh', ['-c', 'cat "$0" > "$1" &', path, pipe], { stdio: 'ignore' });
  return createStandardInput({ fd });
}

function fileInput(content: Buffer): Source {
  const fd = openedForReading(saved(content));
  onTestFinished(() => closeSync(fd));
  return createStandardInput({ fd });
}

function replayed(content: Buffer): Source {
  const [source] = createReplaySources({ files: [saved(content)], linesPerSecond: 10_000_000 });
  if (source === undefined) throw new Error('one source');
  return source;
}

function target(url: string): ListenTarget {
  const parsed = parseListenUrl(url);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

const listener = (url: string): Source => openListener({ target: target(url), clock: systemClock, env: {} });

function overTls(content: Buffer): Source {
  const { path, read } = makeCertificates();
  const source = listener(`tls://127.0.0.1:0?cert=${path('server', 'crt')}&key=${path('server', 'key')}&ca=${path('ca', 'crt')}`);
  return fed(source, (port) => {
    const options = { ca: read('ca', 'crt'), cert: read('client', 'crt'), key: read('client', 'key') };
    const socket = connectTls({ ...options, port, host: '127.0.0.1' });
    socket.on('error', () => {}).end(content);
    onTestFinished(() => void socket.destroy());
  });
}

/** Counted in bytes, each with the priority that a sender then has to put in front; it is taken off again. */
function countedOverTcp(content: Buffer): Source {
  const messages = linesOf(content).flatMap((line) => [Buffer.from(`${line.length + 4} <13>`), line]);
  const source = fed(listener('tcp://127.0.0.1:0'), sendTcp(Buffer.concat(messages)));
  return {
    ...source,
    async *read(context) {
      for await (const batch of source.read(context)) yield { ...batch, lines: batch.lines.map((line) => line.slice(4)) };
    },
  };
}

const KINDS: readonly Kind[] = [
  { title: 'standard input from a pipe', create: pipedInput, endless: false },
  { title: 'standard input from a file', create: fileInput, endless: false },
  {
    title: 'a file read once',
    create: (content) => createFileSource({ path: saved(content), history: 'all', follow: false }),
    endless: false,
  },
  {
    title: 'a followed file',
    create: (content) => createFileSource({ path: saved(content), history: 'all', follow: true }),
    endless: true,
  },
  {
    title: 'a gzip file',
    create: (content) => createFileSource({ path: saved(gzipSync(content), 'a.gz'), history: 'all', follow: true }),
    endless: false,
  },
  { title: 'a command', create: (content) => createCommandSource({ command: `cat '${saved(content)}'; exec sleep 1000` }), endless: true },
  {
    title: 'a program',
    create: (content) => {
      const path = saved(content);
      const command = { name: 'tail', program: 'tail', arguments: () => ['-n', '+1', '-f', path], bothOutputs: true };
      return createCommandSource({ command });
    },
    endless: true,
  },
  { title: 'a replay', create: replayed, endless: false },
  { title: 'lines over TCP', create: (content) => fed(listener('tcp://127.0.0.1:0'), sendTcp(content)), endless: true },
  { title: 'messages counted in bytes over TCP', create: countedOverTcp, endless: true, framed: true },
  { title: 'lines over TLS', create: overTls, endless: true },
  {
    title: 'the forward protocol',
    create: (content) => fed(listener('fluent://127.0.0.1:0'), sendTcp(packedForward(linesOf(content)))),
    endless: true,
  },
  {
    title: 'lines over UDP',
    create: (content) => fed(listener('udp://127.0.0.1:0'), sendUdp(linesOf(content))),
    endless: true,
    framed: true,
  },
];

interface Taken {
  readonly lines: string[];
  readonly bytes: number;
  readonly cut: number;
}

/** Reads until the source ends or, for an endless one, until `count` lines are there. */
async function take(source: Source, count: number): Promise<Taken> {
  const abort = new AbortController();
  const lines: string[] = [];
  let bytes = 0;
  let cut = 0;
  for await (const batch of source.read({ signal: abort.signal })) {
    lines.push(...batch.lines);
    bytes += batch.bytes;
    cut += batch.cut;
    if (lines.length >= count) abort.abort();
  }
  return { lines, bytes, cut };
}

describe.each(KINDS)('$title', ({ create, endless, framed = false }) => {
  it.skipIf(framed)('gives every line of hostile bytes by the common rules, and counts the cut ones', async () => {
    const long = 'x'.repeat(70_000);
    const content = Buffer.concat([
      Buffer.from('\uFEFFfirst\r\n\n한글 😀\0\n'),
      Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]),
      Buffer.from(`\x1b[2J\x9b\n${long}\nnext\n${long}${long}\nlast\n`),
    ]);
    const { lines, cut } = await take(create(content), 9);
    expect(lines.slice(0, 5)).toEqual(['first', '', '한글 😀\0', '\uFFFD\uFFFD\uFFFD(', '\x1b[2J\x9b']);
    expect(lines.slice(5).map((line) => line.slice(0, 4))).toEqual(['xxxx', 'next', 'xxxx', 'last']);
    expect(lines[5]).toHaveLength(65_536);
    expect(cut).toBe(2);
  });

  it('gives many lines in order and none twice', async () => {
    const expected = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    const { lines } = await take(create(Buffer.from(`${expected.join('\n')}\n`)), expected.length);
    expect(lines).toEqual(expected);
  });

  it.runIf(!endless)('ends by itself, an empty input too', async () => {
    expect((await take(create(Buffer.alloc(0)), 1)).lines).toEqual([]);
    expect((await take(create(Buffer.from('half')), 9)).lines).toEqual(['half']);
  });

  it('ends when aborted: before reading, while it waits for its consumer, and while nothing comes', async () => {
    const before = new AbortController();
    before.abort();
    for await (const batch of create(Buffer.from('a\n')).read({ signal: before.signal })) expect(batch.lines).toEqual([]);

    const between = new AbortController();
    const batches = create(Buffer.from('a\n'.repeat(100_000)))
      .read({ signal: between.signal })
      [Symbol.asyncIterator]();
    await batches.next();
    between.abort();
    // What was read already may still come, and how a process ended; then it is over.
    let late = 0;
    while ((await batches.next()).done !== true) late += 1;
    expect(late).toBeLessThan(3);

    const waiting = new AbortController();
    const source = create(Buffer.from('a\n'));
    setImmediate(() => waiting.abort());
    for await (const batch of source.read({ signal: waiting.signal })) expect(batch.cut).toBe(0);
  });

  it('can be left by its consumer', async () => {
    const seen: LineBatch[] = [];
    for await (const batch of create(Buffer.from('a\nb\n')).read({ signal: new AbortController().signal })) {
      seen.push(batch);
      if (batch.lines.length > 0) break;
    }
    expect(seen.flatMap(({ lines }) => lines).length).toBeGreaterThan(0);
  });

  it('gives a large input in batches of bounded size', async () => {
    const source = create(Buffer.from(`${'y'.repeat(199)}\n`.repeat(10_000)));
    let most = 0;
    let count = 0;
    const abort = new AbortController();
    for await (const batch of source.read({ signal: abort.signal })) {
      most = Math.max(most, batch.lines.join('\n').length);
      count += batch.lines.length;
      if (count === 10_000) abort.abort();
    }
    expect(count).toBe(10_000);
    expect(most).toBeLessThan(300_000);
  });
});

describe('back-pressure', () => {
  it('a file is read no further than one batch ahead of its consumer', async () => {
    const path = saved(Buffer.from('z'.repeat(99).concat('\n').repeat(100_000)));
    const batches = createFileSource({ path, history: 'all', follow: false })
      .read({ signal: new AbortController().signal })
      [Symbol.asyncIterator]();
    const first = await batches.next();
    const position = first.done === true ? undefined : first.value.position;
    expect(position?.offset).toBeLessThan(300_000);
    await batches.return?.();
  });

  it('a command is stopped by its pipe while nobody pulls', async () => {
    const abort = new AbortController();
    const command = `exec ${process.execPath} -e 'for (;;) fs.writeSync(1, Buffer.alloc(65536, 10))'`;
    const batches = createCommandSource({ command }).read({ signal: abort.signal })[Symbol.asyncIterator]();
    const spawned = await batches.next();
    const event = spawned.done === true ? undefined : spawned.value.event;
    for (let pulled = 0; pulled < 3; pulled += 1) await batches.next();
    // What the writer got rid of, by Linux's own count; a source that reads on would take far more in as many turns.
    const written = (): number =>
      Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${event?.type === 'spawned' ? event.pid : 0}/io`, 'utf8'))?.[1]);
    for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(written()).toBeGreaterThan(0);
    expect(written()).toBeLessThan(2_000_000);
    abort.abort();
    while ((await batches.next()).done !== true);
  });
});
