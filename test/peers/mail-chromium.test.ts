import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMessage } from '../../src/alerts/message.ts';
import { renderHtml } from '../../src/alerts/render-html.ts';
import { inLanguage, setLanguage } from '../../src/lang/lang.ts';
import { LANGUAGES } from '../../src/lang/language.ts';
import type { AlertMessage } from '../../src/model/alert.ts';
import { incidentTitle } from '../../src/text/incident-title.ts';
import { successNote } from '../../src/text/success-note.ts';
import { facts, START_MS } from '../alerts/samples.ts';
import { speakKorean } from '../lang/korean.ts';
import { type Browser, openBrowser } from './chromium.ts';

/** Pictures are kept where MAIL_PICTURES names a folder, to be looked at. */
const KEPT = process.env['MAIL_PICTURES'];
const PHONE = 360;

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = KEPT ?? mkdtempSync(join(tmpdir(), 'secmon-mails-'));
  browser = await openBrowser();
  await speakKorean();
  setLanguage('en');
});
afterAll(async () => {
  await browser?.close();
  if (KEPT === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const mail = (): AlertMessage =>
  buildMessage(
    facts({
      severity: 'critical',
      title: incidentTitle('SQL injection, then a web shell'),
      actorNote: 'Germany, AS64500 Example Hosting',
      success: true,
      successNote: successNote('41× size'),
      payload:
        "1' union select name, password from users where login='admin' -- /*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa*/",
      path: '/index.php/very/long/path/that/nobody/would/ever/type/by/hand/item',
      counts: { requests: 1_284, detections: 41, successes: 2 },
      families: ['sqli', 'webshell'],
      rules: ['SQL injection: UNION SELECT', 'Web shell in use', 'Systematic SQL injection'],
      note: '',
    }),
    {
      id: '0190a5c0-7e2b-7000-8000-000000000001',
      createdMs: START_MS,
      dateTime: (ms) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
      thread: { key: 'i', sequence: 1, kind: 'succeeded' },
    },
  );

test.each(LANGUAGES)(
  'a mail in %s fits a phone, loads nothing and is whole',
  async (language) => {
    const page = inLanguage(language, () => renderHtml(mail()));
    const phone = await browser.measure(page, PHONE);
    expect(phone).toMatchObject({ risky: [], ran: false, cutOff: [] });
    expect(phone.scrollWidth).toBeLessThanOrEqual(PHONE);
    expect(phone.text).toContain(inLanguage(language, () => incidentTitle('SQL injection, then a web shell')));
    expect(browser.strayRequests).toEqual([]);
    for (const [name, width, dark] of [
      ['phone', PHONE, false],
      ['dark', PHONE, true],
      ['desk', 800, false],
    ] as const) {
      const path = join(folder, `mail-${language}-${name}.png`);
      await browser.picture(page, { width, height: 1_300, path, dark });
      expect(statSync(path).size).toBeGreaterThan(10_000);
    }
  },
  120_000,
);
