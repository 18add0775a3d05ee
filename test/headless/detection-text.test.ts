import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectionText, outcomeWords } from '../../src/headless/detection-text.ts';
import { createTimeFormat } from '../../src/text/time-format.ts';
import { detection, entry } from '../make.ts';

const PLACE = { source: 'access.log', time: createTimeFormat('UTC') };

test('a detection is one line: severity, time, who, family, outcome, rule, what, where', () => {
  const made = detection('sqli', 'critical', {
    entry: entry({ target: '/item?id=1%27%20UNION' }),
    outcome: 'answered',
    success: true,
    note: '41× size',
  });
  expect(detectionText(made, PLACE)).toBe(
    "C  2026-03-02 00:00:00  198.51.100.7  sqli  ✔ 41× size  sqli-rule  GET /item?id=1' UNION 200  access.log",
  );
});

test('times are written in the zone asked for', () => {
  expect(detectionText(detection('sqli', 'high'), { ...PLACE, time: createTimeFormat('Asia/Seoul') })).toContain('  2026-03-02 09:00:00  ');
});

test('a line that is no request shows its message, and a dash for what it lacks', () => {
  const made = detection('auth', 'low', {
    entry: entry({ kind: 'plain', message: '보안 위협', address: '', timeMs: undefined }),
    outcome: 'none',
  });
  expect(detectionText(made, PLACE)).toBe('L  -  -  auth  -  auth-rule  보안 위협  access.log');
});

test('nothing in it can act on a terminal, whatever the line holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (target, address) => {
      expect(detectionText(detection('sqli', 'high', { entry: entry({ target, address }) }), PLACE)).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
      );
    }),
  );
  expect(detectionText(detection('sqli', 'high'), { ...PLACE, source: '\u001b[2J' })).toContain('␛[2J');
});

describe('the outcome in words', () => {
  test.each([
    [{ outcome: 'answered', success: true, note: '41× size' }, '✔ 41× size'],
    [{ outcome: 'answered', success: true, note: '' }, '✔'],
    [{ outcome: 'answered', success: false, note: '' }, '?'],
    [{ outcome: 'blocked', success: false, note: '' }, 'blocked'],
    [{ outcome: 'none', success: false, note: '' }, ''],
  ] as const)('%j is %j', (judged, words) => {
    expect(outcomeWords(judged)).toBe(words);
  });
});
