import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineFramer } from '../../../src/sources/listen/line-framer.ts';
import { beginsWithCount } from '../../../src/sources/listen/octet-frames.ts';

/** All lines of a connection that came in these pieces. */
function linesOf(pieces: readonly Buffer[]): { lines: string[]; cut: number } {
  const framer = createLineFramer();
  const batches = [...pieces.flatMap((piece) => [...framer.push(piece)]), ...framer.end()];
  return { lines: batches.flatMap(({ lines }) => lines), cut: batches.reduce((sum, { cut }) => sum + cut, 0) };
}
const frame = (text: string): string => `${Buffer.byteLength(text)} ${text}`;
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...parts, bytes.subarray(at)];
}

describe('messages counted in bytes', () => {
  it('come out whole, whatever pieces they came in', () => {
    const message = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `<13>${text.replaceAll(/[\r\n]/g, '.')}`);
    const sizes = fc.array(fc.nat(30), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1 }), sizes, (messages, cuts) => {
        expect(linesOf(pieces(Buffer.from(messages.map(frame).join('')), cuts)).lines).toEqual(messages);
      }),
    );
  });

  it('may have ends of their own and ends between them', () => {
    expect(linesOf([Buffer.from(`${frame('<13>a\n')}\n${frame('<13>b\r\n')}\0${frame('<13>c')}`)]).lines).toEqual([
      '<13>a',
      '<13>b',
      '<13>c',
    ]);
  });

  it('stay one line with line feeds inside: nobody smuggles a line of his own in', () => {
    expect(linesOf([Buffer.from(frame('<13>a\n<13>forged\r\nb'))]).lines).toEqual(['<13>a\\n<13>forged\\nb']);
  });

  it('are cut at 64 KiB, and the next one is found', () => {
    const { lines, cut } = linesOf([Buffer.from(frame(`<13>${'x'.repeat(200_000)}`) + frame('<13>next'))]);
    expect(lines.map((line) => line.length)).toEqual([65_536, 8]);
    expect(cut).toBe(1);
  });

  it('become lines again where the count is broken', () => {
    expect(linesOf([Buffer.from(`${frame('<13>a')}x broken\nlater\n`)]).lines).toEqual(['<13>a', 'x broken', 'later']);
  });

  it('give what came of a message that the connection cut off', () =>
    expect(linesOf([Buffer.from('50 <13>half')])).toEqual({ lines: ['<13>half'], cut: 1 }));
});

describe('lines ended by LF', () => {
  it.each(['203.0.113.9 - - [x]', '{"a":1}', '<34>Oct 11 22:14:15 a b', '12 apples', '0 <13>a', '123456789 <13>a', ''])(
    '%j begins no counted message',
    (line) => {
      expect(linesOf([Buffer.from(`${line}\n5 <13>x\nlast`)]).lines).toEqual([line, '5 <13>x', 'last']);
    },
  );

  it('are told from counted ones by the first bytes, however few come at first', () => {
    expect(['', '1', '12', '12 ', '1234567'].map((text) => beginsWithCount(Buffer.from(text)))).toEqual(Array(5).fill(undefined));
    expect(linesOf([...Buffer.from('8 <13>abcd')].map((byte) => Buffer.from([byte]))).lines).toEqual(['<13>abcd']);
  });
});
