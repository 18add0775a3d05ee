import { expect, test } from 'vitest';
import { progressText } from '../../src/headless/progress.ts';

test.each([
  [
    'bytes, percent, rate, lines and time left',
    { bytesRead: 500_000_000, bytesTotal: 2_000_000_000, lines: 8_100_000, elapsedMs: 2000 },
    '25 %  500 MB of 2.0 GB  250 MB/s  8.1M lines  6 s left',
  ],
  [
    'no percent and no end where the size is unknown',
    { bytesRead: 24_800, bytesTotal: undefined, lines: 200, elapsedMs: 1000 },
    '24.8 kB  24.8 kB/s  200 lines',
  ],
  [
    'never more than 100 %, when a file grew meanwhile',
    { bytesRead: 3000, bytesTotal: 1000, lines: 2, elapsedMs: 1000 },
    '100 %  3.0 kB of 1.0 kB  3.0 kB/s  2 lines  0 s left',
  ],
  [
    'no time left before anything was read',
    { bytesRead: 0, bytesTotal: 1000, lines: 0, elapsedMs: 0 },
    '0 %  0 B of 1.0 kB  0 B/s  0 lines',
  ],
  ['an empty input', { bytesRead: 0, bytesTotal: 0, lines: 0, elapsedMs: 10 }, '0 B  0 B/s  0 lines'],
])('progress shows %s', (_, input, text) => {
  expect(progressText(input)).toBe(text);
});
