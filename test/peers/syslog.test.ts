import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../e2e/tmux.ts';
import { freePort } from '../net/free-port.ts';
import { makeCertificates } from '../sources/listen/certificates.ts';
import { connect } from '../sources/listen/feed.ts';
import { firstDisorder, listenAt, numbered } from './listening-engine.ts';
import { startNginx } from './nginx.ts';
import { startRsyslog } from './rsyslog.ts';

const BURST = 200_000;
const REQUEST = '203.0.113.9 - - [02/Mar/2026:02:13:41 +0000] "GET /a?b=1 HTTP/1.1" 404 12 "-" "curl/8.5.0"';
const EXPECTED = { kind: 'http', address: '203.0.113.9', target: '/a?b=1', status: 404, program: 'nginx' };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-syslog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

const logger = (port: number, ...words: readonly string[]): void =>
  void execFileSync('logger', ['-n', '127.0.0.1', '-P', `${port}`, '-t', 'nginx', ...words]);

test('logger sends over UDP, as RFC 3164 and RFC 5424 write it', async () => {
  const secmon = await listenAt((port) => `udp://127.0.0.1:${port}`);
  logger(secmon.port, '-d', '--rfc3164', REQUEST);
  logger(secmon.port, '-d', '--rfc5424', REQUEST);
  expect(await secmon.until(2)).toMatchObject([EXPECTED, EXPECTED]);
});

test.each([[['--rfc3164']], [['--rfc5424']], [['--rfc3164', '--octet-count']], [['--rfc5424', '--octet-count']]])(
  'logger sends over TCP with %j',
  async (flags) => {
    const secmon = await listenAt((port) => `tcp://127.0.0.1:${port}`);
    logger(secmon.port, '-T', ...flags, REQUEST);
    logger(secmon.port, '-T', ...flags, REQUEST);
    expect(await secmon.until(2)).toMatchObject([EXPECTED, EXPECTED]);
  },
);

test.each([
  ['udp', 'protocol="udp" template="RSYSLOG_TraditionalForwardFormat"'],
  ['tcp', 'protocol="tcp" template="RSYSLOG_ForwardFormat"'],
  ['tcp', 'protocol="tcp" template="RSYSLOG_SyslogProtocol23Format"'],
  ['tcp', 'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_ForwardFormat"'],
  ['tcp', 'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"'],
])('rsyslogd forwards over %s with %s', async (protocol, action) => {
  const secmon = await listenAt((port) => `${protocol}://127.0.0.1:${port}`);
  const rsyslog = await startRsyslog({ folder: temporaryFolder(), forward: `port="${secmon.port}" ${action}` });
  rsyslog.log('nginx', REQUEST);
  rsyslog.log('sshd', 'Failed password for root from 203.0.113.9 port 4242 ssh2');
  expect(await secmon.until(2)).toMatchObject([EXPECTED, { kind: 'sshd', address: '203.0.113.9', program: 'sshd' }]);
});

test.each(['traditional', 'octet-counted'])('a burst of 200,000 lines of rsyslogd (%s) arrives complete and in order', async (framing) => {
  const folder = temporaryFolder();
  const file = join(folder, 'access.log');
  writeFileSync(file, Array.from({ length: BURST }, (_, i) => `${numbered(i)}\n`).join(''));
  const secmon = await listenAt((port) => `tcp://127.0.0.1:${port}`);
  await startRsyslog({
    folder,
    file,
    forward: `port="${secmon.port}" protocol="tcp" TCP_Framing="${framing}" template="RSYSLOG_ForwardFormat"`,
  });
  expect(firstDisorder(await secmon.until(BURST, 110_000), BURST)).toBe(-1);
  expect(secmon.engine.sources.dropped()).toBe(0);
});

test('a burst of 200,000 lines over one connection arrives complete and in order, while others send half a line, nothing, and nonsense', async () => {
  const secmon = await listenAt((port) => `tcp://127.0.0.1:${port}`);
  connect(secmon.port);
  connect(secmon.port).write('half a line');
  const nonsense = connect(secmon.port);
  nonsense.write(Buffer.from([0x16, 0x03, 0x01, 0, 0xff, 0xfe]));
  connect(secmon.port).end(Array.from({ length: BURST }, (_, i) => `${numbered(i)}\n`).join(''));
  expect(firstDisorder(await secmon.until(BURST, 110_000), BURST)).toBe(-1);
});

test('nginx logs over syslog what it also writes to its file', async () => {
  const folder = temporaryFolder();
  const nginx = await startNginx(folder);
  onTestFinished(() => nginx.stop());
  const secmon = await listenAt((port) => `udp://127.0.0.1:${port}`);
  const conf = join(folder, 'nginx.conf');
  writeFileSync(
    conf,
    readFileSync(conf, 'utf8').replace('http {', `http { access_log syslog:server=127.0.0.1:${secmon.port},tag=nginx combined;`),
  );
  execFileSync('nginx', ['-c', conf, '-p', folder, '-e', nginx.errorLog, '-s', 'reload']);
  // The old worker may answer once more: only a request that came through counts.
  const attack = '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--';
  await eventually('a line of the new worker', () => {
    nginx.get(attack, ['User-Agent: quote " here']);
    return secmon.entries.length > 0;
  });
  const [entry] = secmon.entries;
  expect(entry).toMatchObject({
    kind: 'http',
    address: '127.0.0.1',
    target: attack,
    status: 404,
    userAgent: 'quote " here',
    program: 'nginx',
  });
});

