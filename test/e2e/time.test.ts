import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clfTime, combined, createLog, type TestLog } from './lines.ts';
import { hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

const MINUTE_MS = 60_000;

let terminal: Terminal;
let log: TestLog;

beforeEach(() => {
  if (!hasTmux) return;
  terminal = openTerminal();
  log = createLog(terminal.folder);
});
afterEach(() => terminal?.close());

const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);
/** `02:15`, in UTC as the terminal shows it. */
const clock = (date: Date): string => date.toISOString().slice(11, 16);
/** Ordinary traffic, four lines a minute. */
const traffic = (from: number, to: number): string =>
  Array.from({ length: (from - to) * 4 }, (_, i) => {
    const minutes = from - i / 4;
    return combined({ target: `/page-${Math.floor(minutes)}`, address: `198.51.100.${20 + (i % 3)}`, at: ago(minutes) });
  }).join('');
function type(line: string): void {
  terminal.keys(':');
  terminal.type(line);
  terminal.keys('Enter');
}

describe.skipIf(!hasTmux)(`going to a time${notRun}`, () => {
  test(':02:15 shows a rotated log at that time, the present counts on, Esc comes back', async () => {
    const at = ago(90);
    const attack = combined({
      address: '203.0.113.66',
      target: '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--',
      status: 403,
      at,
    });
    writeFileSync(join(terminal.folder, 'access.log.1.gz'), gzipSync(traffic(240, 90) + attack + traffic(90, 60)));
    log.add(traffic(60, 0));
    await terminal.secmon('access.log --lines 20');
    await terminal.until('the present', (s) => s.includes('/page-1') && /RISK none/.test(s));
    type(clock(at));
    const past = await terminal.until('the past', (s) => /past: \d\d \w{3} \d\d:\d\d .*read to/.test(s) && s.includes('UNION'));
    expect(past.split('\n')[0]).toContain(clock(at));
    expect(past).toContain('Esc back to live');
    expect(past).toContain('/page-90');
    expect(past).toMatch(/H +\d+ +203\.0\.113\.66 +SQL injection/);
    log.add({ target: '/while-away' });
    type('..');
    await terminal.until('more of the past', (s) => s.includes('/page-61'));
    type(':15');
    await terminal.until('what is no time', (s) => /no command ":15"/.test(s));
    terminal.keys('Escape');
    await terminal.until('the line being left', (s) => !s.includes('no command'));
    terminal.keys('Escape');
    const back = await terminal.until('the present again', (s) => s.includes('/while-away') && s.includes('LIVE'));
    expect(back).not.toContain('past:');
    expect(back).toMatch(/RISK none/);
  });

  test('what comes through a pipe cannot be read again, and it says so', async () => {
    log.add({ target: '/page' });
    await terminal.secmon('', { before: 'tail -n +1 -f access.log |' });
    await terminal.until('the screen', (s) => s.includes('/page'));
    type('02:15');
    await terminal.until('why not', (s) => s.includes('standard input cannot be read again'));
  });
});

describe.skipIf(!hasTmux)(`the baseline${notRun}`, () => {
  test('= tells what is new and what grew, and Enter shows the lines', async () => {
    const scan = Array.from({ length: 150 }, (_, i) =>
      combined({
        address: '203.0.113.66',
        target: `/old-${String.fromCharCode(97 + (i % 26)).repeat(1 + (i % 9))}`,
        status: 404,
        agent: 'gobuster/3.6',
      }),
    );
    log.add(traffic(120, 0), ...scan);
    await terminal.secmon('access.log');
    await terminal.until('the present', (s) => s.includes('/old-'));
    terminal.keys('=');
    const screen = await terminal.until('the baseline', (s) => s.includes('Grew most') && /\+ status +4xx +150/.test(s));
    expect(screen).toMatch(/new paths by 203\.0\.113\.66/);
    expect(screen).toMatch(/agent +gobuster/);
    terminal.keys('Enter');
    await terminal.until('its lines', (s) => s.includes('ip:"203.0.113.66"') && s.includes('/old-') && !s.includes('/page-'));
  });

  test('= says what it waits for while there is too little history', async () => {
    log.add({ target: '/page' });
    await terminal.secmon('access.log');
    await terminal.until('the present', (s) => s.includes('/page'));
    terminal.keys('=');
    await terminal.until('why it is silent', (s) => s.includes('needs 12 slots of five minutes, has 0'));
  });
});

describe.skipIf(!hasTmux)(`the web root${notRun}`, () => {
  test('a script that appears right after a POST stands beside it', async () => {
    mkdirSync(join(terminal.folder, 'www/uploads'), { recursive: true });
    await terminal.secmon('access.log --watch www');
    await terminal.until('the screen', (s) => s.includes('waiting'));
    writeFileSync(join(terminal.folder, 'www/uploads/shell.php'), '<?php');
    log.add(`198.51.100.7 - - [${clfTime(new Date())}] "POST /upload.cgi HTTP/1.1" 200 12 "-" "Mozilla/5.0"\n`);
    const screen = await terminal.until('both', (s) => /✔ shell\.php/.test(s) && /RISK CRITICAL/.test(s));
    expect(screen).toMatch(/C .*198\.51\.100\.7 +POST +200 \/upload\.cgi/);
    expect(screen).toMatch(/script written into the web root/);
  });
});
