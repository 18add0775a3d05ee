import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteSplitter } from '../../src/sources/byte-splitter.ts';
import { createStreamSplitter, splitStream } from '../../src/sources/split.ts';
import { type LineSplitter, MAX_LINE_BYTES } from '../../src/sources/split-rules.ts';
import { collect } from './collect.ts';

const SPLITTERS: readonly (readonly [string, () => LineSplitter])[] = [
  ['the stream splitter', createStreamSplitter],
  ['the byte splitter', createByteSplitter],
];

function splitAll(splitter: LineSplitter, chunks: readonly Buffer[]): { lines: string[]; cut: number } {
  const results = [...chunks.map((chunk) => splitter.push(chunk)), splitter.end()];
  return { lines: results.flatMap((result) => result.lines), cut: results.reduce((sum, result) => sum + result.cut, 0) };
}

/** Cuts `bytes` into chunks of the given lengths, over and over. */
function chunked(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

describe.each(SPLITTERS)('%s', (_name, create) => {
  const lines = (text: string | Buffer): string[] => splitAll(create(), [Buffer.from(text)]).lines;

  it('ends a line at LF and drops one CR before it', () => {
    expect(lines('a\nb\r\nc\r\r\nd\re\n')).toEqual(['a', 'b', 'c\r', 'd\re']);
  });

  it('takes the last line without LF at the end of the input, its CR dropped too', () => {
    expect(lines('a\nhalf')).toEqual(['a', 'half']);
    expect(lines('a\nhalf\r')).toEqual(['a', 'half']);
  });

  it('gives nothing for an empty input and keeps empty lines', () => {
    expect(lines('')).toEqual([]);
    expect(lines('\n\r\n\na\n\n')).toEqual(['', '', '', 'a', '']);
  });

  it('keeps NUL and turns invalid UTF-8 into U+FFFD', () => {
    expect(lines(Buffer.from([0x61, 0x00, 0x62, 0xff, 0xc3, 0x0a, 0xe2, 0x82, 0x0a]))).toEqual(['a\0b\uFFFD\uFFFD', '\uFFFD']);
  });

  it('drops a byte order mark before the first line only', () => {
    expect(lines('\uFEFFa\n\uFEFFb\n')).toEqual(['a', '\uFEFFb']);
  });

  it('puts a character together that arrives in pieces', () => {
    const bytes = Buffer.from('보안 위협 😀\n');
    expect(splitAll(create(), chunked(bytes, [1])).lines).toEqual(['보안 위협 😀']);
  });

  it.each([1, 7, 65_535, 65_536, 65_537, 200_000])('cuts a line over 64 KiB, counts it and loses no other line (chunks of %i)', (size) => {
    const exact = 'x'.repeat(MAX_LINE_BYTES);
    const bytes = Buffer.from(`first\n${exact}\n${exact}yyy\nnext\n${'z'.repeat(3 * MAX_LINE_BYTES)}\nlast`);
    const result = splitAll(create(), size === 1 ? chunked(bytes.subarray(65_000), [1]) : chunked(bytes, [size]));
    const expected = ['first', exact, exact, 'next', 'z'.repeat(MAX_LINE_BYTES), 'last'];
    const [head, ...rest] = result.lines;
    if (size === 1) expect(rest).toEqual(expected.slice(2));
    else expect([head, ...rest]).toEqual(expected);
    expect(result.cut).toBe(2);
  });

  it('counts a cut line that the end of the input ends', () => {
    expect(splitAll(create(), [Buffer.alloc(70_000, 0x61)])).toEqual({ lines: ['a'.repeat(MAX_LINE_BYTES)], cut: 1 });
  });
});

const hostileByte = fc.constantFrom(
  0x0a,
  0x0a,
  0x0d,
  0x00,
  0x41,
  0xe2,
  0x82,
  0xac,
  0xf0,
  0x9f,
  0x98,
  0x80,
  0xc3,
  0xff,
  0xed,
  0xa0,
  0xef,
  0xbb,
  0xbf,
);
const hostileBytes = fc
  .array(fc.oneof(hostileByte, fc.integer({ min: 0, max: 255 })), { maxLength: 400 })
  .map((bytes) => Buffer.from(bytes));
const longRuns = fc
  .array(fc.tuple(fc.constantFrom('a', 'é', '한', '\n', '\r\n', '\0'), fc.integer({ min: 1, max: 70_000 })), { maxLength: 6 })
  .map((runs) =>
    Buffer.concat(runs.map(([text, times]) => Buffer.from(text.repeat(text.length > 1 || text === '\n' ? 1 + (times % 3) : times)))),
  );
const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe('the two splitters', () => {
  it('agree on every line, whatever the bytes and the chunks', () => {
    fc.assert(
      fc.property(hostileBytes, lengths, lengths, (bytes, one, other) => {
        expect(splitAll(createStreamSplitter(), chunked(bytes, one))).toEqual(splitAll(createByteSplitter(), chunked(bytes, other)));
      }),
      { numRuns: 1500 },
    );
  });

  it('agree around the 64 KiB limit', () => {
    const large = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(longRuns, large, large, (bytes, one, other) => {
        const ours = splitAll(createStreamSplitter(), chunked(bytes, one));
        const theirs = splitAll(createByteSplitter(), chunked(bytes, other));
        expect(ours.cut).toBe(theirs.cut);
        expect(ours.lines.length).toBe(theirs.lines.length);
        expect(ours.lines.findIndex((line, index) => line !== theirs.lines[index])).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });

  it('know where the last complete line ended, to the byte', () => {
    fc.assert(
      fc.property(hostileBytes, lengths, (bytes, sizes) => {
        const splitter = createByteSplitter();
        let taken = 0;
        for (const chunk of chunked(bytes, sizes)) {
          splitter.push(chunk);
          taken += chunk.length;
          expect(taken - splitter.pendingBytes).toBe(bytes.subarray(0, taken).lastIndexOf(0x0a) + 1);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('splitStream', () => {
  it('gives a batch for what has arrived, without waiting for more', async () => {
    const stream = new PassThrough();
    const batches = splitStream(stream, new AbortController().signal);
    stream.write('one\ntwo\nthr');
    expect((await batches.next()).value).toMatchObject({ lines: ['one', 'two'], bytes: 11, cut: 0 });
    stream.end('ee');
    expect((await batches.next()).value).toMatchObject({ lines: [], bytes: 2 });
    expect((await batches.next()).value).toMatchObject({ lines: ['three'] });
    expect((await batches.next()).done).toBe(true);
  });

  it('reads no further than the stream buffers while nobody pulls', async () => {
    let given = 0;
    const stream = new Readable({
      highWaterMark: 1000,
      read() {
        given += 500;
        this.push(Buffer.from(`${'x'.repeat(499)}\n`));
      },
    });
    const batches = splitStream(stream, new AbortController().signal);
    await batches.next();
    const after = given;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThanOrEqual(after + 1000);
    expect(given).toBeLessThan(5000);
    await batches.return(undefined);
    expect(stream.destroyed).toBe(true);
  });

  it('hands on what came before an error, then says that reading stopped', async () => {
    const stream = new PassThrough();
    stream.write('whole\nhalf');
    stream.destroy(new Error('EIO'));
    const batches = await collect(splitStream(stream, new AbortController().signal));
    expect(batches.flatMap((batch) => batch.lines)).toEqual(['whole', 'half']);
    expect(batches.at(-1)?.event).toEqual({ type: 'failed', detail: 'reading stopped: EIO' });
  });

  it('ends when aborted while it waits', async () => {
    const abort = new AbortController();
    const stream = new PassThrough();
    const next = splitStream(stream, abort.signal).next();
    abort.abort();
    expect((await next).done).toBe(true);
    expect(stream.destroyed).toBe(true);
  });
});