test('haproxy logs its requests over syslog, with what it captured', async () => {
  const folder = temporaryFolder();
  const secmon = await listenAt((port) => `udp://127.0.0.1:${port}`);
  const port = await freePort();
  const conf = join(folder, 'haproxy.cfg');
  writeFileSync(
    conf,
    `global
  log 127.0.0.1:${secmon.port} local0
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend web
  bind 127.0.0.1:${port}
  capture request header Host len 64
  capture request header User-Agent len 128
  http-request return status 404 content-type text/plain string no
`,
  );
  const child = spawn('haproxy', ['-f', conf, '-db'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  const target = '/item?id=1%27%20UNION%20SELECT&q={a}|"b"';
  await eventually('haproxy to answer', () => {
    spawnSync('curl', [
      '-s',
      '-o',
      '/dev/null',
      '-g',
      '--path-as-is',
      '--retry-connrefused',
      '--retry',
      '3',
      '-A',
      'sqlmap "1.8"',
      `http://127.0.0.1:${port}${target}`,
    ]);
    return secmon.entries.some(({ kind }) => kind === 'http');
  });
  expect(secmon.entries.find(({ kind }) => kind === 'http')).toMatchObject({
    address: '127.0.0.1',
    method: 'GET',
    target,
    status: 404,
    userAgent: 'sqlmap "1.8"',
    program: 'haproxy',
  });
});

test('rsyslogd sends over TLS with a client certificate', async () => {
  const { path } = makeCertificates();
  const secmon = await listenAt(
    (port) => `tls://127.0.0.1:${port}?cert=${path('server', 'crt')}&key=${path('server', 'key')}&ca=${path('ca', 'crt')}`,
  );
  const files = `StreamDriver.CAFile="${path('ca', 'crt')}" StreamDriver.CertFile="${path('client', 'crt')}" StreamDriver.KeyFile="${path('client', 'key')}"`;
  const rsyslog = await startRsyslog({
    folder: temporaryFolder(),
    forward: `port="${secmon.port}" protocol="tcp" TCP_Framing="octet-counted" StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid" ${files}`,
  });
  rsyslog.log('nginx', REQUEST);
  expect(await secmon.until(1)).toMatchObject([EXPECTED]);
});

test('a sender that is killed in the middle of a line delays nobody, and what it sent counts', async () => {
  const secmon = await listenAt((port) => `tcp://127.0.0.1:${port}`);
  const child = spawn('sh', ['-c', `{ printf '%s\\n%s' '${numbered(0)}' 'GET /half'; sleep 1000; } | exec nc 127.0.0.1 ${secmon.port}`], {
    detached: true,
    stdio: 'ignore',
  });
  await secmon.until(1);
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  const rest = await secmon.until(2);
  expect(rest.map(({ raw }) => raw)).toEqual([numbered(0), 'GET /half']);
});

test('openssl s_client sends with a client certificate, and nothing without one', async () => {
  const { path } = makeCertificates();
  const secmon = await listenAt(
    (port) => `tls://127.0.0.1:${port}?cert=${path('server', 'crt')}&key=${path('server', 'key')}&ca=${path('ca', 'crt')}`,
  );
  const send = (text: string, own: readonly string[]): Promise<void> => {
    const child = spawn('openssl', ['s_client', '-quiet', '-connect', `127.0.0.1:${secmon.port}`, '-CAfile', path('ca', 'crt'), ...own], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    onTestFinished(() => void child.kill());
    child.stdin.on('error', () => {});
    child.stdin.write(`${text}\n`);
    return new Promise((resolve) => child.once('exit', () => resolve()));
  };
  await send('without', []);
  void send('with', ['-cert', path('client', 'crt'), '-key', path('client', 'key')]);
  expect((await secmon.until(1)).map(({ raw }) => raw)).toEqual(['with']);
  expect(await secmon.notices()).toContain('no TLS connection');
});

test('rsyslogd goes on when secmon was away: what it held arrives', async () => {
  const first = await listenAt((port) => `tcp://127.0.0.1:${port}`);
  const rsyslog = await startRsyslog({ folder: temporaryFolder(), forward: `port="${first.port}" protocol="tcp"` });
  rsyslog.log('nginx', REQUEST);
  await first.until(1);
  await first.engine.client.close();
  for (let i = 0; i < 20; i += 1) rsyslog.log('nginx', numbered(i));
  const second = await listenAt(() => `tcp://127.0.0.1:${first.port}`);
  await eventually('the last of them', () => second.entries.at(-1)?.target === '/n/19');
  // What was on its way when the connection broke is lost: TCP syslog knows no acknowledgement. Nothing is missing behind the first.
  const numbers = second.entries.map(({ target }) => Number(target.slice(3)));
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 20 - numbers.length + i));
});
