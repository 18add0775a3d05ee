import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startZap, type ZapServer } from '../checks/zap-server.ts';
import { isRunning, openPlace, type Place } from './program.ts';

let place: Place;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  place = openPlace();
  key = 'secret';
  chmodSync(place.folder, 0o755);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  place.remove();
});

const REPORT = JSON.stringify({
  site: [
    {
      '@name': 'https://shop.test',
      alerts: [
        {
          pluginid: '40018',
          alert: 'SQL Injection',
          riskcode: '3',
          confidence: '2',
          cweid: '89',
          solution: '<p>Bind parameters.</p>',
          instances: [{ uri: 'https://shop.test/item?id=1', method: 'GET', param: 'id' }],
        },
        {
          pluginid: '10038',
          alert: 'CSP not set',
          riskcode: '2',
          confidence: '3',
          cweid: '693',
          instances: [{ uri: 'https://shop.test/', method: 'GET' }],
        },
      ],
    },
  ],
});
let key = 'secret';
const run = (...args: string[]) => place.run(['check', ...args, '--config', 'config.yml'], { env: { ZAP_API_KEY: key } });
const configure = (checks: object): void => void place.write('config.yml', JSON.stringify({ version: 1, checks }));

async function zap(options: Parameters<typeof startZap>[0] = {}): Promise<ZapServer> {
  const server = await startZap(options);
  closers.push(server.close);
  return server;
}

