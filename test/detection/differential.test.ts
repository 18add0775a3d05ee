import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetector } from '../../src/detection/detect.ts';
import type { Entry } from '../../src/model/entry.ts';
import { builtInRules, entryOf, request } from './entries.ts';

const PAYLOADS = [
  "' or 1=1--",
  '1 union select 1,2',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '; cat /etc/passwd',
  '${jndi:ldap://x/a}',
  '{{7*7}}',
  '<?php x',
  'http://169.254.169.254/',
  'php://filter',
  'jav\tascript:alert(1)',
  '$(id)',
  "c'a't /etc/passwd",
  'select',
  'a b',
  'x',
  '%',
  '\u212a',
  '&lt;svg&gt;',
  '\\u003csvg>',
];
const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').slice(0, 2)}`).join(''),
  (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(''),
  (text) => [...text].map((char) => `%u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => text.replaceAll(' ', '/**/'),
  (text) => text.replaceAll(' ', '+'),
  (text) => text.toUpperCase(),
];

const piece = fc.oneof(
  fc.tuple(fc.constantFrom(...PAYLOADS), fc.constantFrom(...ENCODINGS)).map(([text, encode]) => encode(text)),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const anEntry: fc.Arbitrary<Entry> = fc
  .record({
    path: piece,
    query: fc.array(fc.tuple(piece, piece), { maxLength: 3 }),
    referer: fc.oneof(fc.constant(''), piece),
    userAgent: piece,
    user: fc.oneof(fc.constant(''), piece),
  })
  .map(({ path, query, ...rest }) =>
    request({ target: `/${path}${query.length === 0 ? '' : '?'}${query.map(([name, value]) => `${name}=${value}`).join('&')}`, ...rest }),
  );

const rules = builtInRules();
const names = (detector: ReturnType<typeof createDetector>, entry: Entry): readonly string[] =>
  (detector.detect(entry)?.hits ?? []).map((hit) => hit.rule.name);

it('finds with its short cuts (prefilter, clean fields) exactly what it finds without', () => {
  const quick = createDetector({ rules });
  const slow = createDetector({ rules, withoutShortcuts: true });
  fc.assert(
    fc.property(anEntry, (entry) => {
      expect(names(quick, entry)).toEqual(names(slow, entry));
    }),
    // What judges of structures find without the texts that lead to them.
    { numRuns: 400, examples: ['/?a=0<0#', '/?a=whoami<0', '/?a=curl1 /etc/', '/?a=1 into b 2'].map((target) => [request({ target })]) },
  );
}, 60_000);

it('marks every match where it stands in the field as logged', () => {
  const detector = createDetector({ rules });
  fc.assert(
    fc.property(anEntry, (entry) => {
      for (const hit of detector.detect(entry)?.hits ?? []) {
        for (const match of hit.matches) {
          expect(match.span.start).toBeGreaterThanOrEqual(0);
          expect(match.span.end).toBeLessThanOrEqual(entry[match.field].length);
          if (match.view.length === 0) expect(entry[match.field].slice(match.span.start, match.span.end).startsWith(match.text)).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);

it('bounds its work for hostile lines', () => {
  const detector = createDetector({ rules });
  const bytes = 65_536;
  const baits = ['<script', "'", '%25', '../', 'a=1&', '&#60;', '\\u003c', '/*', 'select ', '${', '(', ' ', 'union ', '"="', '\u212a'];
  for (const bait of baits) {
    const before = { ...detector.work };
    detector.detect(entryOf(`/?q=${bait.repeat(Math.ceil(bytes / bait.length)).slice(0, bytes)}`));
    expect(detector.work.bytes - before.bytes, bait).toBeLessThan(bytes * 80);
    expect(detector.work.views - before.views, bait).toBeLessThan(6000);
    expect(detector.work.evaluations - before.evaluations, bait).toBeLessThanOrEqual(rules.length);
  }
}, 60_000);
