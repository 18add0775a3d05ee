import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayTarget } from '../../src/text/display-target.ts';
import { visible } from '../../src/text/sanitize.ts';

describe('displayTarget', () => {
  it('decodes what is printable UTF-8', () => {
    expect(displayTarget('/%EC%83%81%ED%92%88?q=%27+or%201').text).toBe("/상품?q='+or 1");
  });

  it('leaves controls, %25, hidden characters, overlong and broken sequences as logged', () => {
    for (const text of [
      '/a%00b',
      '/%0d%0a',
      '/%2527',
      '/%E2%80%AE',
      '/%C0%AF',
      '/%ED%A0%80',
      '/%F5%80%80%80',
      '/%EC%83',
      '/%zz',
      '/100%',
      '/%',
      '/%u0027',
    ]) {
      expect(displayTarget(text).text).toBe(text);
    }
  });

  it('maps the match onto the decoded text', () => {
    const target = '/%EC%83%81?id=1%27%20or+1';
    const start = target.indexOf('%27');
    const { text, match } = displayTarget(target, { start, end: target.length });
    expect(text.slice(match?.start, match?.end)).toBe("' or+1");
  });

  it('widens a match that begins or ends inside a decoded character', () => {
    const { text, match } = displayTarget('a%27b', { start: 2, end: 3 });
    expect(text.slice(match?.start, match?.end)).toBe("'");
  });

  it('keeps a match on a target without escapes', () => {
    expect(displayTarget('/a', { start: 1, end: 2 })).toEqual({ text: '/a', match: { start: 1, end: 2 } });
    expect(displayTarget('/a')).toEqual({ text: '/a' });
  });

  it('adds nothing that visible() would change, whatever bytes are encoded', () => {
    const encoded = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xcc, 0x81, 0xe2, 0x80, 0xae))).map(toEscapes);
    fc.assert(
      fc.property(encoded, (target) => {
        expect(visible(displayTarget(target).text)).toBe(displayTarget(target).text);
      }),
      { numRuns: 500 },
    );
  });

  it('shows the letters that any text was encoded from', () => {
    const words = fc.string({ unit: fc.constantFrom('a', '상', '€', '😀', '/', ' ') });
    fc.assert(
      fc.property(words, (word) => {
        expect(displayTarget(encodeURIComponent(word)).text).toBe(word);
      }),
    );
  });

  it('returns a span inside the text for any span', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '%', '2', '7', 'E', '%EC%83%81') }),
        fc.nat(40),
        fc.nat(40),
        (target, start, length) => {
          const { text, match } = displayTarget(`${target}%41`, { start, end: start + length });
          expect(match?.start).toBeLessThanOrEqual(match?.end ?? -1);
          expect(match?.end).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

const toEscapes = (codes: readonly number[]): string => codes.map((code) => `%${code.toString(16).padStart(2, '0')}`).join('');
