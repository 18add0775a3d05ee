import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setLanguage } from '../../src/lang/lang.ts';
import { escapeText } from '../../src/report/markup.ts';
import { reportPage } from '../../src/report/page.ts';
import { PAGE_STYLE, PALETTES } from '../../src/report/page-style.ts';
import { speakKorean } from '../lang/korean.ts';
import { HOSTILE, hostileText } from './hostile.ts';
import { reportOf } from './sample.ts';

const bodyOf = (page: string): string => page.slice(page.indexOf('<body>'));
/** Every tag as written, with its attributes. */
const tagsOf = (page: string): string[] => page.match(/<[^>]*>/g) ?? [];
/** The page's structure: names of elements and of their attributes. */
const shapeOf = (page: string): string[] => tagsOf(page).map((tag) => tag.replace(/="[^"]*"/g, ''));
const KNOWN = new Set(
  'html head meta title style body main div b span h1 h2 h3 h4 p dl dt dd small section svg g rect line text ol ul li a i figure table thead tbody tr th td article time code mark footer'.split(
    ' ',
  ),
);

test.each(HOSTILE)('hostile text %j adds no element, no attribute and no address to the page', (text) => {
  const page = reportPage(reportOf(text));
  expect(tagsOf(bodyOf(page)).filter((tag) => !KNOWN.has(/^<\/?([a-z0-9]+)/.exec(tag)?.[1] ?? ''))).toEqual([]);
  expect(tagsOf(page).filter((tag) => /\s(?:on\w+|srcdoc|src|action|formaction|xlink:href)=/i.test(tag))).toEqual([]);
  expect([...page.matchAll(/href="([^"]*)"/g)].every(([, href]) => /^#incident-\d+$/.test(href ?? ''))).toBe(true);
  expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u200b\u202e\ud800]/);
});

test('whatever the log says, the page has the elements and attributes of a page about an ordinary one', () => {
  const shape = (text: string): string[] => [...new Set(shapeOf(bodyOf(reportPage(reportOf(text)))))].sort();
  const allowed = new Set([...shape('plain'), ...shape('203.0.113.9')]);
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(shape(text).filter((tag) => !allowed.has(tag))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('escaped text holds nothing that ends text or an attribute', () => {
  fc.assert(fc.property(hostileText, (text) => !/[<>"'`\n\r\u202e\u0000]/.test(escapeText(text))));
});

test('the page loads nothing, and says so to the browser before anything else', () => {
  const page = reportPage(reportOf('plain'));
  expect(page).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
  );
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  expect(page).not.toMatch(/<script|<link|<img|url\(|@import|https?:\/\//i);
});

test('its parts stand in the order in which an operator asks', () => {
  const page = reportPage(reportOf('shop'));
  const headings = [...page.matchAll(/<h2>([^<]*)/g)].map(([, text]) => text);
  expect(headings).toEqual([
    'Requests',
    'Incidents over time',
    'Families',
    'Top addresses',
    'Incidents',
    'Strongest detections',
    'Sources',
  ]);
  expect(page).toContain('<h1>Attacks were seen; none is known to have worked</h1>');
});

test('a report without a single line is a page all the same', () => {
  const page = reportPage(
    reportOf('', {
      lines: 0,
      detections: 0,
      dossiers: [],
      incidentCount: 0,
      families: [],
      addresses: [],
      strongest: [],
      firstMs: undefined,
      lastMs: undefined,
      series: { startMs: 0, stepMs: 1000, bins: [], outside: 0 },
    }),
  );
  expect(page).toContain('<h1>Nothing suspicious was found</h1>');
  expect(page).toContain('no line has a time');
});

test('Korean and other wide text stays readable', () => {
  expect(reportPage(reportOf('상품 검색'))).toContain('상품 검색');
});

test('its colours are those of the screen', () => {
  for (const name of ['light', 'dark'] as const) {
    const theme = JSON.parse(readFileSync(join(import.meta.dirname, `../../themes/${name}.json`), 'utf8'));
    for (const [role, value] of Object.entries(PALETTES[name]))
      expect([role, theme.colors[role] ?? theme.grounds[role]]).toEqual([role, value]);
  }
  expect(PAGE_STYLE).toContain('@media print');
  expect(PAGE_STYLE).toContain('prefers-color-scheme:dark');
});

test('families have their words in the language of the page', async () => {
  await speakKorean();
  const korean = reportPage(reportOf('plain'));
  setLanguage('en');
  expect(korean).toMatch(/<td>[^\n]*SQLi<\/td>/);
  expect(korean).not.toMatch(/>sqli</);
});
