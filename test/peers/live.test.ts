import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTerminal, PROGRAM, type Terminal } from '../e2e/tmux.ts';
import { startNginx } from './nginx.ts';

let terminal: Terminal;
let nginx: Awaited<ReturnType<typeof startNginx>>;

beforeEach(async () => {
  terminal = openTerminal();
  nginx = await startNginx(terminal.folder);
});
afterEach(() => {
  nginx.stop();
  terminal.close();
});

/** One request by curl, which sends the target as it is. */
const get = (target: string) => execFileSync('curl', ['-s', '-o', '/dev/null', '--path-as-is', `${nginx.url}${target}`]);

test('tail -f access.log | secmon shows each request of a real nginx within a second', async () => {
  terminal.run(`tail -n 0 -f access.log | node ${PROGRAM}`);
  await terminal.until('the screen', (s) => s.includes('secmon') && s.includes('Feed'));
  for (let i = 1; i <= 5; i++) {
    get(`/page-${i}`);
    const askedAt = performance.now();
    await terminal.until(`/page-${i}`, (s) => s.includes(`/page-${i}`));
    expect(performance.now() - askedAt).toBeLessThan(5000);
  }
  get(`/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--`);
  const screen = await terminal.until('the attack', (s) => s.includes('sqli'));
  expect(screen).toMatch(/127\.0\.0\.1/);
  expect(screen).toMatch(/SQL injection/);
  terminal.keys('q');
  await terminal.until('the prompt', (s) => /\$ $/.test(s.trimEnd().concat(' ')));
  expect(terminal.flag('alternate_on')).toBe('0');
  expect(terminal.flag('cursor_flag')).toBe('1');
});

test('a followed log goes on through rotation by nginx itself', async () => {
  terminal.run(`node ${PROGRAM} access.log`);
  await terminal.until('the screen', (s) => s.includes('Feed'));
  get('/before-rotation');
  await terminal.until('the line before', (s) => s.includes('/before-rotation'));
  renameSync(nginx.accessLog, `${nginx.accessLog}.1`);
  get('/between');
  nginx.reopen();
  await terminal.until('the line between', (s) => s.includes('/between'));
  get('/after-rotation');
  await terminal.until('the line after', (s) => s.includes('/after-rotation'));
  terminal.keys('q');
});
