import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES, type Severity } from '../../src/model/detection.ts';
import { ADDRESS_SORTS, type AddressRow, WINDOWS, type WindowName } from '../../src/model/snapshot.ts';
import {
  type AddressLine,
  type AddressWindowsOptions,
  createAddressWindows,
  type TopRequest,
} from '../../src/statistics/address-window.ts';
import { bucketAt, bucketsOf, WINDOW_LEVELS } from '../../src/statistics/windows.ts';

const T0 = Date.UTC(2026, 2, 2);
const MINUTE = 60_000;

const windowsWith = (options: Partial<AddressWindowsOptions> = {}) => createAddressWindows({ seed: [1, 2], ...options });
const line = (timeMs: number, address: string, more: Partial<AddressLine> = {}): AddressLine => ({
  timeMs,
  address,
  status: 200,
  bytes: 100,
  severity: undefined,
  ...more,
});
const request = (nowMs: number, more: Partial<TopRequest> = {}): TopRequest => ({
  window: '5m',
  sort: 'hits',
  reverse: false,
  limit: 10,
  nowMs,
  ...more,
});

/** The same, by keeping every line. */
function model(lines: readonly AddressLine[], { window, nowMs }: { window: WindowName; nowMs: number }): Map<string, AddressRow> {
  const rows = new Map<string, AddressRow>();
  const stepMs = WINDOW_LEVELS.find(({ windows }) => windows.includes(window))?.stepMs ?? 0;
  const last = bucketAt(nowMs, stepMs);
  for (const { address, timeMs, status, bytes, severity } of lines) {
    if (address === '' || last - bucketAt(timeMs, stepMs) >= bucketsOf(window, stepMs)) continue;
    const row = rows.get(address) ?? { address, hits: 0, errors: 0, bytes: 0, severity: undefined };
    const worst = SEVERITIES[Math.max(rank(row.severity), rank(severity))];
    const errors = row.errors + (status >= 400 ? 1 : 0);
    rows.set(address, { address, hits: row.hits + 1, errors, bytes: row.bytes + Math.max(0, bytes), severity: worst });
  }
  return rows;
}

const rank = (severity: Severity | undefined): number => (severity === undefined ? -1 : SEVERITIES.indexOf(severity));

const someLines = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.nat(2000), fc.nat(60_000), fc.nat(20 * MINUTE)),
      lateMs: fc.oneof(fc.constant(0), fc.nat(5 * MINUTE)),
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '2001:db8::/64', ''),
      status: fc.constantFrom(200, 404, 500, 0),
      bytes: fc.constantFrom(-1, 0, 10, 5000),
      severity: fc.constantFrom(undefined, undefined, ...SEVERITIES),
    }),
    { maxLength: 120 },
  )
  .map((steps) => {
    let nowMs = T0;
    return steps.map(({ gapMs, lateMs, ...rest }) => {
      nowMs += gapMs;
      return { ...rest, timeMs: nowMs - lateMs };
    });
  });

