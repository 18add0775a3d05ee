import { describe, expect, it } from 'vitest';
import { createTimeReader, epochMs } from '../../src/formats/time.ts';
import { createZone } from '../../src/formats/zone.ts';

const now = Date.parse('2026-03-03T12:00:00Z');
const reader = (timeZone = 'UTC', nowMs = now) => createTimeReader({ timeZone, nowMs: () => nowMs, isTrustedProxy: () => false });
const iso = (ms: number | undefined): string => (ms === undefined ? 'none' : new Date(ms).toISOString());

describe('CLF times', () => {
  it.each([
    ['02/Mar/2026:00:00:00 +0000', '2026-03-02T00:00:00.000Z'],
    ['02/Mar/2026:02:13:41 +0900', '2026-03-01T17:13:41.000Z'],
    ['31/Dec/2025:23:59:60 -0330', '2026-01-01T03:30:00.000Z'],
    ['29/Feb/2024:12:00:00 +0000', '2024-02-29T12:00:00.000Z'],
    ['29/Feb/2026:12:00:00 +0000', 'none'],
    ['02/Foo/2026:00:00:00 +0000', 'none'],
    ['02/Mar/2026:24:00:00 +0000', 'none'],
    ['02/Mar/2026:00:00:0x +0000', 'none'],
    ['02/Mar/2026:00:00:00', 'none'],
  ])('%s is %s', (text, expected) => {
    expect(iso(reader().clf(text, 0))).toBe(expected);
  });

  it('keeps minutes and zones apart in its cache', () => {
    const { clf } = reader();
    const seen = [
      '02/Mar/2026:00:00:59 +0000',
      '02/Mar/2026:00:01:00 +0000',
      '02/Mar/2026:00:01:01 +0100',
      '02/Mar/2026:00:01:02 +0000',
    ].map((text) => iso(clf(text, 0)));
    expect(seen).toEqual(['2026-03-02T00:00:59.000Z', '2026-03-02T00:01:00.000Z', '2026-03-01T23:01:01.000Z', '2026-03-02T00:01:02.000Z']);
  });
});

describe('ISO times', () => {
  it.each([
    ['2026-03-02T02:13:41Z', '2026-03-02T02:13:41.000Z', 20],
    ['2026-03-02T02:13:41.123456789Z x', '2026-03-02T02:13:41.123Z', 30],
    ['2026-03-02 02:13:41,123 - x', '2026-03-01T17:13:41.123Z', 23],
    ['2026-03-02 02:13:41.5 +0200 x', '2026-03-02T00:13:41.500Z', 27],
    ['2026-03-02T02:13:41-05:30', '2026-03-02T07:43:41.000Z', 25],
    ['2026-03-02T02:13:41+09', '2026-03-01T17:13:41.000Z', 22],
    ['2026-03-02 02:13:41 UTC', '2026-03-02T02:13:41.000Z', 23],
    ['2026/03/02 02:13:41 [error]', '2026-03-01T17:13:41.000Z', 19],
  ])('%s is %s in Asia/Seoul, read up to %i', (text, expected, end) => {
    const read = reader('Asia/Seoul').iso(text, 0);
    expect([iso(read?.ms), read?.end]).toEqual([expected, end]);
  });

  it.each(['2026-13-02T02:13:41Z', '2026-02-30T02:13:41Z', '2026-03-02', '2026-03/02 02:13:41', '', 'x'.repeat(30)])(
    '%s is none',
    (text) => {
      expect(reader().iso(text, 0)).toBeUndefined();
    },
  );
});

