import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/filter.ts';
import { type HistorySlot, SLOT_MS } from '../../src/model/history.ts';
import { compare, type Known, NEEDED_SLOTS, unusualness } from '../../src/statistics/compare.ts';
import { filterFor } from '../../src/statistics/compare-filter.ts';
import type { RecentTally } from '../../src/statistics/history.ts';

const NOW_MS = Date.UTC(2026, 2, 9, 2);
const DAY_MS = 86_400_000;

const slot = (startMs: number, fields: Partial<HistorySlot> = {}): HistorySlot => ({
  startMs,
  spanMs: SLOT_MS,
  requests: 100,
  addresses: 10,
  statuses: [95, 0, 5, 0],
  families: {},
  paths: [['/', 90]],
  agents: [['firefox', 90]],
  networks: [['198.51.100.0/24', 90]],
  actors: [['198.51.100.7', 40]],
  ...fields,
});
const recent = (fields: Partial<RecentTally> = {}): RecentTally => ({
  ...slot(NOW_MS - SLOT_MS),
  pathsBy: new Map(),
  inventors: [],
  ...fields,
});
/** The hour before, slot by slot. */
const hour = (fields: Partial<HistorySlot> = {}): HistorySlot[] =>
  Array.from({ length: 12 }, (_, i) => slot(NOW_MS - (i + 2) * SLOT_MS, fields));
const known: Known = { path: (text) => text === '/', agent: (text) => text === 'firefox', network: (text) => text === '198.51.100.0/24' };
const report = (now: Partial<RecentTally>, before: readonly HistorySlot[] = hour()) =>
  compare({ recent: recent(now), before, known, sinceMs: NOW_MS - DAY_MS });

describe('the baseline', () => {
  it('is silent, with the reason, until there is enough to compare with', () => {
    expect(report({}, hour().slice(0, 3))).toMatchObject({ silent: 'needs 12 slots of five minutes, has 3', rows: [] });
    expect(report({}, hour().slice(0, NEEDED_SLOTS)).silent).toBe('');
  });

  it('finds nothing unusual in more of the same', () => {
    const { rows } = report({ requests: 104, paths: [['/', 95]], actors: [['198.51.100.7', 44]] });
    expect(rows.filter(({ section }) => section !== 'traffic')).toEqual([]);
    expect(rows.every(({ score }) => Math.abs(score) < 3)).toBe(true);
  });

  it('tells what grew, the most unusual first, beside an hour, a day and a week ago', () => {
    const paths = [
      ['/', 90],
      ['/wp-login.php', 611],
      ['/api', 30],
    ] as const;
    const ago = (ms: number, count: number): HistorySlot => slot(NOW_MS - SLOT_MS - ms, { paths: [['/wp-login.php', count]] });
    const { rows } = report({ paths }, [...hour(), ago(DAY_MS, 2), ago(7 * DAY_MS, 5)]);
    const grown = rows.filter(({ section }) => section === 'grown');
    expect(grown.map(({ text }) => text)).toEqual(['/wp-login.php', '/api']);
    expect(grown[0]).toMatchObject({ now: 611, usual: 0, ago: [0, 2, 5], filter: 'path="/wp-login.php"' });
  });

  it('takes a burst that comes every day at this time for usual', () => {
    const around = Array.from({ length: 12 }, (_, i) => slot(NOW_MS - DAY_MS + (i - 6) * SLOT_MS, { requests: 5_000 }));
    const week = around.map((one) => ({ ...one, startMs: one.startMs - 6 * DAY_MS }));
    const row = report({ requests: 5_100 }, [...hour(), ...around, ...week]).rows.find(({ kind }) => kind === 'requests');
    expect(row?.usual).toBe(5_000);
    expect(Math.abs(row?.score ?? 99)).toBeLessThan(3);
  });

  it('makes one row of the many new paths of one address, and puts what was answered above what is not there', () => {
    const made = Array.from({ length: 24 }, (_, i) => [`/x${i}`, 1] as const);
    const { rows } = report({
      paths: [['/', 90], ['/uploads/shell.php', 3], ['/typo', 3], ...made],
      pathsBy: new Map([
        ['/uploads/shell.php', { actor: '198.51.100.7', answered: 3 }],
        ['/typo', { actor: '198.51.100.8', answered: 0 }],
        ...made.map(([path]) => [path, { actor: '203.0.113.66', answered: 0 }] as const),
      ]),
      inventors: [['203.0.113.66', 12_280]],
    });
    const fresh = rows.filter(({ section }) => section === 'new');
    expect(fresh.map(({ now, note }) => [now, note])).toEqual([
      [12_304, '12,304 new paths by 203.0.113.66'],
      [3, 'by 198.51.100.7'],
      [3, 'by 198.51.100.8'],
    ]);
    expect(fresh.map(({ filter }) => filter)).toEqual(['ip:"203.0.113.66"', 'path="/uploads/shell.php"', 'path="/typo"']);
  });

  it('only counts new user agents and networks beyond the first, whoever rotates them', () => {
    const many = (name: string) => Array.from({ length: 500 }, (_, i) => [`${name}${i}`, 1] as const);
    const fresh = report({ agents: many('agent'), networks: many('net') }).rows.filter(({ section }) => section === 'new');
    expect(fresh).toHaveLength(18);
    expect(fresh[0]?.note).toMatch(/^492 more new (?:user agents|networks)$/);
  });

  it('does not take a path for grown that is only too rare to be kept in the slots', () => {
    const site = Array.from({ length: 80 }, (_, i) => [`/page-${String.fromCharCode(97 + i)}`, 40] as const);
    const full = hour({ paths: site });
    const { rows } = report({ paths: [...site, ['/rare', 38]] }, full);
    expect(rows.filter(({ section }) => section === 'grown')).toEqual([]);
    const grown = report({ paths: [...site, ['/rare', 400]] }, full).rows.find(({ section }) => section === 'grown');
    expect(grown).toMatchObject({ text: '/rare', usual: 40, ago: [undefined, undefined, undefined] });
  });

  it('has a bounded number of rows', () => {
    const many = (name: string) => Array.from({ length: 2_000 }, (_, i) => [`${name}${i}`, 1_000] as const);
    expect(report({ paths: many('/p'), actors: many('a'), agents: many('ua'), networks: many('n') }).rows.length).toBeLessThanOrEqual(120);
  });
});

describe('unusualness', () => {
  it('is robust: one slot that was under attack does not hide the next attack', () => {
    const calm = Array.from({ length: 20 }, () => 100);
    expect(unusualness(1_000, [...calm, 50_000, 80_000]).score).toBeGreaterThan(50);
  });
  it('of rare things follows chance: one instead of none is nothing', () => {
    expect(unusualness(1, [0, 0, 0, 0, 0]).score).toBeLessThan(3);
    expect(unusualness(20, [0, 0, 0, 0, 0]).score).toBeGreaterThan(8);
  });
});

it('the filter of a row can always be read, whatever its text holds', () => {
  fc.assert(
    fc.property(fc.constantFrom('path', 'agent', 'family', 'status'), fc.string({ maxLength: 100, minLength: 1 }), (kind, text) => {
      const value = kind === 'family' ? 'sqli' : kind === 'status' ? '4xx' : text.replaceAll('#', '');
      if (value === '') return;
      expect(parseFilter(filterFor(kind, value))).toMatchObject({ ok: true });
    }),
  );
});
