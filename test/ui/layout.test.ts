import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressRows, feedRows, type Layout, layout, type Rect, SMALLEST } from '../../src/ui/layout.ts';

const panels = (places: Layout): Rect[] =>
  [
    places.header,
    places.feed,
    places.addresses,
    places.status,
    places.families,
    places.requests,
    places.now,
    places.incidents,
    places.keys,
  ].filter((rect) => rect !== undefined);
const size = fc.record({ columns: fc.integer({ min: SMALLEST.columns, max: 320 }), rows: fc.integer({ min: SMALLEST.rows, max: 120 }) });

describe('layout', () => {
  it('gives 80x24 a full-width feed of 15 rows over a six-row summary', () => {
    const places = layout({ columns: 80, rows: 24 });
    expect(places?.wide).toBe(false);
    expect(feedRows(places)).toBe(15);
    expect(places?.now).toEqual({ x: 0, y: 17, width: 80, height: 3 });
    expect(places?.incidents).toEqual({ x: 0, y: 20, width: 80, height: 3 });
    expect(places?.keys.y).toBe(23);
  });

  it('gives 120x40 a column at the right with ten addresses', () => {
    const places = layout({ columns: 120, rows: 40 });
    expect(places?.feed).toEqual({ x: 0, y: 1, width: 77, height: 33 });
    expect(addressRows(places)).toBe(10);
    expect(places?.requests?.height).toBe(15);
    expect(places?.families).toBeUndefined();
  });

  it('gives 200x60 the families too', () => {
    const places = layout({ columns: 200, rows: 60 });
    expect(places?.families).toBeDefined();
    expect(feedRows(places)).toBeGreaterThan(50);
  });

  it('refuses anything smaller than 60x15', () => {
    expect(layout({ columns: 59, rows: 15 })).toBeUndefined();
    expect(layout({ columns: 60, rows: 14 })).toBeUndefined();
    expect(layout(SMALLEST)).toBeDefined();
  });

  it('keeps every panel inside the terminal, none over another, at every size', () => {
    fc.assert(
      fc.property(size, ({ columns, rows }) => {
        const places = layout({ columns, rows });
        if (!places) throw new Error('these sizes fit');
        const cells = new Uint8Array(columns * rows);
        for (const { x, y, width, height } of panels(places)) {
          expect(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= columns && y + height <= rows).toBe(true);
          for (let row = y; row < y + height; row++) {
            for (let column = x; column < x + width; column++) {
              cells[row * columns + column] = (cells[row * columns + column] ?? 0) + 1;
            }
          }
        }
        expect(cells.reduce((most, n) => Math.max(most, n), 0)).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it('puts overlays inside the body at every size', () => {
    fc.assert(
      fc.property(size, (terminal) => {
        const places = layout(terminal);
        if (!places) throw new Error('these sizes fit');
        const { body, overlay } = places;
        expect(overlay.x >= body.x && overlay.y >= body.y).toBe(true);
        expect(overlay.x + overlay.width <= body.x + body.width && overlay.y + overlay.height <= body.y + body.height).toBe(true);
        expect(overlay.height).toBeGreaterThan(5);
      }),
    );
  });
});
