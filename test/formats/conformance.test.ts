import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeField } from '../../src/formats/escapes.ts';
import { isRejection } from '../../src/formats/format.ts';
import { FORMATS } from '../../src/formats/index.ts';
import { recognise } from '../../src/formats/sniff.ts';
import type { Entry, TextField } from '../../src/model/entry.ts';
import { EMPTY_ENTRY } from '../../src/model/entry.ts';
import { context, samplesOf } from './samples.ts';

/** Formats whose text went through JSON on top of the server's own escapes. */
const TWICE_ESCAPED = new Set(['docker', 'journald', 'json', 'ecs']);
const BAIT = [
  '[',
  '"',
  '\\',
  ' ',
  '{',
  '{"a":',
  '[1,',
  ' from 1.2.3.4 port 1',
  '02/Mar/2026:00:00:00 +0000] "',
  '\\x',
  ', client: 1.2.3.4',
  ' ssh2: ',
  '] ',
  ': ',
  '1.2.3.4, ',
];

function expectSound(entry: Entry, line: string, twice: boolean): void {
  expect(Object.keys(entry).sort()).toEqual(Object.keys(EMPTY_ENTRY).sort());
  expect(entry.raw).toBe(line);
  expect(entry.timeMs === undefined || Number.isFinite(entry.timeMs)).toBe(true);
  for (const number of [entry.status, entry.bytes, entry.durationMs]) expect(Number.isFinite(number)).toBe(true);
  for (const [field, span] of Object.entries(entry.spans)) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeLessThanOrEqual(line.length);
    const cut = line.slice(span.start, span.end);
    const readings = [cut, unescapeField(cut), ...(twice ? [unescapeField(unescapeField(cut))] : [])];
    expect(readings, `${field} of ${line}`).toContain(entry[field as TextField]);
  }
}

describe.each(FORMATS.map((format) => [format.id, format] as const))('format %s', (id, format) => {
  const samples = samplesOf(id);

  it('parses its samples, and every span cuts its field out of the line', () => {
    const parser = format.create(context);
    for (const line of samples) {
      const result = parser.parse(line);
      expect(isRejection(result), `${line}: ${JSON.stringify(result)}`).toBe(false);
      if (!isRejection(result)) expectSound(result, line, TWICE_ESCAPED.has(id));
    }
  });

  it('is recognised from its samples', () => {
    expect(recognise(samples, FORMATS).id).toBe(id);
  });

  it('never throws and stays sound on garbage and on mutations of its samples', () => {
    const parser = format.create(context);
    const mutated = fc
      .record({
        line: fc.constantFrom(...samples),
        at: fc.nat(),
        cut: fc.nat(20),
        put: fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...BAIT)),
      })
      .map(({ line, at, cut, put }) => line.slice(0, at % (line.length + 1)) + put + line.slice((at % (line.length + 1)) + cut));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 200 })), (line) => {
        const result = parser.parse(line);
        parser.continues?.(line);
        if (!isRejection(result)) expectSound(result, line, true);
      }),
      { numRuns: 400 },
    );
  });

  it('stays sound wherever a line was cut', () => {
    const parser = format.create(context);
    for (const sample of samples.slice(0, 4)) {
      for (let length = 0; length < Math.min(sample.length, 2000); length += 1) {
        const result = parser.parse(sample.slice(0, length));
        if (!isRejection(result)) expectSound(result, sample.slice(0, length), true);
      }
    }
  });

  it('ends on lines of 64 KiB of bait', () => {
    const parser = format.create(context);
    for (const head of ['', ...samples.slice(0, 3)]) {
      for (const bait of BAIT) {
        const line = (head.slice(0, head.length / 2) + bait.repeat(65_536)).slice(0, 65_536);
        const result = parser.parse(line);
        parser.continues?.(line);
        expect(isRejection(result) || result.raw === line).toBe(true);
      }
    }
  });
});

it('has samples for every format, and no other samples', () => {
  const files = readdirSync(new URL('samples', import.meta.url)).filter((name) => name.endsWith('.log'));
  expect(files.sort()).toEqual(FORMATS.map(({ id }) => `${id}.log`).sort());
});
