import fc from 'fast-check';
import { expect, test } from 'vitest';
import { negotiate, writeExposition } from '../../src/metrics/exposition.ts';
import type { MetricFamily } from '../../src/metrics/family.ts';

const FAMILIES: readonly MetricFamily[] = [
  {
    name: 'a_requests',
    type: 'counter',
    help: 'Back\\slash, "quote"\nand line.',
    samples: [{ labels: { source: 'a"b\\c\nd' }, value: 3 }],
  },
  {
    name: 'a_lag_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Lag.',
    samples: [{ value: 1.5 }, { labels: { x: 'y' }, value: Number.NaN }],
  },
];

test('the text format of Prometheus has its suffix at the counter, and escapes labels and help', () => {
  expect(writeExposition(FAMILIES, 'prometheus')).toBe(
    [
      '# HELP a_requests_total Back\\\\slash, "quote"\\nand line.',
      '# TYPE a_requests_total counter',
      'a_requests_total{source="a\\"b\\\\c\\nd"} 3',
      '# HELP a_lag_seconds Lag.',
      '# TYPE a_lag_seconds gauge',
      'a_lag_seconds 1.5',
      'a_lag_seconds{x="y"} NaN',
      '',
    ].join('\n'),
  );
});

test('OpenMetrics has it at the sample, names the unit, and ends with # EOF', () => {
  expect(writeExposition(FAMILIES, 'openmetrics')).toBe(
    [
      '# HELP a_requests Back\\\\slash, \\"quote\\"\\nand line.',
      '# TYPE a_requests counter',
      'a_requests_total{source="a\\"b\\\\c\\nd"} 3',
      '# HELP a_lag_seconds Lag.',
      '# TYPE a_lag_seconds gauge',
      '# UNIT a_lag_seconds seconds',
      'a_lag_seconds 1.5',
      'a_lag_seconds{x="y"} NaN',
      '# EOF',
      '',
    ].join('\n'),
  );
});

test('no label value breaks out of its line or its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
      const text = writeExposition([{ name: 'a', type: 'gauge', help: 'h', samples: [{ labels: { l: value }, value: 1 }] }], 'prometheus');
      expect(text.split('\n')).toHaveLength(4);
      expect(text.split('\n')[2]).toMatch(/^a\{l="(?:[^"\\]|\\["\\n])*"\} 1$/);
      expect(Buffer.from(text).toString('utf8')).toBe(text);
    }),
  );
});

test('OpenMetrics is given to who prefers it, plain text to everybody else', () => {
  expect(negotiate(undefined)).toBe('prometheus');
  expect(negotiate('*/*')).toBe('prometheus');
  expect(
    negotiate(
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    ),
  ).toBe('openmetrics');
  expect(negotiate('text/plain;version=0.0.4;q=0.9, application/openmetrics-text; version=1.0.0; q=0.4')).toBe('prometheus');
  expect(negotiate('application/openmetrics-text; version=0.0.1')).toBe('prometheus');
  expect(negotiate('application/openmetrics-text;q=0')).toBe('prometheus');
  expect(negotiate('application/openmetrics-text')).toBe('openmetrics');
  fc.assert(fc.property(fc.string({ maxLength: 3_000 }), (accept) => void negotiate(accept)));
});
