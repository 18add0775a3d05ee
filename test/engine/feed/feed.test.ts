import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFeed } from '../../../src/engine/feed/feed.ts';
import { toRow } from '../../../src/engine/feed/feed-row.ts';
import type { HeldLine } from '../../../src/engine/feed/held-line.ts';
import { detection, entry } from '../../make.ts';

const line = (fields: Partial<HeldLine> = {}): Omit<HeldLine, 'id'> => ({
  sourceId: 1,
  sourceName: 'access.log',
  sequence: 1,
  entry: entry(),
  hits: undefined,
  severity: undefined,
  families: [],
  outcome: undefined,
  success: false,
  note: '',
  ...fields,
});
/** The lines and one screen's sight of them. */
const openFeed = (limits?: Parameters<typeof createFeed>[0]) => {
  const feed = createFeed(limits);
  return { ...feed, lines: feed.openWindow() };
};
const ids = (lines: readonly HeldLine[]) => lines.map((l) => l.id);

test('the tail page shows the newest lines, oldest first', () => {
  const feed = openFeed();
  for (let i = 0; i < 10; i++) feed.push(line());
  expect(feed.lines.page({ rows: 3, bottom: 'tail' })).toMatchObject({ following: true, newer: 0, older: 7 });
  expect(ids(feed.lines.page({ rows: 3, bottom: 'tail' }).lines)).toEqual([8, 9, 10]);
});

test('a page anchored at a line stays there while lines arrive, and counts them', () => {
  const feed = openFeed();
  for (let i = 0; i < 10; i++) feed.push(line());
  const anchored = { rows: 3, bottom: { rowId: 6, shift: 0 } } as const;
  expect(ids(feed.lines.page(anchored).lines)).toEqual([4, 5, 6]);
  for (let i = 0; i < 5; i++) feed.push(line());
  const page = feed.lines.page(anchored);
  expect(ids(page.lines)).toEqual([4, 5, 6]);
  expect(page).toMatchObject({ following: false, newer: 9, older: 3 });
});

test('a page held in place takes in nothing new, however short it is', () => {
  const feed = openFeed();
  for (let i = 0; i < 5; i++) feed.push(line());
  expect(ids(feed.lines.page({ rows: 10, bottom: { rowId: 3, shift: 0 } }).lines)).toEqual([1, 2, 3]);
});

test('scrolling past the first line shows the first page', () => {
  const feed = openFeed();
  for (let i = 0; i < 10; i++) feed.push(line());
  expect(ids(feed.lines.page({ rows: 4, bottom: { rowId: 2, shift: -5 } }).lines)).toEqual([1, 2, 3, 4]);
});

test('suspicious lines outlive a flood of ordinary ones', () => {
  const feed = openFeed({ recent: 10, suspicious: 2 });
  for (let i = 0; i < 3; i++) feed.push(line({ severity: 'high' }));
  for (let i = 0; i < 50; i++) feed.push(line());
  expect(feed.get(1)).toBeUndefined();
  expect(feed.get(2)?.severity).toBe('high');
  expect(feed.lines.seek(50, -1, (l) => l.severity !== undefined)).toBe(3);
  expect([...feed.all()].length).toBe(12);
});

test('paging under any traffic and filter agrees with a plain list', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: -30, max: 30 }),
      (suspicious, rows, rowId, shift) => {
        const feed = openFeed({ recent: 64, suspicious: 16 });
        feed.lines.setFilter((l) => l.sequence % 3 !== 0);
        for (const [i, bad] of suspicious.entries()) feed.push(line({ sequence: i, severity: bad ? 'high' : undefined }));
        const all = ids([...feed.all()]).filter((id) => (id - 1) % 3 !== 0);
        const wanted = all.findIndex((id) => id > rowId);
        const end = Math.max(0, Math.min(all.length, (wanted < 0 ? all.length : wanted) + shift));
        const start = Math.max(0, end - rows);
        const model = all.slice(start, shift < 0 ? Math.min(all.length, Math.max(end, start + rows)) : end);
        const page = feed.lines.page({ rows, bottom: { rowId, shift } });
        expect(ids(page.lines)).toEqual(model);
      },
    ),
  );
});

test('a long target is cut so that the match stays in the row', () => {
  const long = `/${'a'.repeat(5000)}UNION SELECT`;
  const hit = detection('sqli', 'high', {}).hits[0];
  if (!hit?.matches[0]) throw new Error('no match in the fixture');
  const span = { start: 5001, end: 5013 };
  const feed = openFeed();
  const row = toRow(
    feed.push(line({ entry: entry({ target: long }), hits: [{ ...hit, matches: [{ ...hit.matches[0], span }] }] })),
    () => '',
  );
  expect(row.text.length).toBeLessThanOrEqual(1024);
  expect(row.text.slice(row.match?.start, row.match?.end)).toBe('UNION SELECT');
});

test('two screens filter the same lines each in its own way', () => {
  const feed = createFeed();
  const [one, other] = [feed.openWindow(), feed.openWindow()];
  one.setFilter((held) => held.severity !== undefined);
  feed.push(line());
  feed.push(line({ severity: 'high' }));
  const tail = { rows: 5, bottom: 'tail' } as const;
  expect(ids(one.page(tail).lines)).toEqual([2]);
  expect(ids(other.page(tail).lines)).toEqual([1, 2]);
});

test('a window that opens late shows what is held already, and a closed one takes in nothing more', () => {
  const feed = createFeed();
  feed.push(line());
  const late = feed.openWindow();
  expect(ids(late.page({ rows: 5, bottom: 'tail' }).lines)).toEqual([1]);
  late.close();
  feed.push(line());
  expect(ids(late.page({ rows: 5, bottom: 'tail' }).lines)).toEqual([1]);
});

test('huge lines push each other out before they fill the memory, and what is amended stays so', () => {
  const feed = openFeed({ recent: 2000, suspicious: 1000 });
  const huge = entry({ raw: 'x'.repeat(65_536) });
  for (let i = 0; i < 1500; i++) feed.push(line({ entry: huge, severity: i < 700 ? 'high' : undefined }));
  const held = [...feed.all()];
  expect(held.reduce((sum, { entry: { raw } }) => sum + raw.length, 0)).toBeLessThanOrEqual(40_000_000);
  expect(held.at(-1)?.id).toBe(1500);
  expect(held.filter(({ severity }) => severity === 'high').map(({ id }) => id)).toContain(700);
  feed.amend(700, { note: 'written' });
  feed.amend(1500, { note: 'too' });
  expect([feed.get(700), feed.get(1500)]).toMatchObject([
    { note: 'written', severity: 'high' },
    { note: 'too', severity: undefined },
  ]);
  expect(feed.get(1)).toBeUndefined();
});