describe('address windows', () => {
  it('counts hits, errors, bytes and the worst severity of an address', () => {
    const windows = windowsWith();
    windows.record(line(T0, 'a', { status: 404, severity: 'high' }));
    windows.record(line(T0 + 1, 'a', { bytes: -1, severity: 'low' }));
    windows.record(line(T0 + 2, 'b'));
    expect(windows.top(request(T0 + 10))).toEqual({
      rows: [
        { address: 'a', hits: 2, errors: 1, bytes: 100, severity: 'high' },
        { address: 'b', hits: 1, errors: 0, bytes: 100, severity: undefined },
      ],
      distinct: 2,
    });
  });

  it('lets idle addresses leave each window in turn, and never the window of all', () => {
    const windows = windowsWith();
    windows.record(line(T0, 'a', { severity: 'critical' }));
    const held = (nowMs: number) => WINDOWS.filter((window) => windows.top(request(nowMs, { window })).distinct === 1);
    expect(held(T0 + 30_000)).toEqual(['1m', '5m', '15m', '60m', 'all']);
    expect(held(T0 + 61_000)).toEqual(['5m', '15m', '60m', 'all']);
    expect(held(T0 + 6 * MINUTE)).toEqual(['15m', '60m', 'all']);
    expect(held(T0 + 16 * MINUTE)).toEqual(['60m', 'all']);
    expect(held(T0 + 24 * 60 * MINUTE)).toEqual(['all']);
  });

  it('holds exactly what a list of all lines holds, whatever the order of the lines', () => {
    fc.assert(
      fc.property(someLines, fc.nat(10 * MINUTE), (lines, quietMs) => {
        const windows = windowsWith();
        for (const one of lines) windows.record(one);
        const newest = Math.max(T0, ...lines.filter(({ address }) => address !== '').map(({ timeMs }) => timeMs));
        for (const nowMs of [newest, newest + quietMs]) {
          for (const window of WINDOWS) {
            const { rows, distinct } = windows.top(request(nowMs, { window }));
            const expected = model(lines, { window, nowMs });
            expect(new Map(rows.map((row) => [row.address, row]))).toEqual(expected);
            expect(distinct).toBe(expected.size);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('sorts by each column, worst first, and the other way round on demand', () => {
    fc.assert(
      fc.property(someLines, fc.constantFrom(...ADDRESS_SORTS), fc.nat(4), (lines, sort, limit) => {
        const windows = windowsWith();
        for (const one of lines) windows.record(one);
        const ask = request(T0, { sort, window: 'all', limit: 10 });
        const all = windows.top(ask).rows;
        const key = (row: AddressRow) => (sort === 'severity' ? rank(row.severity) : row[sort]);
        expect(all).toEqual([...all].sort((a, b) => key(b) - key(a) || b.hits - a.hits || (a.address < b.address ? -1 : 1)));
        expect(windows.top({ ...ask, limit }).rows).toEqual(all.slice(0, limit));
        expect(windows.top({ ...ask, limit, reverse: true }).rows).toEqual(all.toReversed().slice(0, limit));
      }),
    );
  });

  it('finds one address', () => {
    const windows = windowsWith();
    windows.record(line(T0, 'a'));
    expect(windows.find('a', '1m', T0)?.hits).toBe(1);
    expect(windows.find('a', '1m', T0 + 2 * MINUTE)).toBeUndefined();
    expect(windows.find('b', 'all', T0)).toBeUndefined();
  });
});

describe('address windows under a crowd of addresses', () => {
  const CAPACITY = 100;
  const CROWD = 20_000;
  /** Ten times the capacity, then a tenth of it (and half of that, suspicious) in each of 60 buckets, and the open one. */
  const MOST_IN_A_LEVEL = CAPACITY * (10 + 6 + 3 + 1.5);

  function crowded() {
    const windows = windowsWith({ capacity: CAPACITY });
    for (let i = 0; i < CROWD; i += 1) {
      windows.record(line(T0 + i * 10, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`));
      if (i % 20 === 0) windows.record(line(T0 + i * 10, 'heavy', { status: 404 }));
      if (i === 500) windows.record(line(T0 + i * 10, 'quiet-attacker', { severity: 'critical' }));
    }
    return { windows, nowMs: T0 + CROWD * 10 };
  }

  it('keeps memory bounded and gives it back', () => {
    const { windows, nowMs } = crowded();
    expect(windows.size).toBeLessThanOrEqual(CAPACITY * (20 + 10) + 2 * MOST_IN_A_LEVEL);
    windows.top(request(nowMs + 90 * MINUTE));
    expect(windows.size).toBeLessThanOrEqual(CAPACITY * (20 + 10));
  });

  it('keeps the heavy one, all but exact', () => {
    const { windows, nowMs } = crowded();
    for (const window of ['5m', '60m', 'all'] as const) {
      const [first] = windows.top(request(nowMs, { window })).rows;
      expect(first?.address).toBe('heavy');
      expect(first?.hits).toBeLessThanOrEqual(CROWD / 20);
      expect(first?.hits).toBeGreaterThanOrEqual((CROWD / 20) * 0.98);
    }
  });

  it('does not lose a suspicious address among harmless ones', () => {
    const { windows, nowMs } = crowded();
    const [first] = windows.top(request(nowMs, { window: '60m', sort: 'severity' })).rows;
    expect(first).toMatchObject({ address: 'quiet-attacker', severity: 'critical', hits: 1 });
  });

  it('estimates how many there were', () => {
    const { windows, nowMs } = crowded();
    for (const window of ['5m', '60m', 'all'] as const) {
      const { distinct } = windows.top(request(nowMs, { window }));
      expect(Math.abs(distinct - CROWD) / CROWD).toBeLessThan(0.06);
    }
  });
});
