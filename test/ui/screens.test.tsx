import { describe, expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.ts';
import type { Size, UiState } from '../../src/ui/state.ts';
import { frameOf, SIZES, stateAt, textOf } from './fixtures/render-app.tsx';
import { SCENES } from './fixtures/scenes.ts';

const name = ({ columns, rows }: Size): string => `${columns}x${rows}`;
const screen = (state: UiState): string[] => textOf(frameOf(state));

describe.each(SIZES.map((size) => [name(size), size] as const))('at %s', (label, size) => {
  it.each(Object.entries(SCENES))('the %s screen looks as drawn', async (scene, at) => {
    const lines = screen(at(size)).map((line) => line.trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`fixtures/screens/${scene}-${label}.txt`);
  });

  it.each(Object.entries(SCENES))('the %s screen fills the terminal exactly', (_, at) => {
    const lines = screen(at(size));
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(size.columns);
  });

  it('the live text alone tells the worst actor, whether it worked, the rate, and the next key', () => {
    const text = screen(stateAt(size)).join('\n');
    expect(text).toMatch(/C {2}88 {2}198\.51\.100\.7 +SQL injection, then a web shell +✔ 2 of 214 worked/);
    expect(text).toMatch(/● LIVE 1,284\/s/);
    expect(text).toMatch(/RISK CRITICAL/);
    expect(text).toMatch(/C 02:13:44 198\.51\.100\.7 .* webshell ✔ new file/);
    expect(text.split('\n').at(-1)).toMatch(/^ a alert {3}b ban {3}f filter .*\? help/);
  });

  it('columns stand straight under Korean paths', () => {
    const lines = screen(stateAt(size));
    const cellOf = (line: string, text: string): number => textWidth(line.slice(0, line.indexOf(text)));
    const korean = lines.filter((line) => line.includes('/상품/한국어-책'));
    expect(korean.length).toBeGreaterThan(0);
    const path = cellOf(lines.find((line) => line.includes(' /about')) ?? '', '/about');
    for (const line of korean) expect(cellOf(line, '/상품')).toBe(path);
  });

  it('changes nothing but the clock in an idle second', () => {
    const before = screen(stateAt(size));
    const after = screen(stateAt(size, { type: 'tick', nowMs: Date.UTC(2026, 2, 2, 2, 13, 46) }));
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(after[0]?.replace('02:13:46', '02:13:45')).toBe(before[0]);
  });
});

describe('at other sizes', () => {
  it.each([
    [59, 20],
    [80, 14],
    [30, 5],
    [10, 2],
  ])('%ix%i says what size it needs', (columns, rows) => {
    const lines = screen(stateAt({ columns, rows }));
    expect(lines).toHaveLength(rows);
    expect(lines[0]).toMatch(columns >= 20 ? /needs 60x15/ : /^needs/);
  });

  it.each([
    [60, 15],
    [79, 29],
    [99, 30],
    [100, 30],
    [133, 25],
    [160, 45],
    [250, 80],
  ])('%ix%i is filled exactly, on every screen', (columns, rows) => {
    for (const at of Object.values(SCENES)) {
      const lines = screen(at({ columns, rows }));
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
    expect(screen(stateAt({ columns, rows })).at(-1)).toContain('? help');
  });
});

describe('the checks on a narrow screen', () => {
  it('leave room for how each stands', () => {
    const size = { columns: 60, rows: 15 };
    const text = screen(SCENES.checks?.(size) ?? stateAt(size)).join('\n');
    expect(text).toMatch(/^ osquery .*✘ \S+ \S+/m);
    expect(text).not.toMatch(/ new /);
  });
});

describe('the screen of a rule', () => {
  it('says what the rule is and why what it finds is bad before it shows where it fired', () => {
    const text = screen(SCENES.rule?.({ columns: 80, rows: 24 }) ?? stateAt({ columns: 80, rows: 24 })).join('\n');
    expect(text).toMatch(/sqli-union-select {2}\(high\).*Why.*another table.*Last of it.*Matches/s);
  });
});

describe('without UTF-8', () => {
  it('bars, sparklines, chart and hairlines are drawn in ASCII', () => {
    const text = textOf(frameOf(stateAt({ columns: 120, rows: 40 }), { utf8: false })).join('\n');
    expect(text).toMatch(/C 198\.51\.100\.7 +#+/);
    expect(text).toMatch(/^- Feed -+/m);
    expect(text).toMatch(/webshell \+ new file/);
    expect(text).not.toMatch(/[─│▌█▁●✔]/);
  });
});