describe('times without a year', () => {
  it.each([
    ['Mar  2 02:13:41', '2026-03-03T12:00:00Z', '2026-03-02T02:13:41.000Z'],
    ['Mar 02 02:13:41.25', '2026-03-03T12:00:00Z', '2026-03-02T02:13:41.250Z'],
    ['Mar  4 11:59:59', '2026-03-03T12:00:00Z', '2026-03-04T11:59:59.000Z'],
    ['Mar  4 12:00:01', '2026-03-03T12:00:00Z', '2025-03-04T12:00:01.000Z'],
    ['Dec 31 23:59:59', '2026-01-01T00:00:05Z', '2025-12-31T23:59:59.000Z'],
    ['Jan  1 00:00:05', '2025-12-31T23:59:59Z', '2026-01-01T00:00:05.000Z'],
    ['Feb 29 10:00:00', '2026-03-03T12:00:00Z', '2024-02-29T10:00:00.000Z'],
    ['Mar  2 2021 02:13:41', '2026-03-03T12:00:00Z', '2021-03-02T02:13:41.000Z'],
  ])('%s read at %s is %s', (text, at, expected) => {
    expect(iso(reader('UTC', Date.parse(at)).bsd(text, 0)?.ms)).toBe(expected);
  });

  it('fits the year by the clock of its own zone at New Year', () => {
    const seoul = reader('Asia/Seoul', Date.parse('2025-12-31T15:00:10Z'));
    expect(iso(seoul.bsd('Jan  1 00:00:05', 0)?.ms)).toBe('2025-12-31T15:00:05.000Z');
    expect(iso(seoul.bsd('Dec 31 23:59:59', 0)?.ms)).toBe('2025-12-31T14:59:59.000Z');
  });

  it('reads the time of Apache error logs', () => {
    expect(iso(reader().ctime('Mon Mar 02 02:13:41.123456 2026', 0)?.ms)).toBe('2026-03-02T02:13:41.123Z');
    expect(iso(reader().ctime('Mon Mar  2 02:13:41 2026', 0)?.ms)).toBe('2026-03-02T02:13:41.000Z');
  });
});

describe('daylight saving', () => {
  it('moves a time in the spring gap on by the gap', () => {
    const berlin = reader('Europe/Berlin');
    expect(iso(berlin.iso('2026-03-29 01:59:59', 0)?.ms)).toBe('2026-03-29T00:59:59.000Z');
    expect(iso(berlin.iso('2026-03-29 02:30:00', 0)?.ms)).toBe('2026-03-29T01:30:00.000Z');
    expect(iso(berlin.iso('2026-03-29 03:00:00', 0)?.ms)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('reads the autumn hour twice when the log runs through it twice', () => {
    const berlin = reader('Europe/Berlin');
    const walls = ['01:59:00', '02:00:00', '02:40:00', '02:58:00', '02:01:00', '02:40:00', '03:00:00'];
    expect(walls.map((wall) => iso(berlin.iso(`2026-10-25 ${wall}`, 0)?.ms).slice(11, 19))).toEqual([
      '23:59:00',
      '00:00:00',
      '00:40:00',
      '00:58:00',
      '01:01:00',
      '01:40:00',
      '02:00:00',
    ]);
  });

  it('agrees with Intl on both sides of every change of a year, and in zones with odd offsets', () => {
    for (const zone of ['America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/New_York']) {
      const { toEpoch, toLocal } = createZone(zone);
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 5 * 3_600_000)
        expect((Math.abs(toEpoch(toLocal(at)) - at) % 3_600_000) % 1_800_000).toBe(0);
      for (const at of [Date.UTC(2026, 0, 15, 12), Date.UTC(2026, 6, 15, 12)]) expect(toEpoch(toLocal(at))).toBe(at);
    }
  });

  it('counts an unknown zone as UTC', () => {
    expect(createZone('Mars/Olympus').toEpoch(1000)).toBe(1000);
  });
});

it.each([
  [1772417621, 1772417621000],
  ['1772417621.123', 1772417621123],
  [1772417621123, 1772417621123],
  ['1772417621123456', 1772417621123],
  ['1772417621123456789', 1772417621123],
  ['30', undefined],
  ['1e99', undefined],
])('epoch %s is %s', (value, expected) => {
  expect(epochMs(value)).toBe(expected);
});
