import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { injection, isRunning, line, openPlace, type Place, PROGRAM } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

const documents = (out: string): Record<string, never>[] =>
  out
    .trimEnd()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text));
const detections = (out: string) => documents(out).filter((d) => Reflect.get(d['event'] ?? {}, 'dataset') === 'secmon.detection');
const targets = (out: string): unknown[] => detections(out).map((d) => Reflect.get(d['url'] ?? {}, 'original'));

describe('exit codes', () => {
  test('0 where nothing is at or above --fail-on, 1 where something is', async () => {
    place.write('calm.log', line('/') + line('/shop'));
    place.write('attack.log', line('/') + injection(1));
    place.write('scanner.log', line('/', { agent: 'Nikto/2.5.0' }));
    expect(await place.run(['scan', 'calm.log'])).toMatchObject({ code: 0, err: '' });
    expect(await place.run(['scan', 'attack.log'])).toMatchObject({ code: 1, err: '' });
    expect((await place.run(['scan', 'attack.log', '--fail-on', 'critical'])).code).toBe(0);
    expect((await place.run(['scan', 'scanner.log'])).code).toBe(0);
    expect((await place.run(['scan', 'scanner.log', '--fail-on', 'low'])).code).toBe(1);
  });

  test('2 for a file that is not there, with its name, though the others are read', async () => {
    place.write('attack.log', injection(1));
    const { code, out, err } = await place.run(['scan', 'missing.log', 'attack.log']);
    expect(code).toBe(2);
    expect(err).toMatch(/^secmon: missing\.log: .*(not there|no such|not exist|missing)/im);
    expect(err).not.toMatch(/ at .*\.js/);
    expect(out).toContain('203.0.113.66');
  });

  test('2 for a folder, for a glob that nothing fits, and for nothing to read', async () => {
    expect(await place.run(['scan', '*.gz'])).toMatchObject({ code: 2, err: 'secmon: *.gz: no such file\n' });
    expect(await place.run(['scan', '.'])).toMatchObject({ code: 2, err: expect.stringMatching(/^secmon: .*(folder|directory)/) });
    expect(await place.run(['scan'])).toMatchObject({ code: 2, err: expect.stringContaining('scan needs something to read') });
  });

  test.each([
    ['an unknown flag', ['scan', '--nonsense', 'x'], /unknown option '--nonsense'/],
    ['an unknown format', ['scan', '--format', 'xml', 'x'], /xml.*text, ndjson, json, csv/],
    ['an unknown severity', ['scan', '--fail-on', 'dire', 'x'], /dire.*low, medium, high, critical/],
    ['a zone that does not exist', ['scan', '--tz', 'Mars/Olympus', 'x.log'], /--tz: expected a time zone.*"Mars\/Olympus"/],
    ['a proxy that is no network', ['scan', '--trusted-proxy', '10.0.0.0/99', 'x.log'], /trusted proxy: .*"10\.0\.0\.0\/99"/],
    ['a log format without a variable', ['scan', '--log-format', 'no variable', 'x.log'], /log format: /],
    ['a configuration that is not there', ['scan', '--config', 'none.yml', 'x.log'], /none\.yml/],
    ['a number that is none', ['--lines', 'many', 'x.log'], /expected a whole number, got "many"/],
  ] as const)('2 for %s, in one clear sentence', async (_, args, said) => {
    place.write('x.log', line('/'));
    const { code, out, err } = await place.run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('--format ndjson', () => {
  test('is one ECS document a line, as the design says', async () => {
    place.write('access.log', line('/') + injection(7, { second: 5 }));
    const { code, out } = await place.run(['scan', 'access.log', '--format', 'ndjson']);
    expect(code).toBe(1);
    const [detection, incident, ...more] = documents(out);
    expect(more).toEqual([]);
    expect(detection).toMatchObject({
      '@timestamp': '2026-03-02T00:00:05.000Z',
      ecs: { version: '8.17.0' },
      event: {
        kind: 'alert',
        type: ['info'],
        dataset: 'secmon.detection',
        category: ['intrusion_detection', 'web'],
        severity: 73,
        outcome: 'unknown',
        sequence: 2,
        original: injection(7, { second: 5 }).trimEnd(),
      },
      source: { ip: '203.0.113.66', address: '203.0.113.66' },
      http: { request: { method: 'GET' }, response: { status_code: 200, body: { bytes: 512 } } },
      url: { original: '/item?n=7&id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--' },
      user_agent: { original: expect.stringContaining('Firefox') },
      rule: { category: ['sqli'] },
      threat: { technique: { id: expect.arrayContaining(['T1190']) } },
      log: { file: { path: 'access.log' } },
      secmon: { outcome: 'answered' },
    });
    expect(incident).toMatchObject({
      event: { dataset: 'secmon.incident', start: '2026-03-02T00:00:05.000Z', end: '2026-03-02T00:00:05.000Z', severity: 73 },
      source: { ip: '203.0.113.66' },
      rule: { category: ['sqli'] },
      secmon: { risk: expect.any(Number), entries: 1, detections: 1 },
    });
  });

  test('tells each incident once: who comes back the same day is the same, who comes a day later is another', async () => {
    const times = [1, 60, 4000, 2 * 86_400];
    place.write('access.log', times.map((second, i) => injection(i + 1, { second })).join(''));
    const { out } = await place.run(['scan', 'access.log', '--format', 'ndjson']);
    const incidents = documents(out).filter((d) => Reflect.get(d['event'] ?? {}, 'dataset') === 'secmon.incident');
    expect(incidents.map((d) => Reflect.get(d['secmon'] ?? {}, 'detections')).sort()).toEqual([1, 3]);
  });
});

test('--format json is one document with the whole summary', async () => {
  place.write('access.log', line('/') + injection(1));
  const { out } = await place.run(['scan', 'access.log', '--format', 'json']);
  expect(JSON.parse(out)).toMatchObject({
    lines: 2,
    detections: 1,
    bySeverity: { high: 1 },
    families: [{ family: 'sqli', count: 1 }],
    incidents: [{ actor: '203.0.113.66' }],
    addressCount: 2,
    sources: [{ name: 'access.log', lines: 2, unparsed: 0 }],
  });
});

test('--format csv has a header and a row a detection that no spreadsheet runs', async () => {
  place.write('access.log', injection(1, { agent: '=cmd|calc!A1' }));
  const { out } = await place.run(['scan', 'access.log', '--format', 'csv']);
  const [header, row, ...more] = out.trimEnd().split('\n');
  expect(header?.split(',')).toHaveLength(14);
  expect(row).toContain("'=cmd|calc!A1");
  expect(more).toEqual([]);
});

test('the report is text for people, worst first, without a control character of the log', async () => {
  place.write('access.log', `${line('/')}${injection(1)}203.0.113.5 \u001b]0;owned\u0007 no such line\n`);
  const { out } = await place.run(['scan', 'access.log']);
  expect(out).toMatch(/^1 suspicious lines? \(0 critical, 1 high, 0 medium, 0 low\) from 1 address/);
  expect(out).toMatch(/Incidents, worst first\n─+\n {2}H +\d+ +203\.0\.113\.66/);
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

describe('what is read', () => {
  test('several files are merged by time, each detection with its own file and line number', async () => {
    place.write('a.log', injection(1, { second: 1 }) + injection(3, { second: 3 }) + injection(5, { second: 5 }));
    place.write('b.log', injection(2, { second: 2 }) + injection(4, { second: 4 }));
    const { out } = await place.run(['scan', 'a.log', 'b.log', '--format', 'ndjson']);
    expect(targets(out).map((target) => /n=(\d)/.exec(String(target))?.[1])).toEqual(['1', '2', '3', '4', '5']);
    expect(
      detections(out).map((d) => [Reflect.get(Reflect.get(d['log'] ?? {}, 'file'), 'path'), Reflect.get(d['event'] ?? {}, 'sequence')]),
    ).toEqual([
      ['a.log', 1],
      ['b.log', 1],
      ['a.log', 2],
      ['b.log', 2],
      ['a.log', 3],
    ]);
  });

  test('standard input, alone, by the name -, and beside a file', async () => {
    place.write('a.log', injection(1));
    const input = injection(2, { second: 1 });
    expect(targets((await place.run(['scan', '--format', 'ndjson'], { input })).out)).toHaveLength(1);
    expect(targets((await place.run(['scan', '-', '--format', 'ndjson'], { input })).out)).toHaveLength(1);
    expect(targets((await place.run(['scan', '-', 'a.log', '--format', 'ndjson'], { input })).out)).toHaveLength(2);
  });

  test('.gz files whole, also of several members, and globs', async () => {
    place.write('access.log.2.gz', Buffer.concat([gzipSync(injection(1, { second: 1 })), gzipSync(injection(2, { second: 2 }))]));
    place.write('access.log', injection(3, { second: 3 }));
    const { out, code } = await place.run(['scan', 'access.log*', '--format', 'ndjson']);
    expect(code).toBe(1);
    expect(targets(out)).toHaveLength(3);
  });

  test('an empty input, one without a last line break, CR LF, NUL and invalid UTF-8', async () => {
    place.write('empty.log', '');
    expect(await place.run(['scan', 'empty.log'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Nothing suspicious') });
    const odd = Buffer.concat([
      Buffer.from(injection(1).replace('\n', '\r\n')),
      Buffer.from([0, 0xff, 0xfe, 0x0a]),
      Buffer.from(injection(2, { second: 1 }).trimEnd()),
    ]);
    place.write('odd.log', odd);
    expect(targets((await place.run(['scan', 'odd.log', '--format', 'ndjson'])).out)).toHaveLength(2);
  });

  test('a line over 64 KiB is cut and counted', async () => {
    place.write('long.log', line('/') + injection(1).replace('HTTP/1.1', `${'x'.repeat(100_000)} HTTP/1.1`) + line('/after'));
    const { out } = await place.run(['scan', 'long.log']);
    expect(out).toMatch(/3 lines/);
    expect(out).toMatch(/1 cut at 64 KiB/);
  });

  test('a log_format of nginx by --log-format, and the zone by --tz', async () => {
    place.write('own.log', '203.0.113.66|/item?id=1%27%20UNION%20SELECT%20a,b%20FROM%20c--|200|0.012\n');
    const own = await place.run([
      'scan',
      'own.log',
      '--log-format',
      '$remote_addr|$request_uri|$status|$request_time',
      '--format',
      'ndjson',
    ]);
    expect(detections(own.out)[0]).toMatchObject({ source: { ip: '203.0.113.66' }, http: { response: { status_code: 200 } } });
    place.write('auth.log', 'Mar  2 09:00:00 web sshd[812]: Failed password for root from 203.0.113.66 port 40022 ssh2\n');
    const seoul = await place.run(['scan', 'auth.log', '--tz', 'Asia/Seoul', '--format', 'ndjson']);
    expect(Reflect.get(documents(seoul.out)[0] ?? {}, '@timestamp')).toMatch(/-03-02T00:00:00\.000Z$/);
  });

  test('the client behind a trusted proxy, and nobody else’s X-Forwarded-For', async () => {
    const format =
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
    const forwarded = (peer: string): string => `${injection(1, { address: peer }).trimEnd()} "192.0.2.44"\n`;
    place.write('proxy.log', forwarded('10.0.0.5') + forwarded('198.51.100.1'));
    const { out } = await place.run(['scan', 'proxy.log', '--log-format', format, '--trusted-proxy', '10.0.0.0/8', '--format', 'ndjson']);
    expect(detections(out).map((d) => Reflect.get(d['source'] ?? {}, 'ip'))).toEqual(['192.0.2.44', '198.51.100.1']);
  });

  test('the output of a command by --exec', async () => {
    place.write('x.log', injection(1));
    expect(targets((await place.run(['scan', '--exec', 'cat x.log', '--format', 'ndjson'])).out)).toHaveLength(1);
    expect((await place.run(['scan', '--exec', 'exit 3'])).code).toBe(2);
  });
});

test('a signal ends it and the command that it reads', async () => {
  const running = place.start(['scan', '--exec', 'echo $$ >pid; exec sleep 1000']);
  await expect.poll(() => place.has('pid') && place.read('pid').trim()).toBeTruthy();
  running.child.kill('SIGTERM');
  await running.ended;
  expect(running.child.signalCode).toBe('SIGTERM');
  const pid = Number(place.read('pid'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('a reader that goes away (| head) ends it quietly', async () => {
  place.write('big.log', Array.from({ length: 30_000 }, (_, i) => injection(i, { second: i % 3000 })).join(''));
  const shell = `${process.execPath} ${PROGRAM} scan big.log --format ndjson | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', shell], { cwd: place.folder, maxBuffer: 1 << 24 });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toBe('');
});
