import { describe, expect, it } from 'vitest';
import { readLineTime } from '../../src/formats/line-time.ts';
import { createTimeReader } from '../../src/formats/time.ts';
import { context } from './samples.ts';

const times = createTimeReader(context);
const AT = Date.UTC(2026, 2, 2, 14, 13, 41);

describe('the time that begins a line', () => {
  it.each([
    ['Mon Mar  2 14:13:41 2026 [pid 2] [jane] FAIL LOGIN', AT],
    ['02-Mar-2026 14:13:41.250 security: info: client', AT + 250],
    ['[02-Mar-2026 14:13:41 UTC] PHP Warning:  x', AT],
    ['[02-Mar-2026 16:13:41 +0200]: <abc> IMAP Error', AT],
    ['[02-Mar-2026 14:13:41 Europe/Berlin] PHP Notice', AT],
    ['1200:M 02 Mar 2026 14:13:41.250 # Possible SECURITY ATTACK', AT + 250],
    ['03/02/2026-14:13:41.250000  [**] [1:1:1] x', AT + 250],
    ['[Nest] 7  - 03/02/2026, 2:13:41 PM    WARN x', AT],
    ['[20260302-14:13:41] [INFO ] x', AT],
    ['[UTC Mar  2 14:13:41] error    : x', AT],
    ['Mar 02, 2026 2:13:41 PM hudson.security.X y', AT],
    ['Mar 02, 2026 14:13:41.250 [0x7f2b] WARN - x', AT + 250],
    ['2026.03.02 14:13:41.250000 [ 15 ] {} <Error> x', AT + 250],
    ["2026:03:02-14:13:41: '192.0.2.1' 3 failed login attempts", AT],
    ['2026/03/02 02:13PM DBG auth.go:88 > x', AT - 41_000],
    ['W, [2026-03-02T14:13:41.250000 #4711]  WARN -- : x', AT + 250],
    ['Mon 2026-03-02 14:13:41.250: x', AT + 250],
    ['[Mar  2 14:13:41] NOTICE[1] x', AT],
    [`${AT / 1000}: Client x`, AT],
    [`${AT / 1000}.250     10 x`, AT + 250],
  ])('%s', (line, ms) => {
    expect(readLineTime(line, times)?.ms).toBe(ms);
  });

  it.each(['02-Foo-2026 14:13:41 x', '1234567890', '99-Mar-2026 14:13:41 x', '[Nest] x', 'Monday', '', '12/31/2026-99:00:00 x'])(
    'is not read from "%s"',
    (line) => {
      expect(readLineTime(line, times)).toBeUndefined();
    },
  );
});
