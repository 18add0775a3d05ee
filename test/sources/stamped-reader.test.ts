import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProgramReader } from '../../src/sources/program-command.ts';
import { createStampedReader, rfc3339Of } from '../../src/sources/stamped-reader.ts';

const reader = (mark = ''): ProgramReader => createStampedReader(mark);
const at = (fraction: string, text: string): string => `2026-03-02T02:13:41.${fraction}Z ${text}`;

function texts(from: ProgramReader, lines: readonly string[], output: 'stdout' | 'stderr' = 'stdout'): string[] {
  return lines.map((line) => from.read(line, output)).map((read) => (typeof read === 'string' ? read : read.text));
}

it('tells when a line was written, in any zone and to any digit', () => {
  const read = reader();
  for (const head of ['2026-03-02T02:13:41.5Z', '2026-03-02T11:13:41.500000000+09:00', '2026-03-01T21:13:41.50-05:00'])
    expect(read.read(`${head} GET /`, 'stdout')).toMatchObject({ text: 'GET /', timeMs: Date.UTC(2026, 2, 2, 2, 13, 41, 500) });
  expect(read.read('2026-03-02T02:13:41Z ', 'stdout')).toMatchObject({ text: '', timeMs: Date.UTC(2026, 2, 2, 2, 13, 41) });
});

it.each(['', 'Error: No such container: web', '2026-03-02T02:13:41.5Z', '2026-99-99T99:99:99Z x', '2026-03-02 02:13:41.5 x'])(
  '%j has no time: the program says it',
  (line) => expect(reader().read(line, 'stderr')).toBe('said'),
);

it('joins the parts of a long line, which have the time of its head or one each, and leaves what else looks like a time', () => {
  const head = at('000000001', '');
  const part = 'a'.repeat(16_384);
  expect(texts(reader(), [`${head}${part}${head}${part}${head}end`])).toEqual([`${part}${part}end`]);
  const line = at('1', `${part}2026-03-02T02:13:41.2+09:00 ${part}${at('3', 'b')}${at('4', 'c')}`);
  expect(texts(reader(), [line, at('5', at('6', 'short'))])).toEqual([`${part}${part}b${at('4', 'c')}`, at('6', 'short')]);
});

it('goes on behind what was read, also among lines of one time, and after a restart', () => {
  const first = reader();
  texts(first, [at('1', 'a'), at('2', 'b'), at('2', 'c')]);
  expect(first.mark).toBe('stdout=1772417621.200000000/2');
  for (const next of [first, reader(first.mark)]) {
    expect(next.resume()).toEqual({ from: '1772417621.200000000' });
    expect(texts(next, [at('1', 'a'), at('2', 'b'), at('2', 'c'), at('2', 'd'), at('3', 'e')])).toEqual([
      ...['repeated', 'repeated', 'repeated'],
      ...['d', 'e'],
    ]);
  }
});

it('takes lines of a clock that was set back', () => {
  const read = reader();
  texts(read, [at('5', 'a')]);
  read.resume();
  expect(texts(read, [at('5', 'a'), at('6', 'b'), at('4', 'c')])).toEqual(['repeated', 'b', 'c']);
});

it('knows each output by itself, and asks for a little more when there are two', () => {
  const read = reader();
  texts(read, [at('1', 'out')]);
  texts(read, [at('9', 'err')], 'stderr');
  const next = reader(read.mark);
  expect(next.resume()).toEqual({ from: '1772417611.000000000' });
  expect(texts(next, [at('1', 'out'), at('5', 'late')])).toEqual(['repeated', 'late']);
  expect(texts(next, [at('9', 'err'), at('9', 'err 2')], 'stderr')).toEqual(['repeated', 'err 2']);
});

it('has another place for every line, the same whenever it is read', () => {
  const lines = [at('1', 'a'), at('1', 'a'), at('2', 'a')];
  const places = (from: ProgramReader): unknown[] =>
    lines.map((line) => from.read(line, 'stdout')).map((read) => typeof read !== 'string' && read.place);
  expect(new Set(places(reader())).size).toBe(3);
  expect(places(reader())).toEqual(places(reader()));
});

it.each(['', 'x', 'stdout=1/1', 'stdout=1772417621.200000000/2,,', 'stdin=1772417621.200000000/2'])(
  'takes %j for a mark, or for none',
  (mark) => {
    expect(texts(reader(mark), [at('9', 'a')])).toEqual(['a']);
  },
);

it('gives every line of two outputs once, however often the connection breaks and whichever whole second is asked from', () => {
  const step = fc.record({
    nanos: fc.constantFrom(0, 0, 1, 400_000_000, 3_000_000_000),
    output: fc.constantFrom('stdout' as const, 'stderr' as const),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 6 }), (steps, breaks) => {
      let nanos = 0n;
      const log = steps.map(({ nanos: by, output }, index) => {
        nanos += BigInt(by);
        const second = 1_772_417_621 + Number(nanos / 1_000_000_000n);
        const stamp = `${second}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`;
        return { second, output, line: `${rfc3339Of(stamp)} ${index}` };
      });
      let current = reader();
      const got: string[] = [];
      for (const [end, restarts] of [...breaks, [log.length, false] as const]) {
        if (restarts) current = reader(current.mark);
        const start = current.resume();
        const from = start !== undefined && typeof start === 'object' && 'from' in start ? Number.parseInt(start.from, 10) : 0;
        for (const { second, output, line } of log.slice(0, end)) {
          const read = second < from ? 'repeated' : current.read(line, output);
          if (typeof read === 'object') got.push(read.text);
        }
      }
      expect(got.toSorted((a, b) => Number(a) - Number(b))).toEqual(log.map((_, index) => String(index)));
    }),
  );
});
