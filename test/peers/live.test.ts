import { existsSync, renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, expectShell, openTerminal, type Terminal } from '../e2e/tmux.ts';
import { type Nginx, startNginx } from './nginx.ts';

let terminal: Terminal;
let nginx: Nginx;

beforeEach(async () => {
  terminal = openTerminal();
  nginx = await startNginx(terminal.folder);
});
afterEach(async () => {
  await nginx?.stop();
  terminal.close();
});

const ATTACK = `/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--`;

test('tail -f access.log | secmon shows each request of a real nginx as it comes, and q gives the prompt back', async () => {
  await terminal.secmon('', { before: 'tail -n 0 -f access.log |' });
  await terminal.until('the screen', (s) => s.includes('secmon') && s.includes('─ Feed'));
  for (let i = 1; i <= 3; i++) {
    nginx.get(`/page-${i}`);
    await terminal.until(`/page-${i}`, (s) => new RegExp(`/page-${i}\\b`).test(s));
  }
  nginx.get(ATTACK);
  const screen = await terminal.until('the attack', (s) => s.includes('sqli') && s.includes('1 incident'));
  expect(screen).toMatch(/H \d\d:\d\d:\d\d 127\.0\.0\.1 +GET +404 \/item\?id=1' UNION SELECT .*sqli refused/);
  expect(screen).toMatch(/nginx combined 100 %/);
  terminal.keys('q');
  await expectShell(terminal, 0);
});

test('a followed log goes on through rotation by nginx itself, nothing lost and nothing twice', async () => {
  await terminal.secmon('access.log --from-start');
  await terminal.until('the screen', (s) => s.includes('is-it-up') || s.includes('─ Feed'));
  for (let turn = 1; turn <= 3; turn++) {
    nginx.get(`/before-${turn}`);
    await terminal.until('the line before', (s) => s.includes(`/before-${turn}`));
    renameSync(nginx.accessLog, `${nginx.accessLog}.${turn}`);
    nginx.get(`/between-${turn}`);
    nginx.reopen();
    await eventually('the new log', () => existsSync(nginx.accessLog));
    await terminal.until('the line between', (s) => s.includes(`/between-${turn}`));
    nginx.get(`/after-${turn}`);
    await terminal.until('the line after', (s) => s.includes(`/after-${turn}`));
  }
  const shown = terminal.screen().match(/\/(?:before|between|after)-\d/g);
  expect(shown).toEqual([1, 2, 3].flatMap((turn) => [`/before-${turn}`, `/between-${turn}`, `/after-${turn}`]));
  terminal.keys('q');
  await expectShell(terminal, 0);
});

test('access log, JSON log and error log of one server at once, each in its own format', async () => {
  terminal.resize(200, 60);
  await terminal.secmon('access.log access.json error.log --from-start');
  nginx.get(ATTACK, ['User-Agent: quote " and back\\\\slash \u0001']);
  const screen = await terminal.until(
    'the attack, three times',
    (s) => s.includes('access.json') && (s.match(/UNION/g)?.length ?? 0) >= 2 && /failed|No such file/.test(s),
  );
  expect(screen).toMatch(/access\.log/);
  expect(screen).toMatch(/error\.log/);
  expect(screen).toMatch(/\+2/);
  expect(screen).not.toMatch(/unparsed/);
  terminal.keys('q');
  await expectShell(terminal, 0);
});
