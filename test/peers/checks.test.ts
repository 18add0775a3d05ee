import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBanditCheck } from '../../src/checks/bandit/bandit.ts';
import { createFail2banCheck } from '../../src/checks/fail2ban.ts';
import { replacedLibraries } from '../../src/checks/updates/replaced.ts';
import { createUpdatesCheck } from '../../src/checks/updates/updates.ts';
import { createUptimeCheck } from '../../src/checks/uptime/uptime.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createFail2banProbe } from '../../src/engine/checks/checks-fail2ban.ts';
import { english } from '../../src/text/said.ts';
import { failureOf, hear, openFolder, runOf } from '../checks/support.ts';
import { type Fail2banServer, requireFail2ban, startFail2ban } from './fail2ban-server.ts';

const isRoot = process.getuid?.() === 0;

function need(program: string, packageName: string): void {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    throw new Error(`${program} is missing: apt-get install ${packageName}`);
}

/** Real time: these peers take what they take. */
const live = { clock: systemClock };

describe('real Bandit', () => {
  beforeAll(() => need('bandit', 'bandit'));
  const APP = `import subprocess
from flask import Flask, request
app = Flask(__name__)

@app.route('/ping')
def ping():
    subprocess.call('ping ' + request.args['host'], shell=True)

def calculate(text):
    return eval(text)
`;
  const settings = (folder: string, changes: object = {}) => ({
    timeout: '2m',
    program: 'bandit',
    paths: [folder],
    exclude: [],
    routes: {},
    ...changes,
  });

  it('finds a shell and an eval, tells them from fixed ones, and takes its exit code 1 for findings', async () => {
    const folder = openFolder({ 'app.py': APP });
    const found = await runOf(createBanditCheck(settings(folder, { routes: { '/users': 'app.py' } })), live);
    const byRule = new Map(found.findings.map((finding) => [Object.fromEntries(finding.facts)['rule']?.split(' ')[0], finding]));
    expect(byRule.get('B602')).toMatchObject({ severity: 'high', family: 'rce', subject: join(folder, 'app.py:7') });
    expect(byRule.get('B602')?.paths).toContain('/ping');
    expect(byRule.get('B307')).toMatchObject({ severity: 'medium', family: 'rce', paths: ['/users'] });
    const keys = found.findings.map(({ key }) => key).sort();
    writeFileSync(join(folder, 'app.py'), `# A line above.\n\n${APP}`);
    const moved = await runOf(createBanditCheck(settings(folder)), live);
    expect(moved.findings.map(({ key }) => key).sort()).toEqual(keys);
    writeFileSync(join(folder, 'app.py'), 'print(1)\n');
    expect((await runOf(createBanditCheck(settings(folder)), live)).findings).toEqual([]);
  });

  it('writes reports that are read alike, and says what it cannot read', async () => {
    const folder = openFolder({ 'app.py': APP, 'broken.py': 'def (:\n' });
    const report = join(folder, 'report.json');
    spawnSync('bandit', ['-q', '-f', 'json', '-o', report, '-r', folder]);
    const read = await runOf(createBanditCheck(settings(folder, { paths: [], report })), live);
    const run = await runOf(createBanditCheck(settings(folder)), live);
    expect(read.findings.map(({ key }) => key).sort()).toEqual(run.findings.map(({ key }) => key).sort());
    expect(read.findings.length).toBeGreaterThan(1);
    expect(run.notes.join()).toMatch(/could not read .*broken\.py/);
    writeFileSync(report, readFileSync(report, 'utf8').slice(0, 400));
    expect(await failureOf(createBanditCheck(settings(folder, { paths: [], report })), live)).toMatch(/only half of its JSON/);
  });

  it.runIf(isRoot)('does not run as root: what only root may read it cannot read, and says so', async () => {
    const folder = openFolder({ 'app.py': APP });
    execFileSync('chmod', ['700', folder]);
    expect(await failureOf(createBanditCheck(settings(folder)), live)).toMatch(
      /found no Python file in .* that it may read|could not be read by bandit/,
    );
  });
});

describe('real apt', () => {
  beforeAll(() => need('apt-get', 'apt'));

  it('tells what is pending without root, as apt itself counts it', async () => {
    const said = execFileSync('apt-get', ['-s', '-q', 'dist-upgrade'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
    });
    const { findings } = await runOf(createUpdatesCheck(undefined), live);
    const own = findings.filter(({ place }) => place === 'apt');
    expect(own.map(({ subject }) => subject).sort()).toEqual([...said.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name).sort());
    const security = [...said.matchAll(/^Inst (\S+).*-security/gm)].map(([, name]) => name).sort();
    expect(
      own
        .filter(({ kind }) => kind === 'security-update')
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(security);
  });
});

describe('real pip', () => {
  let environment: string;
  beforeAll(() => {
    need('/usr/bin/python3', 'python3-venv');
    environment = join(openFolder(), 'venv');
    execFileSync('/usr/bin/python3', ['-m', 'venv', environment]);
  });

  it('is asked in its virtual environment, or cannot reach its index, which is not taken for nothing pending', async () => {
    const heard = await runOf(createUpdatesCheck({ timeout: '5m', refresh: false, pip: [environment], npm: [] }), live);
    const own = heard.findings.filter(({ place }) => place === environment);
    if (heard.unseen.includes(environment)) expect(heard.notes.join()).toMatch(/could not reach its index|failed with code/);
    else expect(own.every(({ subject, facts }) => subject.endsWith(`(${environment})`) && facts.length >= 2)).toBe(true);
  });

  it('reads what an index offers', async () => {
    // An index of its own (PEP 503) with a newer pip.
    const index = openFolder();
    mkdirSync(join(index, 'pip'));
    writeFileSync(join(index, 'pip', 'index.html'), '<a href="pip-999.0-py3-none-any.whl">pip-999.0-py3-none-any.whl</a>');
    const server = spawn('/usr/bin/python3', ['-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', index], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONUNBUFFERED: '1' },
    });
    let said = '';
    const port = await new Promise<string>((resolve) =>
      server.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        const [, found] = /port (\d+) /.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      }),
    );
    const before = process.env['PIP_INDEX_URL'];
    process.env['PIP_INDEX_URL'] = `http://127.0.0.1:${port}/`;
    try {
      const heard = await runOf(createUpdatesCheck({ timeout: '5m', refresh: false, pip: [environment], npm: [] }), live);
      const own = heard.findings.filter(({ place }) => place === environment);
      expect(own.map(({ subject }) => subject)).toEqual([`pip (${environment})`]);
      expect(Object.fromEntries(own[0]?.facts ?? [])['offered']).toBe('999.0');
    } finally {
      if (before === undefined) delete process.env['PIP_INDEX_URL'];
      else process.env['PIP_INDEX_URL'] = before;
      server.kill();
    }
  });

  it("leaves the system's own Python to the system", async () => {
    const { notes } = await runOf(createUpdatesCheck({ timeout: '5m', refresh: false, pip: ['/usr'], npm: [] }), live);
    expect(notes.join()).toMatch(/managed by the system \(PEP 668\)|is no virtual environment/);
  });
});

