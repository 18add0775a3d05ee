import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, fenced, sentence, words } from '../../src/report/markdown-text.ts';
import { ticketMarkdown } from '../../src/report/ticket.ts';
import { HOSTILE, hostileText } from './hostile.ts';
import { dossierOf, reportOf } from './sample.ts';

const ticketOf = (text: string): string => {
  const [dossier] = reportOf(text).dossiers;
  return ticketMarkdown(dossier ?? dossierOf(text, []), { timeZone: 'UTC' });
};
/** What is left of a ticket once its fenced block and its code spans are taken away. */
const outside = (ticket: string): string => ticket.replace(/^```text\n[^`]*\n```$/m, '').replace(/`[^`\n]+`/g, '');

describe('a code span', () => {
  test.each([
    ['http://203.0.113.9/x.php', '`hxxp://203[.]0[.]113[.]9/x.php`'],
    ['a`b', '`aˋb`'],
    ['```\n# x', '`ˋˋˋ␊# x`'],
    ['', '`-`'.replaceAll('`', '')],
    ['   ', '-'],
    ['a | b', '`a | b`'],
  ])('of %j is %j', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('cannot be left', () => {
    fc.assert(fc.property(hostileText, (text) => /^(?:-|`[^`\n\r]+`)$/.test(code(text))));
  });
});

describe('running words', () => {
  test.each([
    ['*bold* _it_', '\\*bold\\* \\_it\\_'],
    ['[x](http://a.example)', '\\[x\\](hxxp://a[.]example)'],
    ['<b>', '\\<b\\>'],
    ['@admin #12', '(at)admin ＃12'],
    ['&lt;', '\\&lt;'],
  ])('%j becomes %j', (text, expected) => {
    expect(words(text)).toBe(expected);
  });

  test('hold no active character that is not escaped', () => {
    fc.assert(fc.property(hostileText, (text) => !/(?<!\\)(?:\\\\)*[`<>*_|~$@\n]/.test(words(text).replaceAll('[.]', ''))));
  });
});

test('a sentence of ours puts the hostile part in a code span', () => {
  expect(sentence('Check what /a`b answered.', ['/a`b'])).toBe('Check what `/aˋb` answered.');
  expect(sentence('Block 203.0.113.9 at the firewall.', ['203.0.113.9'])).toBe('Block `203[.]0[.]113[.]9` at the firewall.');
});

test('a fenced block has as many lines as it was given, and ends where it should', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 5 }), (lines) => {
      const block = fenced(lines).join('\n').split('\n');
      expect(block).toHaveLength(lines.length + 2);
      expect(block.slice(1, -1).some((line) => line.includes('`'))).toBe(false);
    }),
  );
});

describe('a ticket', () => {
  test.each(HOSTILE)('keeps %j inside its spans and blocks', (text) => {
    const rest = outside(ticketOf(text));
    expect(rest).not.toMatch(/(?<!\\)[<`|~$]/);
    expect(rest).not.toMatch(/(?<!\\)\]\(|@|https?:|#\d/);
    expect(rest).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u200b]/);
  });

  test('has the same lines whatever the log says', () => {
    const kinds = (text: string): string[] =>
      ticketOf(text)
        .split('\n')
        .filter((line) => /^(?:#|```)/.test(line))
        .map((line) => line.split(' ')[0] ?? '');
    const usual = kinds('plain');
    fc.assert(
      fc.property(
        hostileText.filter((text) => text.length > 1),
        (text) => {
          expect(kinds(text)).toEqual(usual);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('tells who, how bad, when, what worked, what happened and what to do', () => {
    const lines = ticketOf('/item').split('\n');
    expect(lines[0]).toBe('# [HIGH] /item');
    expect(lines.filter((line) => line.startsWith('## '))).toEqual([
      '## Strongest payloads',
      '## Timeline (UTC, 2026-03-02)',
      '## Next steps',
    ]);
    expect(lines).toContain('- **Risk:** 70 of 100 (worst rule 50, variety 10, persistence 10)');
    expect(lines).toContain('- **When:** 2026-03-02 02:00:00 to 02:05:00 (5 min) UTC');
    expect(lines).toContain('02:01:00  attempt  /item');
  });
});
