import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../src/ui/line.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { bar } from '../../../src/ui/views/bar.ts';
import { chart, valueOfRow } from '../../../src/ui/views/chart.ts';
import { groupSeries, highest } from '../../../src/ui/views/series.ts';
import { sparkline } from '../../../src/ui/views/sparkline.ts';

const GLYPHS = glyphs(true);
const values = fc.array(fc.oneof(fc.nat(100_000), fc.constantFrom(0, Number.NaN, -5, Number.POSITIVE_INFINITY)), { maxLength: 120 });
const spark = (series: readonly number[], cells: number, lastIndex = 0): string =>
  sparkline({ values: series, cells, lastIndex, style: 'status2' }, GLYPHS)
    .map((part) => part.text)
    .join('');

describe('bar', () => {
  it.each([
    [1204, '████████████████'],
    [611, '████████▏'],
    [1, '▏'],
    [0, ''],
    [Number.NaN, ''],
    [5000, '████████████████'],
  ])('%d of 1,204 on 16 cells', (value, text) => {
    expect(bar(value, 1204, 16, GLYPHS)).toBe(text);
  });
});

describe('sparkline', () => {
  it('stands on its own scale, newest at the right', () => {
    expect(spark([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(spark([0, 0, 900], 5)).toBe('  ▁▁█');
  });

  it('draws an even series at five eighths, so that it is not loud', () => {
    expect(spark([31, 31, 31], 3)).toBe('▅▅▅');
  });

  it('keeps a short spike when many values share a cell', () => {
    const series = Array.from({ length: 120 }, (_, i) => (i === 50 ? 9 : 0));
    expect(spark(series, 10, 119)).toContain('█');
  });

  it('is exactly as wide as asked, whatever the values', () => {
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 150 }),
        fc.nat(1000),
        (series, cells, last) => [...spark(series, cells, last)].length === cells,
      ),
    );
  });
});

describe('groups of a series', () => {
  it('keep their values while time moves on', () => {
    const series = Array.from({ length: 121 }, (_, i) => i);
    const before = groupSeries(series.slice(0, 120), 40, 1_000, highest);
    const after = groupSeries(series.slice(1), 40, 1_001, highest);
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
  });
});

describe('chart', () => {
  const lines = (series: readonly number[], width: number, height: number): string[] =>
    chart({ values: series, width, height, lastIndex: 0 }, GLYPHS).map((line) => line.map((part) => part.text).join(''));

  it('fits exactly, whatever the values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 20, max: 80 }), fc.integer({ min: 4, max: 40 }), (series, width, height) => {
        const drawn = chart({ values: series, width, height, lastIndex: 0 }, GLYPHS);
        expect(drawn).toHaveLength(height);
        for (const line of drawn) expect(lineWidth(line)).toBe(width);
      }),
    );
  });

  it('draws a flat series as one line at its height', () => {
    const drawn = lines([400, 400, 400, 400], 20, 10);
    expect(drawn.filter((line) => line.includes('───'))).toHaveLength(1);
    expect(drawn.map((line) => line.trim().split(' ')[0])).toEqual(['600', '│', '│', '400', '│', '│', '200', '│', '│', '0']);
  });

  it('has an axis of round numbers that reaches the highest value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 4, max: 40 }), (most, rows) => {
        const label = valueOfRow(most, rows) * 3;
        expect(valueOfRow(most, rows) * rows).toBeGreaterThanOrEqual(most * 0.999);
        expect(String(Math.round(label))).toMatch(/^([1-9]|10)0*$/);
      }),
    );
  });
});