describe('a process that runs from a replaced program', () => {
  it.runIf(isRoot)('is found in the real /proc', async () => {
    const program = '/usr/local/bin/secmon-test-sleep';
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['1000']);
    try {
      await new Promise((resolve) => child.once('spawn', resolve));
      execFileSync('rm', [program]);
      const find = async () =>
        (await hear(replacedLibraries())).findings.find(({ facts }) => Object.fromEntries(facts)['replaced']?.includes(program));
      await expect.poll(find).toMatchObject({ severity: 'medium' });
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('real fail2ban', () => {
  let server: Fail2banServer;
  beforeAll(async () => {
    requireFail2ban();
    server = await startFail2ban();
  });
  afterAll(() => server?.close());

  it('is asked for its jails and bans, and found dead once it is', async () => {
    const probe = createFail2banProbe({ fail2ban: { client: 'fail2ban-client', socket: server.socket } }, systemClock);
    server.client('set', 'secmon', 'banip', '203.0.113.9');
    const alive = await runOf(createFail2banCheck(undefined, probe), live);
    expect(alive.measures).toEqual(['good other holds 0 addresses', 'good secmon holds 1 address']);
    expect(alive.notes[0]).toMatch(/^fail2ban \d+\.\d+.* lives\.$/);
    await server.kill();
    const dead = await runOf(createFail2banCheck(undefined, probe), live);
    expect(dead.findings.map(({ severity, title }) => `${severity} ${english(title)}`)).toEqual([
      'high fail2ban does not run: nobody is banned by it',
    ]);
  });

  it('that has no client here is one sentence', async () => {
    const probe = createFail2banProbe({ fail2ban: { client: '/nowhere/fail2ban-client', socket: '/nowhere' } }, systemClock);
    await expect(probe.alive()).rejects.toThrow(/fail2ban-client/);
  });
});

describe('real HTTP and HTTPS servers', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  beforeAll(() => need('openssl', 'openssl'));

  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  /** A certificate for localhost that lasts so many days. */
  function certificate(days: number): { key: string; cert: string } {
    const folder = openFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        String(days),
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  }
  const look = (urls: readonly unknown[], slow = '10s') =>
    runOf(createUptimeCheck({ every: '60s', timeout: '50s', urls: urls as never, failures: 1, slow, certificate_days: 14 }), live);

  it('tell good, wrong body, redirect, refusal and hanging up apart', async () => {
    const port = await listen(
      createHttp((request, response) => {
        if (request.url === '/moved') response.writeHead(302, { location: 'http://192.0.2.1/' }).end();
        else if (request.url === '/reset') response.destroy();
        else if (request.url === '/error') response.writeHead(500).end('oops');
        else response.end('Welcome');
      }),
    );
    const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
    const { measures } = await look([
      url('/'),
      { url: url('/'), status: 200, contains: 'Goodbye' },
      url('/moved'),
      url('/reset'),
      url('/error'),
      'http://127.0.0.1:1/',
    ]);
    expect(measures.map((measure) => measure.replace(/^(good|bad) \S+ /, '$1 ').replace(/\d+ ms/, 'N ms'))).toEqual([
      'good answers 200 in N ms',
      'bad the answer does not hold "Goodbye"',
      'bad answers 302 and sends to http://192.0.2.1/',
      'bad hangs up in the middle',
      'bad answers 500 instead of 200',
      'bad refuses the connection: nothing listens there',
    ]);
  });

  it('that are slow are given up after their time', async () => {
    const port = await listen(createHttp(() => {}));
    expect((await look([`http://127.0.0.1:${port}/`], '1s')).measures[0]).toContain('does not answer within 1 s');
  });

  it.each([
    [1, 'high its certificate ends soon'],
    [10, 'medium its certificate ends soon'],
    [60, ''],
  ])('with a certificate of %i days', async (days, told) => {
    const port = await listen(createHttps(certificate(days), (_, response) => response.end('ok')));
    const { findings, measures } = await look([`https://localhost:${port}/`]);
    expect(
      findings
        .filter(({ key }) => key.startsWith('certificate'))
        .map(({ severity, title }) => `${severity} ${english(title)}`)
        .join(),
    ).toBe(told);
    // Nobody that this machine trusts has signed it.
    expect(measures[0]).toMatch(/^bad .*its certificate is not trusted: (?:self[- ]signed|DEPTH_ZERO)/i);
  });
});
