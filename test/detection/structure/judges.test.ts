import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRUCTURES, type StructureName } from '../../../src/detection/structure/structures.ts';

/** Texts, and what the judge calls their structure; undefined for ordinary text. Written by hand for this project. */
const TABLES: Readonly<Record<StructureName, readonly (readonly [text: string, description: string | undefined])[]>> = {
  sql: [
    ["1' or '1'='1", 'quote logic'],
    ["admin'--", 'quote comment'],
    ["x' and sleep(5)-- -", 'quote logic'],
    ["'; drop table users", 'quote stacked'],
    ["' union select 1", 'quote union'],
    ['1 or 1=1', 'number logic'],
    ['1/**/union/**/all/**/select 1', 'number union'],
    ['1 order by 10--', 'number clause'],
    ['1;select pg_sleep(5)', 'number stacked'],
    ['select * from users where id=1', 'plain select'],
    ["match(a,b) against('x')", 'shape match'],
    ["O'Reilly", undefined],
    ["rock 'n' roll", undefined],
    ["the 'in' crowd", undefined],
    ['"this" or "that"', undefined],
    ['\'quoted\' or "double"', undefined],
    ['select a plan from the list', undefined],
    ['student union select committee', undefined],
    ['1=1 explained', undefined],
    ['2 or 3 bedrooms', undefined],
  ],
  html: [
    ['<svg onload=alert(1)>', 'tag svg handler onload'],
    ['<x onclick=a()>', 'tag x handler onclick'],
    ['" autofocus onfocus="a()', 'handler onfocus'],
    ['java\tscript:alert(1)', 'uri javascript'],
    ['data:text/html,<b>', 'uri data'],
    ['< x: script', 'spaced tag'],
    ['<f o r m', 'spaced tag'],
    ['+ADw-script+AD4-', 'encoding utf-7'],
    ['a < b and c > d', undefined],
    ['<3', undefined],
    ['std::vector<int>', undefined],
    ['JavaScript: The Good Parts', undefined],
    ['turn on = off', undefined],
  ],
  script: [
    ['alert(1)', 'call alert'],
    ['alert`1`', 'call alert'],
    ["self['al'+'ert'](1)", 'global self'],
    ['(document)["cookie"]', 'global document'],
    ['[1].map(alert)', 'passed alert'],
    ['(![]+[])[+[]]', 'signs'],
    ["location='//x.example'", 'location location'],
    ['alert system', undefined],
    ['top 10 (2024)', undefined],
    ['document library', undefined],
  ],
  shell: [
    ['127.0.0.1;id', 'separator command id'],
    ["x|c''at /a", 'separator disguised cat'],
    ['$(whoami)', 'substitution command whoami'],
    ['a;/???/c?t', 'separator glob c?t'],
    [';{ls,-la}', 'brace command ls'],
    ['sudo bash -c id', 'start prefixed bash'],
    ['cd /;cd etc;fold passwd', 'chain of commands'],
    ['/usr/bin/id', 'path id'],
    ['rock & roll; more', undefined],
    ['name;id;date', undefined],
    ['cats; dogs; fish', undefined],
    ['AT&T', undefined],
    ['find a doctor near me; open now', undefined],
  ],
  php: [
    ["system('id')", 'call system'],
    ['phpinfo()', 'call phpinfo'],
    ['exec /* x */ (id)', 'disguised call exec'],
    ["('sys'.'tem')('id')", 'joined call'],
    ['$f($x)', 'variable call'],
    ['printf(3)', undefined],
    ['sin(x)', undefined],
    ['system (computer)', undefined],
    ['list (ordered)', undefined],
  ],
};

const names: readonly StructureName[] = ['sql', 'html', 'script', 'shell', 'php'];

describe.each(names)('the judge of %s', (name) => {
  const { judge, needed } = STRUCTURES[name];

  it.each(TABLES[name])('judges %j as %j', (text, description) => {
    expect(judge(text)?.description).toBe(description);
  });

  it('points inside the text, whatever the text is', () => {
    const pieces = fc.constantFrom(
      ...TABLES[name].map(([text]) => text),
      "'",
      '"',
      '`',
      '<',
      '(',
      ';',
      '/*',
      '--',
      ' or ',
      '$',
      '\\',
      '\0',
      '\n',
      'on=',
      ':',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const judged = judge(text);
        if (judged === undefined) return;
        expect(judged.start).toBeGreaterThanOrEqual(0);
        expect(judged.end).toBeGreaterThan(judged.start);
        expect(judged.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is only asked about texts that hold one of its literals, and every text that it finds something in does', () => {
    const literals = needed.flatMap((gate) => gate.literals);
    const missed = TABLES[name].filter(([text]) => {
      const read = text.toLowerCase().replace(/[^\S\n\r]/g, ' ');
      return (
        judge(text) !== undefined &&
        !literals.some((literal) => read.includes(literal.replace(/\s/g, (space) => (space === '\n' ? space : ' '))))
      );
    });
    expect(missed).toEqual([]);
  });

  it('ends on hostile texts', () => {
    for (const bait of [
      "'",
      '"',
      '<',
      '<a ',
      'on=',
      '(',
      ';id',
      '$(',
      '`',
      '/*',
      ':',
      'a=',
      '[]+',
      '{',
      'select ',
      'alert',
      "''='",
      'system(',
      '\\',
    ])
      judge(bait.repeat(8192 / bait.length));
  });
});
