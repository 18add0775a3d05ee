import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvHead, csvRows, detectionRow, TABLE_COLUMNS, TABLES } from '../../src/report/table-csv.ts';
import { cell } from '../../src/text/csv.ts';
import { detection, entry } from '../make.ts';
import { HOSTILE, hostileText } from './hostile.ts';
import { reportOf } from './sample.ts';

/** The cells of one row by RFC 4180. */
const cellsOf = (row: string): string[] =>
  [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  [' =1', `"' =1"`],
  ['"=1"', `"'""=1"""`],
  ['＝1', `"'＝1"`],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['a\nb', 'a␊b'],
])('%j is written as %j', (text, expected) => {
  expect(cell(text)).toBe(expected);
});

test('numbers stay numbers, also negative ones', () => {
  expect([cell(-5), cell(0), cell(true), cell(undefined)]).toEqual(['-5', '0', 'true', '']);
});

test('no cell begins as a formula, and none leaves its row', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const written = cell(text);
      expect(written).not.toMatch(/[\r\n]/);
      expect(cellsOf(written)[0] ?? '').not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});

test.each(TABLES)('every row of %s has as many cells as its head', (table) => {
  for (const text of HOSTILE) {
    const found = detection('sqli', 'high', { entry: entry({ target: text, message: text, userAgent: text }) });
    const line = { entry: found.entry, detection: found, source: text, sequence: 1 };
    const rows = table === 'detections' ? [detectionRow(line) ?? ''] : csvRows(table, reportOf(text));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of [csvHead(table), ...rows]) expect(cellsOf(row)).toHaveLength(TABLE_COLUMNS[table].length);
  }
});
