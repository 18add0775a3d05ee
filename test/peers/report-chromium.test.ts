import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportPage } from '../../src/report/page.ts';
import { openPlace, type Place } from '../commands/program.ts';
import { HOSTILE } from '../report/hostile.ts';
import { reportOf } from '../report/sample.ts';
import { type Browser, openBrowser } from './chromium.ts';

const DEMO = ['access.log', 'auth.log', 'app.log', 'error.log'].map((name) => join(import.meta.dirname, '../../demo-logs', name));
/** Everything that has been used to run code in a page; each sets `ran`. */
const RUNS = [
  '<script>window.ran=true;parent.ran=true</script>',
  '"><script>parent.ran=true</script>',
  "'><img src=x onerror=parent.ran=true>",
  '"><img src=/stray onerror="parent.ran=true">',
  '<svg/onload=parent.ran=true>',
  '</style><script>parent.ran=true</script>',
  '</title><script>parent.ran=true</script>',
  '" onmouseover="parent.ran=true" autofocus onfocus="parent.ran=true',
  '<iframe src="javascript:parent.parent.ran=true"></iframe>',
  '<link rel=stylesheet href=/stray><base href=/stray>',
  '<meta http-equiv=refresh content="0;url=/stray">',
  '<style>@import "/stray";</style>',
  '<math><mtext><table><mglyph><style><img src onerror=parent.ran=true>',
];

let browser: Browser;
let place: Place;
let pictures: string;
let demo: string;
beforeAll(async () => {
  place = openPlace();
  pictures = mkdtempSync(join(tmpdir(), 'secmon-pictures-'));
  browser = await openBrowser();
  const { err } = await place.run(['report', ...DEMO, '--tz', 'UTC', '-o', 'report.html']);
  if (!place.has('report.html')) throw new Error(err);
  demo = place.read('report.html');
});
afterAll(async () => {
  await browser?.close();
  place?.remove();
  rmSync(pictures, { recursive: true, force: true, maxRetries: 10 });
});

/** The page without its policy: what is left is escaping alone. */
const unguarded = (page: string): string => page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
/** Width and height in the header of a PNG (ISO/IEC 15948, 11.2.2). */
const sizeOf = (path: string): number[] => {
  const bytes = readFileSync(path);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};

test('nothing from a hostile log runs or is loaded, with the policy and without it', async () => {
  const text = [...RUNS, ...HOSTILE].join(' ');
  const page = reportPage(reportOf(text));
  for (const one of [page, unguarded(page)]) {
    const measured = await browser.measure(one, 800);
    expect(measured).toMatchObject({ ran: false, risky: [] });
    for (const name of ['script', 'img', 'iframe', 'link', 'base', 'math', 'object']) expect(measured.elements).not.toContain(name);
    expect(measured.text).toContain('<script>window.ran=true');
  }
  expect(unguarded(page)).not.toBe(page);
  expect(browser.strayRequests).toEqual([]);
});

test('the measuring page would see a script that runs: where nothing is escaped it does', async () => {
  const { ran } = await browser.measure(`<!doctype html><title>x</title><body>${RUNS[0]}</body>`, 800);
  expect(ran).toBe(true);
});

describe.each([390, 720, 1280])('at %d pixels', (width) => {
  test('the demonstration report has no sideways scrolling and cuts nothing off', async () => {
    const measured = await browser.measure(demo, width);
    expect(measured.scrollWidth).toBe(width);
    expect(measured.cutOff).toEqual([]);
    expect(measured.text).toContain('203.0.113.99');
  });

  test('neither does one of endless words, wide characters and long names', async () => {
    const measured = await browser.measure(reportPage(reportOf(`${'x'.repeat(300)} ${'漢'.repeat(200)} 한국어`)), width);
    expect(measured.scrollWidth).toBe(width);
    expect(measured.cutOff).toEqual([]);
  });
});

test('it is drawn in light and dark, and printed', async () => {
  const light = join(pictures, 'light.png');
  const dark = join(pictures, 'dark.png');
  await browser.picture(demo, { width: 1280, height: 900, path: light });
  await browser.picture(demo, { width: 1280, height: 900, path: dark, dark: true });
  expect([sizeOf(light), sizeOf(dark)]).toEqual([
    [1280, 900],
    [1280, 900],
  ]);
  expect(readFileSync(light).equals(readFileSync(dark))).toBe(false);
  const printed = join(pictures, 'report.pdf');
  await browser.print(demo, printed);
  expect(readFileSync(printed).subarray(0, 5).toString()).toBe('%PDF-');
});
