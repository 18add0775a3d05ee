import { afterEach, describe, expect, test } from 'vitest';
import { createLog } from './lines.ts';
import { hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal | undefined;
let traffic: NodeJS.Timeout | undefined;
afterEach(() => {
  clearInterval(traffic);
  terminal?.close();
});

/** What a stranger reads from the screen's text alone. */
interface Reading {
  readonly worst: string;
  readonly outcome: string;
  readonly ratePerSecond: number;
  readonly alertKey: string;
  readonly risk: string;
}

function read(screen: string): Reading {
  const lines = screen.trimEnd().split('\n');
  const incident = /^ ?[CH] +\d+ +([0-9a-f.:]+) .*?(✔ \d+ of \d+ worked|\d+ of \d+ worked)/m.exec(screen);
  return {
    worst: incident?.[1] ?? '',
    outcome: incident?.[2] ?? '',
    ratePerSecond: Number(/LIVE +(\d+)\/s/.exec(lines[0] ?? '')?.[1] ?? 0),
    alertKey: /(?:^| )(\S+) alert\b/.exec(lines.at(-1) ?? '')?.[1] ?? '',
    risk: /RISK (\w+)/.exec(lines[0] ?? '')?.[1] ?? '',
  };
}

/** Between two shoppers. */
const EVERY_MS = 20;
const ATTACKER = '203.0.113.66';
const ground = { dark: '48;2;13;17;23', light: '48;2;255;255;255' } as const;

describe.skipIf(!hasTmux).each([
  [80, 24, 'dark'],
  [80, 24, 'light'],
  [120, 40, 'dark'],
  [120, 40, 'light'],
  [200, 60, 'dark'],
  [200, 60, 'light'],
] as const)(`at %dx%d, %s${notRun}`, (columns, rows, theme) => {
  test('the screen tells who is worst, whether it worked, how much traffic there is and which key comes next', async () => {
    const opened = openTerminal({ columns, rows });
    terminal = opened;
    const log = createLog(opened.folder);
    const shopper = (i: number, atMs: number) => ({
      address: `198.51.100.${20 + (i % 60)}`,
      target: `/item?id=${i % 60}`,
      bytes: 1200 + (i % 7),
      at: new Date(atMs),
    });
    const attack = (target: string, status: number, bytes: number) => ({
      address: ATTACKER,
      target,
      status,
      bytes,
      agent: 'sqlmap/1.8.4#stable (https://sqlmap.org)',
    });
    log.add(
      ...Array.from({ length: 60 }, (_, i) => shopper(i, Date.now())),
      { address: '203.0.113.9', target: '/.env', status: 404 },
      ...Array.from({ length: 12 }, (_, i) => attack(`/item?id=${i}%27%20AND%201=${i}--`, 200, 1210)),
      attack('/item?id=1%27%20UNION%20SELECT%20user,password%20FROM%20users--', 200, 98_000),
    );
    await opened.secmon(`--theme ${theme}`, { before: 'tail -n +1 -f access.log |' });
    // So many a second by their own times, however late the timer is.
    const startMs = Date.now();
    let added = 0;
    traffic = setInterval(() => {
      const due = Math.floor((Date.now() - startMs) / EVERY_MS);
      log.add(...Array.from({ length: due - added }, (_, i) => shopper(added + i, startMs + (added + i) * EVERY_MS)));
      added = due;
    }, 100);
    const screen = await opened.until('the whole picture', (s) => {
      const { worst, outcome, ratePerSecond, alertKey } = read(s);
      return worst !== '' && outcome !== '' && ratePerSecond >= 20 && ratePerSecond <= 100 && alertKey !== '';
    });
    const reading = read(screen);
    expect(reading).toMatchObject({ worst: ATTACKER, alertKey: 'a' });
    expect(reading.outcome).toMatch(/^✔ \d+ of 13 worked$/);
    expect(['HIGH', 'CRITICAL']).toContain(reading.risk);
    expect(screen).toMatch(/SQL injection/);
    for (const line of screen.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    expect(opened.styled()).toContain(ground[theme]);
  });
});
