import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import Output from '../../../node_modules/ink/build/output.js';
import { concatenateOutput, EXACT_WIDTH, type InkOutput } from '../../../src/ui/terminal/ink-output.ts';
import { renderFrame } from '../../render-screen.ts';

const WIDTH = 30;
const HEIGHT = 6;

interface Panel {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
  readonly width: number;
  /** A block of `<Lines>`, whose transform promises its width. */
  readonly exact: boolean;
  readonly clipped: boolean;
}

/** Ink's own object, filled as its renderer fills it. */
function outputOf(panels: readonly Panel[]): Output {
  const output = new Output({ width: WIDTH, height: HEIGHT });
  for (const { x, y, lines, width, exact, clipped } of panels) {
    if (clipped) output.clip({ x1: x, x2: x + width, y1: y, y2: y + lines.length });
    const transform = Object.assign((line: string, row: number) => (exact ? (lines[row] ?? '') : line), { [EXACT_WIDTH]: true });
    const text = exact ? lines.map(() => '.'.repeat(width)).join('\n') : lines.join('\n');
    output.write(x, y, text, { transformers: exact ? [transform] : [] });
    if (clipped) output.unclip();
  }
  return output;
}

// Ink keeps its list of operations to itself; it is what the bundle's replacement reads.
const ours = (panels: readonly Panel[]) => concatenateOutput(outputOf(panels) as unknown as InkOutput);

const styled = fc.constantFrom(
  'plain',
  'two words',
  '\x1b[1;38;2;1;2;3mbold\x1b[0m',
  '\x1b[48;2;9;9;9m match \x1b[0mrest',
  '\x1b[31mred\x1b[39m end',
  '한국 어',
  '─ █ ▏',
  '   ',
  '',
  '\x1b[4munder\x1b[24m',
  '\x1b[48;5;52m   \x1b[0m',
);
const CELLS: Readonly<Record<string, number>> = { plain: 5, 'two words': 9, '한국 어': 7, '─ █ ▏': 5, '   ': 3, '': 0 };
const cellsOf = (text: string): number => CELLS[text] ?? text.replace(/\x1b\[[\d;]*m/g, '').length;
const panel = fc
  .record({
    x: fc.integer({ min: 0, max: 20 }),
    y: fc.integer({ min: 0, max: 4 }),
    lines: fc.array(styled, { minLength: 1, maxLength: 2 }),
    exact: fc.boolean(),
    clipped: fc.boolean(),
  })
  .map(({ lines, ...rest }): Panel => {
    const width = Math.max(...lines.map(cellsOf));
    return { ...rest, width, lines: rest.exact ? lines.map((line) => line + ' '.repeat(width - cellsOf(line))) : lines };
  });

describe('plain concatenation', () => {
  test('and Ink’s own way show the same in every cell', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(panel, { maxLength: 4 }), async (panels) => {
        const own = ours(panels);
        if (own === undefined) return;
        taken += 1;
        const [fast, slow] = await Promise.all([own.output, outputOf(panels).get().output].map((text) => renderFrame(text, WIDTH, HEIGHT)));
        expect(own.height).toBe(HEIGHT);
        expect(fast?.cells).toEqual(slow?.cells);
      }),
      { numRuns: 500 },
    );
    // The property must not hold because nothing was compared.
    expect(taken).toBeGreaterThan(100);
  });

  const block = (x: number, y: number, extra: Partial<Panel> = {}): Panel => ({
    x,
    y,
    lines: ['abcd', 'efgh'],
    width: 4,
    exact: true,
    clipped: false,
    ...extra,
  });

  test('is taken for panels side by side', () =>
    expect(ours([block(0, 0), block(4, 0), block(10, 1)])?.output).toBe('abcdabcd\nefghefgh  abcd\n          efgh\n\n\n'));
  test.each([
    ['panels overlap', [block(0, 0), block(3, 1)]],
    ['a panel leaves the frame at the right', [block(28, 0)]],
    ['a panel leaves the frame at the bottom', [block(0, 5)]],
    ['a panel begins left of the frame', [block(-1, 0)]],
    ['a text holds characters of doubtful width', [block(0, 0, { exact: false, lines: ['a🙂', 'b'] })]],
    ['a text holds other escape sequences than colours', [block(0, 0, { exact: false, lines: ['\x1b]8;;x\x07a', 'b'] })]],
  ])('is left to Ink where %s', (_, panels) => expect(ours(panels)).toBeUndefined());

  test('is left to Ink where a panel is cut by its box, not where it just fits', () => {
    const clipped = (x2: number): boolean => {
      const output = new Output({ width: WIDTH, height: HEIGHT });
      output.clip({ x1: 0, x2, y1: 0, y2: 2 });
      output.write(0, 0, 'abcd\nefgh', { transformers: [] });
      output.unclip();
      return concatenateOutput(output as unknown as InkOutput) === undefined;
    };
    expect([clipped(4), clipped(3)]).toEqual([false, true]);
  });
});
