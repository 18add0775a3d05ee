import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CSV_HEADER, csvRow } from '../../src/headless/csv.ts';
import { detection, entry } from '../make.ts';

const PLACE = { sequence: 3, source: 'access.log', fallbackMs: Date.UTC(2026, 2, 3) };
const row = (fields: Parameters<typeof entry>[0]): string => csvRow(detection('sqli', 'high', { entry: entry(fields) }), PLACE);

/** Cells of one record (RFC 4180, 2). */
function cells(text: string): string[] {
  const found: string[] = [];
  for (const [, quoted, bare] of `${text},`.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*)),/g))
    found.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
  return found;
}

test('a row has the columns of the header', () => {
  const named = Object.fromEntries(CSV_HEADER.split(',').map((name, i) => [name, cells(row({ target: '/a,b"c', userAgent: 'curl' }))[i]]));
  expect(named).toEqual({
    '@timestamp': '2026-03-02T00:00:00.000Z',
    'log.file.path': 'access.log',
    'event.sequence': '3',
    'source.address': '198.51.100.7',
    severity: 'high',
    'rule.category': 'sqli',
    'rule.name': 'sqli-rule',
    'secmon.outcome': 'refused',
    'secmon.success': 'false',
    'http.request.method': 'GET',
    'http.response.status_code': '200',
    'url.original': '/a,b"c',
    'user_agent.original': 'curl',
    message: '',
  });
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "=cmd|' /C calc'!A1", '＝1+1', '＋1', '－1', '＠SUM(A1)'])(
  '%j in a log line is no formula in a spreadsheet',
  (text) => {
    for (const cell of cells(row({ target: text, userAgent: text, message: text, address: text, method: text })))
      expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
  },
);

test('any text stays one record of 14 cells without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (target, userAgent) => {
      const text = row({ target, userAgent });
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      expect(cells(text)).toHaveLength(14);
    }),
  );
});
