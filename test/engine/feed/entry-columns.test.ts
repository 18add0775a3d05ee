import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEntryColumns } from '../../../src/engine/feed/entry-columns.ts';
import { isRejection } from '../../../src/formats/format.ts';
import { FORMATS } from '../../../src/formats/index.ts';
import { EMPTY_ENTRY, type Entry } from '../../../src/model/entry.ts';
import { context, samplesOf } from '../../formats/samples.ts';

const withoutSpans = (entry: Entry): Entry => ({ ...entry, spans: {} });

test('gives back what every format made of its samples, but for where the fields stood', () => {
  const entries = FORMATS.flatMap(({ id, create }) => {
    const { parse } = create(context);
    return samplesOf(id).flatMap((line) => {
      const entry = parse(line);
      return isRejection(entry) ? [] : [entry];
    });
  });
  const columns = createEntryColumns(entries.length);
  for (const [slot, entry] of entries.entries()) columns.put(slot, entry);
  expect(entries.length).toBeGreaterThan(100);
  for (const [slot, entry] of entries.entries()) expect(columns.get(slot)).toEqual(withoutSpans(entry));
});

test('gives back any entry, the one that stood there before forgotten', () => {
  const text = fc.string({ maxLength: 90 });
  const anEntry = fc
    .record({
      raw: text,
      address: text,
      target: text,
      message: text,
      level: fc.string({ maxLength: 8 }),
      start: fc.nat(40),
      status: fc.nat(999),
    })
    .map(({ start, ...fields }): Entry => ({ ...EMPTY_ENTRY, ...fields, spans: { target: { start, end: start + 5 } } }));
  const columns = createEntryColumns(2);
  fc.assert(
    fc.property(anEntry, anEntry, (one, other) => {
      columns.put(0, one);
      columns.put(1, other);
      expect([columns.get(0), columns.get(1)]).toEqual([withoutSpans(one), withoutSpans(other)]);
    }),
  );
});

test('gives back fields of a line of 64 KiB that begin or end where 16 bits do not reach', () => {
  const raw = 'x'.repeat(65_536);
  const entry: Entry = {
    ...EMPTY_ENTRY,
    raw,
    message: raw,
    target: raw.slice(65_500),
    spans: { message: { start: 0, end: 65_536 }, target: { start: 65_500, end: 65_536 } },
  };
  const columns = createEntryColumns(1);
  columns.put(0, entry);
  expect(columns.get(0)).toEqual(withoutSpans(entry));
});
