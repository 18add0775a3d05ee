import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../alerts/http-server.ts';
import { createLog, type TestLog } from './lines.ts';
import { eventually, hasTmux, notRun, openTerminal, PROGRAM, type Terminal } from './tmux.ts';

/** A web shell that was not there before: what worked is told after five seconds. */
const SHELL = '/uploads/shell.php?cmd=id';

let http: HttpServer;
let terminals: Terminal[];
let log: TestLog;
let service: number | undefined;

beforeEach(async () => {
  terminals = [];
  http = await startHttpServer((response) => response.end('ok'));
});
afterEach(async () => {
  endService('SIGKILL');
  for (const terminal of terminals) terminal.close();
  await http.close();
});

function endService(name: NodeJS.Signals): void {
  try {
    if (service !== undefined) process.kill(-service, name);
  } catch {
    // It has ended.
  }
  service = undefined;
}

/** A terminal whose state directory is everybody's. */
function terminal(first: Terminal | undefined, options: Parameters<typeof openTerminal>[0] = {}): Terminal {
  const shared = first === undefined ? {} : { SECMON_STATE_DIR: join(first.folder, 'state/secmon') };
  const opened = openTerminal({ ...options, env: { ...shared, ...options.env } });
  terminals.push(opened);
  return opened;
}

function startService(folder: string): void {
  const child = spawn(process.execPath, [PROGRAM, '--no-ui', log.path, '--config', join(folder, 'secmon.yml')], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', HOME: folder, TZ: 'UTC', XDG_STATE_HOME: join(folder, 'state') },
  });
  service = child.pid;
}

describe.skipIf(!hasTmux)(`one engine and many screens${notRun}`, () => {
  test('a service and two screens send one alert; the screens outlive the service', async () => {
    const one = terminal(undefined);
    log = createLog(one.folder);
    writeFileSync(
      join(one.folder, 'secmon.yml'),
      `version: 1
alerts:
  channels:
    hook: { type: webhook, url: "${http.url}" }
  policy:
    - when: { severity: medium }
      to: [hook]
`,
      { mode: 0o600 },
    );
    log.add({ target: '/' });
    startService(one.folder);
    const other = terminal(one, { columns: 80, rows: 24 });
    await eventually('the socket', () => spawnSync('test', ['-S', join(one.folder, 'state/secmon/engine.sock')]).status === 0);
    await one.secmon('');
    await other.secmon('attach');
    await one.until('the feed', (screen) => screen.includes('access.log') && screen.includes('LIVE'));
    await other.until('the feed', (screen) => screen.includes('access.log'));
    log.add({ target: SHELL, address: '203.0.113.9', status: 404 }, { target: SHELL, address: '203.0.113.9', bytes: 77 });
    await one.until('the attack', (screen) => screen.includes('203.0.113.9'));
    await other.until('the attack', (screen) => screen.includes('203.0.113.9'));
    await eventually('the alert', () => http.requests.length > 0, 60_000);
    // Killed before it has read the answer, it would send once more.
    one.keys('3');
    await one.until('that it was sent', (screen) => screen.includes('1 sent'));
    one.keys('1');
    // One screen filters; the other shows everything.
    one.keys('f');
    one.type('severity>=low');
    one.keys('Enter');
    await one.until('the filter', (screen) => screen.includes('severity>=low') && !/GET\s+200 \/ /.test(screen));
    expect(other.screen()).toMatch(/200 \//);
    endService('SIGKILL');
    await one.until('that it has gone', (screen) => screen.includes('THE ENGINE HAS GONE'));
    startService(one.folder);
    await one.until('that it is back', (screen) => !screen.includes('THE ENGINE HAS GONE'));
    log.add({ target: '/after', address: '192.0.2.77' });
    await other.until('a new line', (screen) => screen.includes('/after'));
    one.keys('q');
    await one.until('the shell', (screen) => screen.includes('code=0'));
    other.keys('q');
    await other.until('the shell', (screen) => screen.includes('code=0'));
    expect(http.requests).toHaveLength(1);
    const audit = readFileSync(join(one.folder, 'state/secmon/audit.ndjson'), 'utf8');
    expect(audit.split('"action":"alert"')).toHaveLength(2);
  }, 180_000);

  test('attach without an engine says where it looked', async () => {
    const one = terminal(undefined);
    await one.secmon('attach');
    const screen = await one.until('the answer', (text) => text.includes('code='));
    expect(screen).toContain('no engine is running');
    expect(screen).toContain('code=2');
  });
});
