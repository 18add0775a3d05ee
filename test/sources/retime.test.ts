import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRetimer } from '../../src/sources/retime.ts';

const WALL = Date.UTC(2027, 10, 5, 6, 7, 8, 90);

/** Made for this test in the styles that servers write; the second one is fail2ban's repeated time. */
const STYLES: readonly (readonly [line: string, readMs: number, rewritten: string])[] = [
  [
    '1.2.3.4 - - [02/Mar/2026:02:04:00 +0000] "GET / HTTP/1.1" 200 5',
    Date.UTC(2026, 2, 2, 2, 4),
    '1.2.3.4 - - [05/Nov/2027:06:07:08 +0000] "GET / HTTP/1.1" 200 5',
  ],
  ['x [02/Mar/2026:02:04:00 -0730] y', Date.UTC(2026, 2, 2, 9, 34), 'x [04/Nov/2027:22:37:08 -0730] y'],
  ['{"t":"2026-03-02T02:06:34+00:00","n":1}', Date.UTC(2026, 2, 2, 2, 6, 34), '{"t":"2027-11-05T06:07:08+00:00","n":1}'],
  ['2026-03-02T02:06:34.123456Z sshd', Date.UTC(2026, 2, 2, 2, 6, 34, 123), '2027-11-05T06:07:08.090000Z sshd'],
  ['2026-03-02T02:06:34.5+0900 x', Date.UTC(2026, 2, 1, 17, 6, 34, 500), '2027-11-05T15:07:08.0+0900 x'],
  ['2026-03-02 02:03:56,930 - INFO - up', Date.UTC(2026, 2, 2, 2, 3, 56, 930), '2027-11-05 06:07:08,090 - INFO - up'],
  ['2026/03/02 02:04:00 [error] 62#62: *1 x', Date.UTC(2026, 2, 2, 2, 4), '2027/11/05 06:07:08 [error] 62#62: *1 x'],
  [
    '[Mon Mar 02 02:04:00.123456 2026] [core:error] x',
    Date.UTC(2026, 2, 2, 2, 4, 0, 123),
    '[Fri Nov 05 06:07:08.090000 2027] [core:error] x',
  ],
  ['Mar  2 02:03:57 web1 sshd[63]: x', Date.UTC(2026, 2, 2, 2, 3, 57), 'Nov  5 06:07:08 web1 sshd[63]: x'],
  ['<38>Mar 12 02:03:57 web1 sshd[63]: x', Date.UTC(2026, 2, 12, 2, 3, 57), '<38>Nov  5 06:07:08 web1 sshd[63]: x'],
];

describe('a retimer', () => {
  const { timeOf, retime } = createRetimer('UTC');

  it.each(STYLES)('reads and rewrites %s', (line, readMs, rewritten) => {
    expect(timeOf(line, 2026)).toBe(readMs);
    expect(retime(line, WALL)).toBe(rewritten);
    expect(retime(line, WALL)).toHaveLength(line.length);
  });

  it('writes stamps without a zone in the zone given, across daylight saving', () => {
    const berlin = createRetimer('Europe/Berlin');
    const line = '2026-03-02 02:03:56,930 x';
    expect(berlin.timeOf(line, 2026)).toBe(Date.UTC(2026, 2, 2, 1, 3, 56, 930));
    expect(berlin.retime(line, Date.UTC(2026, 6, 1, 10))).toBe('2026-07-01 12:00:00,000 x');
    expect(berlin.retime(line, Date.UTC(2026, 11, 31, 23, 30))).toBe('2027-01-01 00:30:00,000 x');
  });

  it('moves a second stamp near the first along, and leaves far ones', () => {
    const line =
      '2026-03-02 02:05:00,100 fail2ban.filter [67]: INFO [sshd] Found 203.0.113.7 - 2026-03-02 02:04:58 since 2020-01-01 00:00:00';
    expect(retime(line, WALL)).toBe(
      '2027-11-05 06:07:08,090 fail2ban.filter [67]: INFO [sshd] Found 203.0.113.7 - 2027-11-05 06:07:05 since 2020-01-01 00:00:00',
    );
  });

  it('leaves lines without a time as they are', () => {
    for (const line of ['', 'Traceback (most recent call last):', '99/Xyz/2026:02:04:00 +0000', 'in Mar  2 02:03:57 text']) {
      expect(timeOf(line, 2026)).toBeUndefined();
      expect(retime(line, WALL)).toBe(line);
    }
  });

  it('reads back the instant that it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2099, 0) }), fc.constantFrom(...STYLES), (wallMs, [line]) => {
        const again = timeOf(retime(line, wallMs), new Date(wallMs).getUTCFullYear());
        expect(Math.abs((again ?? 0) - wallMs)).toBeLessThan(1000);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => typeof retime(`2026-03-02 02:03:56${text}`, WALL) === 'string'));
  });
});
