import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, type TestLog } from './lines.ts';
import { eventually, expectShell, hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal;
let log: TestLog;

beforeEach(() => {
  if (!hasTmux) return;
  terminal = openTerminal();
  log = createLog(terminal.folder);
});
afterEach(() => terminal?.close());

const attack = (target: string) => ({
  address: '203.0.113.66',
  target: `${target}%27%20UNION%20SELECT%20user,pass%20FROM%20users--`,
  status: 403,
});

describe.skipIf(!hasTmux)(`muting a false positive${notRun}`, () => {
  test('m and Enter write one line, the next such line is muted, others are not; u takes the line out again', async () => {
    log.add({ target: '/' }, attack('/search?q=1'));
    await terminal.secmon('--mutes mutes.yml access.log');
    await terminal.until('the attack', (s) => /sqli (?:blocked|refused)/.test(s));
    const file = join(terminal.folder, 'mutes.yml');
    terminal.keys('m');
    await terminal.until('the dialog', (s) => s.includes('─ Mute: GET /search') && s.includes('Enter writes exactly this'));
    // All rules of the line, at its path.
    terminal.keys('j', 'j', 'j', 'j', 'j');
    await terminal.until('all rules', (s) => /\(\*\) . all \d+ rules/.test(s));
    terminal.keys('Tab');
    terminal.keys('k', 'k', 'k');
    terminal.keys('j');
    const shown = await terminal.until(
      'the path',
      (s) =>
        /\(\*\) at \/search/.test(s) &&
        /have muted 1 of 1 held detection/.test(s) &&
        s.includes('Enter writes exactly') &&
        !s.includes('secmon.param-name'),
    );
    expect(existsSync(file)).toBe(false);
    terminal.keys('Enter');
    await terminal.until('written', (s) => s.includes('u takes it back') && !s.includes('─ Mute:'));
    const [line = '', ...others] = readFileSync(file, 'utf8')
      .split('\n')
      .filter((each) => each !== '' && !each.startsWith('#'));
    expect(others).toEqual([]);
    expect(line).toMatch(/^--- \{ title: "Mute .* at \/search", .*expires: .*selection: \{ cs-uri-stem: \/search \}/);
    const flat = (text: string): string => text.replace(/[\s│]+/g, '');
    expect(flat(shown)).toContain(flat(line.slice(0, 60)));
    log.add(attack('/search?q=2'), attack('/item?id=3'));
    await terminal.until('one muted, one not', (s) => / muted +$/m.test(s.replaceAll('│', ' ')) || /\/search.* muted/.test(s));
    const screen = await terminal.until('the other is flagged', (s) => /\/item.*sqli (?:blocked|refused)/.test(s));
    expect(screen).toMatch(/\/search\?q=2.* muted/);
    terminal.keys('5');
    await terminal.until('the Rules screen', (s) => s.includes('─ Rules ') && s.includes('1 mute '));
    terminal.keys('u');
    await eventually('the line is gone', () => !readFileSync(file, 'utf8').includes('---'));
    await terminal.until('taken back', (s) => s.includes('taken back: Mute'));
    terminal.keys('1');
    log.add(attack('/search?q=4'));
    await terminal.until('flagged again', (s) => s.match(/sqli (?:blocked|refused)/g)?.length === 3);
    terminal.keys('q');
    await expectShell(terminal, 0);
  });
});