describe('secmon check', () => {
  test('reports what is open, with 1 from the severity of --fail-on on, and compares with the last run', async () => {
    place.write('zap.json', REPORT);
    configure({ zap: { report: place.path('zap.json') } });
    const first = await run('zap');
    expect([first.code, first.err]).toEqual([1, '']);
    expect(first.out).toMatch(/^zap: H 1 {2}M 1 · 2 new, 0 gone, 0 unchanged/);
    expect(first.out).toContain('H new   SQL Injection: GET /item');
    expect(first.out).toContain('CWE-89');
    expect((await run('zap', '--fail-on', 'critical')).code).toBe(0);
    const fixed = JSON.parse(REPORT);
    fixed.site[0].alerts.shift();
    place.write('zap.json', JSON.stringify(fixed));
    const third = await run();
    expect(third.code).toBe(0);
    expect(third.out).toMatch(/^zap: M 1 · 0 new, 1 gone, 1 unchanged/);
    expect(third.out).toContain('H gone  SQL Injection: GET /item');
  });

  test('gives NDJSON, one finding a line, and JSON of the whole', async () => {
    place.write('zap.json', REPORT);
    configure({ zap: { report: place.path('zap.json') } });
    const lines = (await run('--format', 'ndjson')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      ecs: { version: '8.17.0' },
      event: { dataset: 'secmon.check', kind: 'alert', severity: 73, category: ['vulnerability'] },
      message: 'SQL Injection: GET /item',
      url: { path: '/item' },
      rule: { category: ['sqli'] },
      secmon: { check: 'zap', finding: { state: 'new', parameter: 'id', facts: { weakness: 'CWE-89' }, advice: 'Bind parameters.' } },
    });
    const { runs } = JSON.parse((await run('--format', 'json')).out);
    expect(runs).toMatchObject([{ check: 'zap', state: 'done', unchanged: 2, findings: [{}, {}] }]);
  });

  test('that cannot do its work ends with 2 and one sentence; the other checks are done', async () => {
    place.write('zap.json', REPORT);
    configure({
      zap: { report: place.path('zap.json') },
      bandit: { paths: ['/nowhere'] },
      osquery: { program: '/nowhere/osqueryi' },
      uptime: {},
    });
    const { code, out, err } = await run();
    expect(code).toBe(2);
    expect(out).toContain('SQL Injection');
    expect(err.trim().split('\n')).toEqual([
      'secmon: uptime: Uptime needs addresses: name them under checks.uptime.urls.',
      'secmon: bandit: There is nothing at /nowhere: correct checks.bandit.paths.',
      'secmon: osquery: There is no program /nowhere/osqueryi on this machine: install it, or name its path under checks in the configuration.',
    ]);
  });

  test('that is known is listed as muted, and counts for nothing', async () => {
    place.write('zap.json', REPORT);
    configure({ zap: { report: place.path('zap.json') } });
    const mute = (expires: string) =>
      place.write(
        'mutes.yml',
        `--- { title: it is known, expires: ${expires}, logsource: { product: secmon }, filter: { rules: [check-zap], selection: { program: zap, message: "40018 *" }, condition: not selection } }\n`,
      );
    mute('2999-12-24');
    const { code, out, err } = await run('zap');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^zap: M 1 · 2 new/);
    expect(out).toContain('H muted SQL Injection: GET /item');
    mute('2020-12-24');
    expect((await run('zap', '--format', 'ndjson')).code).toBe(1);
  });

  test('leaves nothing behind when secmon is killed, whatever its tools do', async () => {
    place.write(
      'osqueryi',
      `#!/bin/sh\n[ "$1" = --version ] && { echo 'osqueryi version 5.10.2'; exit; }\ntrap '' TERM\nsleep 1000 & echo $! $$ $PPID > ${place.path('pids')}; wait; wait\n`,
    );
    chmodSync(place.path('osqueryi'), 0o755);
    configure({ osquery: { program: place.path('osqueryi') } });
    const running = place.start(['check', 'osquery', '--config', 'config.yml']);
    await expect.poll(() => place.has('pids') && place.read('pids').endsWith('\n')).toBe(true);
    const pids = place.read('pids').trim().split(' ').map(Number);
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    running.child.kill('SIGKILL');
    await expect.poll(() => pids.map(isRunning)).toEqual([false, false, false]);
  });

  test.skipIf(process.getuid?.() !== 0 || !existsSync('/proc/self/task'))('asks over the network with the rights of nobody', async () => {
    const held: ServerResponse[] = [];
    const server = createServer((_, response) => void held.push(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    configure({ uptime: { urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`] } });
    const { child, ended } = place.start(['check', 'uptime', '--config', 'config.yml']);
    await expect.poll(() => held.length).toBe(1);
    const [pid = ''] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\s65534\s65534\s65534\s65534\nGid:\s65534\s65534\s65534\s65534$/m);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')).toMatch(/check\.js $/);
    held[0]?.end();
    expect((await ended).code).toBe(0);
  });

  test('without a section in the configuration says what there is', async () => {
    place.write('config.yml', 'version: 1\n');
    expect(await run()).toMatchObject({ code: 2, err: expect.stringMatching(/no check is configured: name one \(zap, bandit/) });
    expect(await run('nessus')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no check "nessus"; there are: zap, bandit/),
    });
    expect(await run('bandit', '--quick-scan')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--quick-scan goes with: secmon check zap'),
    });
    expect(await run('zap', '--apply')).toMatchObject({ code: 2, err: expect.stringContaining('--apply goes with: secmon check updates') });
  });

  test('a quick scan of ZAP attacks only after a yes, and never tells the key', async () => {
    const server = await zap({ spider: [100], records: [0], ascan: [100] });
    configure({ zap: { api: server.api, key: '${env:ZAP_API_KEY}', targets: ['http://shop.test'] } });
    const refused = await run('zap', '--quick-scan');
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringMatching(/Nobody can be asked here: The active scan attacks http:\/\/shop\.test/),
    ]);
    expect(server.asked).toEqual([]);
    const { code, out } = await run('zap', '--quick-scan', '--yes');
    expect(code).toBe(1);
    expect(out).toContain('SQL Injection: GET /item');
    expect(server.asked.filter((path) => path.includes('action/scan'))).toEqual([
      'spider/action/scan http://shop.test subtreeOnly',
      'ascan/action/scan http://shop.test',
    ]);
    const wrong = await zap({ key: 'other' });
    key = 'my-secret-key';
    configure({ zap: { api: wrong.api, key: '${env:ZAP_API_KEY}', targets: ['http://shop.test'] } });
    const failed = await run('zap');
    expect(failed.code).toBe(2);
    expect(failed.err).toMatch(/refuses the API key/);
    expect(failed.out + failed.err).not.toContain('my-secret-key');
  });

  test('a signal stops a scan in ZAP, too', async () => {
    const server = await zap({ spider: [7] });
    configure({ zap: { api: server.api, key: '${env:ZAP_API_KEY}', targets: ['http://shop.test'] } });
    const running = place.start(['check', 'zap', '--config', 'config.yml'], { env: { ZAP_API_KEY: key } });
    await expect.poll(() => server.asked.includes('spider/view/status')).toBe(true);
    running.child.kill('SIGINT');
    await running.ended;
    expect(server.asked).toContain('spider/action/stop');
  });

  test('a scan that never ends is ended after its time, and what ZAP has found until then is kept', async () => {
    const server = await zap({ spider: [7] });
    configure({ zap: { api: server.api, key: '${env:ZAP_API_KEY}', targets: ['http://shop.test'], timeout: '2s' } });
    const { code, out, err } = await run('zap');
    expect(code).toBe(2);
    expect(err).toMatch(/^secmon: zap: It did not end within 2 s and was stopped: raise timeout/);
    // Where the machine is slow the scan has not even begun.
    const hasBegun = server.asked.includes('spider/view/status');
    expect(server.asked.slice(-2)).toEqual(hasBegun ? ['spider/action/stop', 'alert/view/alerts'] : server.asked.slice(-2));
    expect(out.includes('H new   SQL Injection: GET /item')).toBe(hasBegun);
    expect(out.includes('The scan of http://shop.test was ended early: what ZAP had found until then is listed.')).toBe(hasBegun);
  });

  test('uptime fails for good only at the third failure in a row', async () => {
    const server = createServer((_, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    configure({ uptime: { urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`] } });
    const codes: (number | null)[] = [];
    for (let i = 0; i < 3; i++) codes.push((await run('uptime')).code);
    expect(codes).toEqual([0, 0, 1]);
  });

  test('beside a secmon that keeps the state it compares with the last run that was kept', async () => {
    place.write('zap.json', REPORT);
    place.write('access.log', '');
    configure({ zap: { report: place.path('zap.json') } });
    expect((await run('zap')).out).toContain('2 new');
    const monitor = place.start(['--no-ui', '--config', 'config.yml', 'access.log']);
    await expect.poll(() => place.has('.local/state/secmon/secmon.db.lock')).toBe(true);
    const { out, err, code } = await run('zap');
    monitor.child.kill('SIGTERM');
    await monitor.ended;
    expect([code, out.split('\n')[0]]).toEqual([1, expect.stringContaining('0 new, 0 gone, 2 unchanged')]);
    expect(err).toContain('the running secmon keeps the state: this run is compared with its last one, and not kept');
  });

  test('updates are not installed by who may not, or without a yes', async () => {
    configure({ updates: {} });
    const { code, err } = await run('updates', '--apply');
    expect(code).toBe(2);
    expect(err).toMatch(/Nobody can be asked here|needs root/);
  });
});
