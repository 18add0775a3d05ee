import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyText } from '../../src/text/copy-text.ts';

describe('copyText', () => {
  it('gives back the same text, lone surrogates and NUL included', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '상', '😀', '\ud800', '\0') }), (text) => {
        expect(copyText(text)).toBe(text);
      }),
    );
  });

  it('lets go of the text that it was cut from', () => {
    const kept: string[] = [];
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
    for (let i = 0; i < 200; i += 1) kept.push(copyText(`${i}${'x'.repeat(500_000)}`.slice(1, 30)));
    const grown = process.memoryUsage().heapUsed + process.memoryUsage().external - before;
    expect(kept).toHaveLength(200);
    expect(grown).toBeLessThan(60_000_000);
  });
});
