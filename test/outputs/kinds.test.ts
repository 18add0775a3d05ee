import { createSocket } from 'node:dgram';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutput } from '../../src/outputs/index.ts';
import { createFile, type FileSystem } from '../../src/outputs/kinds/file.ts';
import { fitRecord } from '../../src/outputs/kinds/fit-record.ts';
import { document, documents } from './documents.ts';
import { documentOfSyslog } from './peers.ts';
import { runSender } from './run-sender.ts';

const never = new AbortController().signal;
const folder = (): string => mkdtempSync(join(tmpdir(), 'secmon-output-'));
const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const texts = (count: number): string[] => documents(count).map(({ text }) => text);

test('a file is made readable by its group alone, and what is added stands on lines of its own', async () => {
  const path = join(folder(), 'out.ndjson');
  const output = createFile({ path, maxBytes: 1e9, keep: 2 });
  await output.send(documents(2), never);
  await output.send([document(3)], never);
  expect(lines(path)).toEqual(texts(3));
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('a file is set aside before it grows too large, and as many are kept as asked', async () => {
  const path = join(folder(), 'out.ndjson');
  const output = createFile({ path, maxBytes: 500, keep: 2 });
  for (const one of documents(8)) await output.send([one], never);
  expect([path, `${path}.1`, `${path}.2`].flatMap(lines).toSorted()).toEqual(texts(8).slice(2).toSorted());
  expect(existsSync(`${path}.3`)).toBe(false);
  const kept = [`${path}.2`, `${path}.1`, path].flatMap(lines);
  expect(kept).toEqual(texts(8).slice(2));
});

test('a line that a kill has cut is taken back; what somebody else has written stays', async () => {
  const path = join(folder(), 'out.ndjson');
  const output = createFile({ path, maxBytes: 1e9, keep: 2 });
  await output.send(documents(2), never);
  appendFileSync(path, '{"@timestamp":"2026-03-02T0');
  await output.send([document(3)], never);
  appendFileSync(path, 'a note');
  await output.send([document(4)], never);
  expect(lines(path)).toEqual([...texts(3), 'a note', document(4).text]);
});

test('a disk that is full in the middle of a batch leaves no half of it, and takes it whole later', async () => {
  const path = join(folder(), 'out.ndjson');
  let room = 300;
  const full: FileSystem = {
    rename,
    rm,
    open: (async (...given: Parameters<typeof open>) => {
      const handle = await open(...given);
      const write = handle.write.bind(handle) as (
        bytes: Buffer,
        from: number,
        length: number,
        at: number,
      ) => Promise<{ bytesWritten: number; buffer: Buffer }>;
      Object.assign(handle, {
        write: async (bytes: Buffer, from: number, length: number, at: number) => {
          if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
          const taken = Math.min(room, length);
          room -= taken;
          return write(bytes, from, taken, at);
        },
      });
      return handle;
    }) as typeof open,
  };
  const output = createFile({ path, maxBytes: 1e9, keep: 2 }, full);
  await output.send([document(1)], never);
  await expect(output.send(documents(3, { from: 2 }), never)).rejects.toThrow('ENOSPC');
  expect(lines(path)).toEqual(texts(1));
  room = 1e9;
  await output.send(documents(3, { from: 2 }), never);
  expect(lines(path)).toEqual(texts(4));
});

test('a folder that is missing or a file that may not be written is a reason, not a loss', async () => {
  await expect(createFile({ path: '/nowhere/out', maxBytes: 1e9, keep: 1 }).send(documents(1), never)).rejects.toThrow('ENOENT');
  const path = join(folder(), 'is-a-folder');
  writeFileSync(path, '');
  chmodSync(path, 0o400);
  if (process.getuid?.() !== 0)
    await expect(createFile({ path, maxBytes: 1e9, keep: 1 }).send(documents(1), never)).rejects.toThrow('EACCES');
});

test('standard output gets whole lines, and a reader that went away is a reason', async () => {
  let written = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const output = createOutput({ url: '-', buffer_mb: 1 }, { host: 'web1', stdout });
  expect(await output.send(documents(2), never)).toEqual({ ok: true });
  expect(written.split('\n')).toEqual([...texts(2), '']);
  const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) }).on('error', () => undefined);
  expect(await createOutput({ url: '-', buffer_mb: 1 }, { host: 'web1', stdout: gone }).send(documents(1), never)).toEqual({
    ok: false,
    reason: 'EPIPE',
  });
});

test('a reader of standard output that rests for minutes gets everything once', async () => {
  let written = '';
  let isResting = true;
  const waiting: (() => void)[] = [];
  const stdout = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      const take = (): void => {
        written += chunk.toString();
        done();
      };
      if (isResting) waiting.push(take);
      else take();
    },
  });
  const sender = runSender(createOutput({ url: '-', buffer_mb: 1 }, { host: 'web1', stdout }));
  for (const document of documents(1_500)) sender.offer(document);
  await setImmediate();
  for (let second = 0; second < 300; second++) {
    sender.clock.advance(1_000);
    await setImmediate();
  }
  expect(sender.info()).toMatchObject({ sent: 0, waitingRecords: 1_500 });
  isResting = false;
  for (const take of waiting.splice(0)) take();
  await sender.drained();
  await sender.close(0);
  expect(written.split('\n')).toEqual([...texts(1_500), '']);
});

test('syslog by UDP is one datagram a finding, and a port where nobody listens is told', async () => {
  const socket = createSocket('udp4');
  const got: unknown[] = [];
  const three = new Promise<void>((resolve) => {
    socket.on('message', (bytes) => {
      if (got.push(documentOfSyslog(bytes.toString())) === 3) resolve();
    });
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const output = createOutput({ url: `syslog+udp://127.0.0.1:${port}`, buffer_mb: 1 }, { host: 'web 1 ü', stdout: process.stdout });
  expect(await output.send(documents(3), never)).toEqual({ ok: true, refused: [] });
  await three;
  expect(got).toEqual(texts(3).map((text) => JSON.parse(text)));
  await new Promise<void>((resolve) => socket.close(() => resolve()));
});

test('a document that is too long for a message stays JSON, with its longest texts cut', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 5_000, unit: 'binary' }),
      fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 100 }),
      (original, matches) => {
        const text = JSON.stringify({ '@timestamp': 'x', event: { original, sequence: 4 }, secmon: { matches } });
        const fitted = fitRecord(text, 1_500);
        if (fitted === undefined) throw new Error('it has to fit');
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(1_500);
        expect(JSON.parse(fitted)).toMatchObject({ '@timestamp': 'x', event: { sequence: 4 } });
        if (fitted !== text) expect(JSON.parse(fitted).secmon.cut).toBe(true);
      },
    ),
  );
  expect(fitRecord('{"a":"short"}', 100)).toBe('{"a":"short"}');
  expect(fitRecord('no json'.repeat(100), 100)).toBeUndefined();
});
