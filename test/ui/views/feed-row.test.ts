import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedRow } from '../../../src/model/snapshot.ts';
import { createTimeFormat } from '../../../src/text/time-format.ts';
import { lineWidth } from '../../../src/ui/line.ts';
import type { StyledLine } from '../../../src/ui/styled.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { feedColumns, feedRow, type RowOptions } from '../../../src/ui/views/feed-row.ts';
import { sourceTags } from '../../../src/ui/views/source-label.ts';
import { rows } from '../fixtures/snapshot.ts';

const DRAWING = { glyphs: glyphs(true), time: createTimeFormat('UTC') };
const [, , ENV] = rows(26);
const SQLI = rows(26)[10];
if (!ENV || !SQLI) throw new Error('the fixture has 26 rows');

const draw = (row: FeedRow, width: number, rest: Partial<RowOptions> = {}): StyledLine =>
  feedRow(row, { columns: feedColumns(width, 1), selected: false, sideways: 0, find: '', sourceName: '', ...rest }, DRAWING);
const text = (line: StyledLine): string => line.map((part) => part.text).join('');
const matched = (line: StyledLine): string =>
  line
    .filter((part) => part.ground === 'match')
    .map((part) => part.text)
    .join('');
const row = (rest: Partial<FeedRow>): FeedRow => ({
  ...ENV,
  severity: undefined,
  family: undefined,
  outcome: undefined,
  match: undefined,
  ...rest,
});

describe('a row of the feed', () => {
  it('has letter, time, address, method, status, path and verdict in straight columns', () => {
    expect(text(draw(ENV, 80))).toBe(' M 02:13:39 203.0.113.77    GET  404 /.env                        files refused ');
    expect(matched(draw(ENV, 80))).toBe('/.env');
  });

  it('says where it comes from where there are several sources, also at 80 columns', () => {
    const [web = '', auth = ''] = sourceTags(['/var/log/nginx/access.log', '/var/log/auth.log'], 6);
    const from = (sourceName: string): string => text(draw(ENV, 80, { columns: feedColumns(80, 2), sourceName }));
    expect(from(web)).toBe(' M 02:13:39 203.0.113.77    access GET  404 /.env                 files refused ');
    expect(from(auth)).toContain(' auth   GET ');
    expect(feedColumns(60, 2).source).toBe(0);
  });

  it('tells sources of one name apart by their folders', () => {
    expect(sourceTags(['/srv/shop/access.log', 'blog/access.log', '/var/log/auth.log', '-'], 12)).toEqual([
      'shop',
      'blog',
      'auth.log',
      'standard in…',
    ]);
  });

  it('keeps both ends of an address that is too long', () => {
    const far = text(draw(row({ address: '2001:db8:1234:5678:9abc:def0:1234:5678' }), 80));
    expect(far).toMatch(/^ {3}02:13:39 2001:db8…4:5678 GET /);
  });

  it('shows on a wide screen the whole reason of a success', () => {
    const shell = row({ severity: 'critical', family: 'webshell', outcome: 'answered', success: true, note: 'after sqli' });
    expect(text(draw(shell, 137))).toMatch(/ webshell ✔ after sqli $/);
  });

  it('has a mark at the left from high upward only', () => {
    expect(text(draw(SQLI, 80))).toMatch(/^▌C /);
    expect(text(draw(row({ severity: 'medium' }), 80))).toMatch(/^ M /);
  });

  it('cuts the path so that the matched part stays in sight, the tag last', () => {
    expect(text(draw(SQLI, 80))).toMatch(/\/item\?id=1' UNION SELE.*… sqli ✔ 41× size $/);
    const deep = row({ ...SQLI, text: `/${'a'.repeat(300)}?q=' OR 1=1--`, match: { start: 304, end: 312 } });
    expect(matched(draw(deep, 80))).toBe("' OR 1=1");
    expect(text(draw(deep, 80))).toMatch(/…a*\?q=' OR 1=1-- sqli ✔ 41× size $/);
  });

  it('shows an answer that proves nothing yet as ?', () => {
    expect(text(draw(row({ severity: 'high', family: 'sqli', outcome: 'answered' }), 80))).toMatch(/ sqli \? $/);
    expect(text(draw(row({ severity: 'low', family: 'scanner', outcome: 'answered' }), 80))).toMatch(/ scanner answered $/);
  });

  it('shows the message of a line that is no request, and what kind it is', () => {
    const sshd = row({ kind: 'sshd', method: '', status: 0, text: 'Failed password for root from 203.0.113.9' });
    expect(text(draw(sshd, 80))).toMatch(/^ {3}02:13:39 203\.0\.113\.77 {4}sshd {5}Failed password for root/);
  });

  it('gives a long message the room that a request needs for bytes and user agent', () => {
    const app = row({ kind: 'application', method: '', status: 0, text: `search ${'q'.repeat(60)} END` });
    expect(text(draw(app, 140))).toContain('END');
  });

  it('has bytes and user agent where there is room', () => {
    expect(text(draw(SQLI, 137))).toMatch(/24\.8 kB {2}sqlmap\/1\.7 +sqli ✔ 41× size $/);
  });

  it('moves sideways to what was cut', () => {
    expect(text(draw(row({ text: `/${'ab'.repeat(100)}END` }), 80, { sideways: 164 }))).toContain('END');
  });

  it('underlines what was found, and keeps it in sight', () => {
    const found = draw(row({ text: `/${'a'.repeat(200)}needle` }), 80, { find: 'NEEDLE' });
    expect(found.filter((part) => part.underline).map((part) => part.text)).toEqual(['needle']);
  });

  it('marks the whole selected row but keeps the matched part on its ground', () => {
    const grounds = new Set(draw(SQLI, 80, { selected: true }).map((part) => part.ground));
    expect(grounds).toEqual(new Set(['selected', 'match']));
  });

  it('is exactly as wide as the feed and harmless, whatever stands in the log', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\x1b', '\x9b', '\u202e', '\u200b', '\t', '\n', '한', '😀', '%', '%ED%95%9C', "'", 'a'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
      maxLength: 120,
    });
    fc.assert(
      fc.property(
        hostile,
        hostile,
        hostile,
        fc.nat(130),
        fc.nat(130),
        fc.constantFrom(60, 77, 80, 100, 137, 200),
        (path, address, agent, start, length, width) => {
          const line = draw(
            { ...SQLI, text: path, address, userAgent: agent, method: agent.slice(0, 9), match: { start, end: start + length } },
            width,
          );
          expect(lineWidth(line)).toBe(width);
          expect(text(line)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\ufeff]/);
        },
      ),
    );
  });
});

it('takes the names of what objects inherit for ordinary methods', () => {
  for (const method of ['__proto__', 'constructor', 'hasOwnProperty']) expect(lineWidth(draw({ ...SQLI, method }, 80))).toBe(80);
});
