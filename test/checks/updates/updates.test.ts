import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { ProcessResult, RunProcess } from '../../../src/checks/run-process.ts';
import { proxies } from '../../../src/checks/updates/apt.ts';
import { parseAptSimulation } from '../../../src/checks/updates/apt-output.ts';
import { parseApkVersions, parseDnfSecurity, parseDnfUpdates } from '../../../src/checks/updates/other-packages.ts';
import { replacedIn, replacedLibraries } from '../../../src/checks/updates/replaced.ts';
import { createUpdatesCheck } from '../../../src/checks/updates/updates.ts';
import { english } from '../../../src/text/said.ts';
import { failureOf, hear, openFolder, runOf } from '../support.ts';

/** Lines of `apt-get -s dist-upgrade` as Debian 12 and Ubuntu 22.04 print them. */
const APT = readFileSync(new URL('./fixtures/apt-simulation.txt', import.meta.url), 'utf8');

/** What it says when nothing is pending. */
const NONE = '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n';

const done = (stdout: string, code = 0, stderr = ''): ProcessResult => ({ code, stdout, stderr, isCut: false });
/** Tools that answer by their first words. */
const tools =
  (answers: Readonly<Record<string, ProcessResult>>, ran: string[] = []): RunProcess =>
  async (argv) => {
    ran.push(argv.join(' '));
    const [, answer] = Object.entries(answers).find(([words]) => argv.join(' ').includes(words)) ?? [];
    return answer ?? done('', 127, 'no such answer');
  };
const check = (names: readonly string[], settings: object = {}, isRoot = false) =>
  createUpdatesCheck(
    { timeout: '15m', refresh: false, pip: [], npm: [], ...settings },
    { has: async (program) => names.includes(program), isRoot },
  );

describe('pending updates of apt', () => {
  it('are read with their versions and archives; those of a security archive are security updates', () => {
    expect(
      parseAptSimulation(APT).map(({ name, installed, offered, isSecurity }) => `${name} ${installed} ${offered} ${isSecurity}`),
    ).toEqual([
      'base-files 12.4+deb12u11 12.4+deb12u15 false',
      'libgcrypt20 1.10.1-3 1.10.1-3+deb12u1 true',
      'liblzma-dev 5.4.1-1 5.4.1-1+deb12u2 true',
      'linux-image-6.1.0-41-amd64  6.1.158-1 true',
      'openssl 3.0.2-0ubuntu1.15 3.0.2-0ubuntu1.18 true',
      'tzdata 2024a-0 2025b-0 false',
    ]);
  });

  it('ask apt for dist-upgrade without root, and for new lists only when allowed', async () => {
    const ran: string[] = [];
    const answers = { 'dist-upgrade': done(APT), update: done('Reading package lists...') };
    const { findings } = await runOf(check(['apt-get']), { run: tools(answers, ran) });
    expect(ran).toHaveLength(1);
    expect(ran[0]).toMatch(/^apt-get -s .* dist-upgrade$/);
    const security = findings.filter(({ kind }) => kind === 'security-update');
    expect(security.map(({ subject, severity }) => `${severity} ${subject}`)).toEqual([
      'high libgcrypt20',
      'high liblzma-dev',
      'high linux-image-6.1.0-41-amd64',
      'high openssl',
    ]);
    await runOf(check(['apt-get'], { refresh: true }, true), { run: tools(answers, ran) });
    expect(ran[1]).toBe('apt-get -q update');
    const { notes } = await runOf(check(['apt-get'], { refresh: true }, false), { run: tools(answers, ran) });
    expect(notes).toContain('apt-get update needs root: the package lists are as they were.');
  });

  it('go on with the old lists when the new ones cannot be had', async () => {
    const run = tools({
      'dist-upgrade': done(APT),
      update: done('Err:1 http://deb.debian.org', 0, 'W: Failed to fetch http://deb.debian.org'),
    });
    const { notes, findings } = await runOf(check(['apt-get'], { refresh: true }, true), { run });
    expect(notes[0]).toMatch(/apt-get update failed .*Failed to fetch/);
    expect(findings.length).toBeGreaterThan(0);
  });

  it('tell what is kept back, and what an earlier upgrade left half installed', async () => {
    // As apt 2.6.1 says it.
    const text = `The following packages have been kept back:
  secmon-test-held
0 upgraded, 0 newly installed, 0 to remove and 1 not upgraded.
1 not fully installed or removed.
Conf secmon-test-bad (2 Debian-Security:stable-security [all])
`;
    const held = `${NONE}Inst secmon-test-held [1] (2 Debian-Security:stable-security [all])\nInst other [1] (2 Debian-Security:stable-security [all])\n`;
    const run = tools({ '--ignore-hold': done(held), 'dist-upgrade': done(text) });
    const { notes, findings } = await runOf(check(['apt-get']), { run });
    // A hold does not mend a weakness.
    expect(
      findings.filter(({ place }) => place === 'apt').map(({ subject, kind, advice }) => [subject, kind, advice && english(advice)]),
    ).toEqual([
      [
        'secmon-test-held',
        'security-update',
        'It is kept back: see apt-mark showhold, let it go (apt-mark unhold secmon-test-held), and install it.',
      ],
    ]);
    expect(notes.join('\n')).toContain(
      '1 package is kept back, as it is held (apt-mark showhold) or needs what is not there: secmon-test-held.',
    );
    expect(notes.join('\n')).toContain('Packages are half installed (secmon-test-bad): run "sudo dpkg --configure -a".');
  });

  it.each([
    ['nonsense', 'Hello', /did not answer as it should \(Hello\): see what "apt-get -s dist-upgrade" says/],
    ['nothing', '', /did not answer as it should/],
    ['half an answer', APT.split('Inst openssl')[0] ?? '', /named only 4 of 6 updates: see whether it was ended early/],
  ])('are not taken for none when apt says %s', async (_, text, sentence) => {
    expect(await failureOf(check(['apt-get']), { run: tools({ 'dist-upgrade': done(text) }) })).toMatch(sentence);
  });

  it.each([
    ['dpkg was interrupted', 'E: dpkg was interrupted, you must manually run', /run "dpkg --configure -a"/],
    ['broken packages', 'E: Unmet dependencies. Try apt --fix-broken install', /apt-get -f install/],
    ['no rights', 'E: List directory /var/lib/apt/lists/partial is missing. - Permission denied', /see the rights of \/var\/lib\/apt/],
    ['anything else', 'E: boom', /failed with code 100: E: boom/],
  ])('that cannot be told for %s are one sentence with what to do', async (_, stderr, sentence) => {
    expect(await failureOf(check(['apt-get']), { run: tools({ 'dist-upgrade': done('', 100, stderr) }) })).toMatch(sentence);
  });
});

describe('pending updates of dnf and apk', () => {
  it('are read, those for security of dnf alone', async () => {
    const pending =
      '\nbash.x86_64    5.2.26-1.fc40    updates\ntzdata.noarch  2024b-1.fc40 updates\nObsoleting Packages\nold.noarch 1 updates\n';
    const security = 'FEDORA-2024-1 Important/Sec. bash-5.2.26-1.fc40.x86_64\n';
    expect(parseDnfUpdates(pending).map(({ name }) => name)).toEqual(['bash.x86_64', 'tzdata.noarch']);
    expect([...parseDnfSecurity(security)]).toEqual([['bash.x86_64', 'high']]);
    // An advisory for a version between the installed and the newest one; dnf 5 writes in columns.
    const more = `FEDORA-2024-2 Low/Sec. bash-5.2.25-1.fc40.x86_64
FEDORA-2024-3 security    Critical openssl-libs-1:3.2.1-2.fc40.x86_64 2024-05-01 01:02:03
FEDORA-2024-4 bugfix None tzdata-2024a-1.fc40.noarch 2024-05-01 01:02:03
Name Type Severity Package Issued
`;
    expect([...parseDnfSecurity(security + more)]).toEqual([
      ['bash.x86_64', 'high'],
      ['openssl-libs.x86_64', 'critical'],
    ]);
    const run = tools({ 'check-update': done(pending, 100), updateinfo: done(security) });
    const { findings } = await runOf(check(['dnf']), { run });
    expect(findings.filter(({ place }) => place === 'dnf').map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'bash.x86_64 security-update',
      'tzdata.noarch other',
    ]);
  });

  it('read what apk prints', async () => {
    const text =
      'Installed:                                Available:\nbusybox-1.36.1-r2                       < 1.36.1-r5 \nlibcrypto3-3.1.4-r0 < 3.1.4-r5\n';
    expect(parseApkVersions(text)).toEqual([
      { name: 'busybox', installed: '1.36.1-r2', offered: '1.36.1-r5' },
      { name: 'libcrypto3', installed: '3.1.4-r0', offered: '3.1.4-r5' },
    ]);
    expect(
      (await runOf(check(['apk']), { run: tools({ 'apk version': done(text) }) })).findings.filter(({ place }) => place === 'apk'),
    ).toHaveLength(2);
  });

  it.each([
    [
      'dnf',
      done('', 1, 'Error: Failed to download metadata for repo t'),
      /dnf could not reach its archives \(Error: Failed .*\): see the network/,
    ],
    ['dnf', done('', 1, 'Error: There are no enabled repositories in "/etc/yum.repos.d".'), /dnf has no archive to ask: enable one/],
    ['dnf', done('', 1, 'Error: rpmdb open failed'), /dnf may not read its own files \(Error: rpmdb open failed\)/],
    ['dnf', done('', 3, 'boom'), /dnf failed with code 3: boom/],
    ['dnf', done('Hello', 100), /dnf did not answer as it should \(Hello\): see what "dnf check-update" says/],
    ['dnf', done('bash.x86_64 5.2.26-1.fc40 updates', 0), /dnf did not answer as it should/],
    ['apk', done('', 1, 'ERROR: boom'), /apk failed with code 1: ERROR: boom/],
    ['apk', done('Installed:   Available:\nbusybox-1.36.1-r2 <'), /apk did not answer as it should \(busybox-1.36.1-r2 <\)/],
  ])('that cannot be told by %s are one sentence with what to do', async (program, answer, sentence) => {
    expect(await failureOf(check([program]), { run: tools({ 'check-update': answer, version: answer }) })).toMatch(sentence);
  });

  it('are nothing where there is no package manager', async () => {
    expect(await failureOf(check([]))).toMatch(/neither apt-get, dnf nor apk/);
  });
});

/** A virtual environment as `python -m venv` leaves it, as far as it is looked at. */
function environment(): string {
  const folder = openFolder({ 'pyvenv.cfg': 'home = /usr/bin\n' });
  mkdirSync(join(folder, 'bin'));
  return folder;
}

describe('outdated packages of pip', () => {
  it('are asked of the environment itself', async () => {
    const folder = environment();
    const ran: string[] = [];
    const run = tools(
      {
        'pip list': done('[{"name":"Django","version":"4.2.1","latest_version":"5.1.2","latest_filetype":"wheel"}]'),
        'dist-upgrade': done(NONE),
      },
      ran,
    );
    const { findings } = await runOf(check(['apt-get'], { pip: [folder] }), { run });
    expect(ran[1]).toMatch(new RegExp(`^${folder}/bin/python -m pip list --outdated --format json`));
    expect(findings.filter(({ place }) => place === folder)).toMatchObject([{ subject: `Django (${folder})`, severity: 'low' }]);
  });

  it.each([
    [
      'that reached no index, which pip takes for success',
      done('[]', 0, 'WARNING: Retrying after connection broken by NewConnectionError'),
      /could not reach its index/,
    ],
    [
      'that ask a host which pip does not trust',
      done('[]', 0, 'WARNING: The repository located at index.test is not a trusted or secure host and is being ignored.'),
      /could not reach its index/,
    ],
    // pip 23.0.1 before an index that answers 403, 404, 407 or 500 to everything.
    ['whose index knows nothing', done('[]'), /knows none of its packages: see PIP_INDEX_URL/],
    ['of an old pip', done('', 2, 'no such option: --format'), /too old to tell what is outdated/],
    ['without pip', done('', 1, '/venv/bin/python: No module named pip'), /has no pip: install it there/],
    ['that fails', done('', 2, 'ERROR: boom'), /failed with code 2: ERROR: boom/],
    ['that say something else', done('{}'), /did not answer a list/],
    ['cut off', done('[{"name"'), /only half of its JSON/],
  ])('%s are one sentence, and the rest goes on', async (_, answer, sentence) => {
    const folder = environment();
    const heard = await runOf(check(['apt-get'], { pip: [folder] }), { run: tools({ 'pip list': answer, 'dist-upgrade': done(APT) }) });
    expect(heard.unseen).toEqual([folder]);
    expect(heard.notes.join(' ')).toMatch(sentence);
    expect(heard.findings.some(({ place }) => place === 'apt')).toBe(true);
  });

  it('are not waited for any more once the index was tried in vain a few times', async () => {
    const folder = environment();
    const run: RunProcess = async (argv, { onOutput, signal }) => {
      if (!argv.includes('pip')) return done(APT);
      for (let tries = 0; tries < 10 && !signal.aborted; tries++) onOutput?.('WARNING: Retrying after connection broken by Timeout\n');
      if (signal.aborted) throw new Error('python was stopped.');
      return done('[]');
    };
    const heard = await runOf(check(['apt-get'], { pip: [folder] }), { run });
    expect(heard.notes.join()).toMatch(/could not reach its index: see the network/);
  });

  it('of a Python that the system manages are left to the system (PEP 668)', async () => {
    const folder = openFolder();
    mkdirSync(join(folder, 'lib', 'python3.11'), { recursive: true });
    writeFileSync(join(folder, 'lib', 'python3.11', 'EXTERNALLY-MANAGED'), '');
    expect(await failureOf(check([], { pip: [folder] }))).toMatch(/managed by the system \(PEP 668\)/);
    expect(await failureOf(check([], { pip: [openFolder()] }))).toMatch(/is no virtual environment/);
    expect(await failureOf(check([], { pip: ['/nowhere'] }))).toMatch(/There is no folder \/nowhere/);
  });
});

describe('npm audit', () => {
  const report = {
    auditReportVersion: 2,
    vulnerabilities: {
      lodash: {
        name: 'lodash',
        severity: 'high',
        via: [{ title: 'Command Injection in lodash', url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm' }],
        range: '<4.17.21',
        fixAvailable: true,
      },
      app: { name: 'app', severity: 'moderate', via: ['lodash'], range: '*', fixAvailable: false },
    },
  };
  const folder = (): string => openFolder({ 'package-lock.json': '{}' });

  it('tells known weaknesses, and ends with 1 when there are some', async () => {
    const path = folder();
    const { findings } = await runOf(check([], { npm: [path] }), { run: tools({ 'npm audit': done(JSON.stringify(report), 1) }) });
    const own = findings.filter(({ place }) => place === path);
    expect(own.map(({ severity, kind, title }) => `${severity} ${kind} ${english(title)}`)).toEqual([
      'high security-update Command Injection in lodash',
      'medium other it uses a package with a known weakness',
    ]);
  });

  it.each([
    // As the registry of a mirror without audit answered npm 10.
    [
      'does not answer',
      JSON.stringify({
        message: '405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk',
        statusCode: 405,
        error: { summary: '' },
      }),
      /does not answer for .*405 Method Not Allowed/,
    ],
    [
      'has no lock file',
      JSON.stringify({ error: { code: 'ENOLOCK', summary: 'This command requires an existing lockfile.' } }),
      /requires an existing lockfile/,
    ],
    ['answers nonsense', 'npm ERR!', /did not answer JSON/],
    ['is cut off', '{"auditReportVersion": 2, "vuln', /only half of its JSON/],
    ['is of npm 6', JSON.stringify({ actions: [], advisories: {}, metadata: {} }), /npm here is too old .*: install npm 7 or later/],
  ])('that %s is one sentence', async (_, text, sentence) => {
    expect(await failureOf(check([], { npm: [folder()] }), { run: tools({ 'npm audit': done(text, 1) }) })).toMatch(sentence);
  });

  it('does not hide what is outdated, which npm tells apart', async () => {
    const path = folder();
    // As npm 11 says it.
    const outdated = { 'left-pad': { current: '1.0.0', wanted: '1.0.0', latest: '1.3.0', dependent: 'n', location: '/n' } };
    const cache = openFolder();
    const answers = {
      'npm audit': done('{"message":"405 Method Not Allowed"}', 1),
      'npm outdated': done(JSON.stringify(outdated), 1),
      mktemp: done(`${cache}\n`),
    };
    const heard = await runOf(check([], { npm: [path] }), { run: tools(answers) });
    expect(heard.unseen).toEqual([path]);
    const [own] = heard.findings.filter(({ place }) => place === `${path} (npm outdated)`);
    expect(own).toMatchObject({
      subject: `left-pad (${path})`,
      severity: 'low',
      facts: [['installed', '1.0.0'], ['offered', '1.3.0'], {}],
    });
    expect(existsSync(cache)).toBe(false);
    const refused = {
      ...answers,
      'npm outdated': done('{"error":{"code":"ECONNREFUSED","summary":"FetchError: connect ECONNREFUSED"}}', 1),
    };
    const { run } = { run: tools({ ...refused, 'npm audit': done(JSON.stringify(report), 1) }) };
    const other = await runOf(check([], { npm: [path] }), { run });
    expect(other.notes.join()).toMatch(/npm could not ask its registry for .* \(FetchError: connect ECONNREFUSED\): see the network/);
  });

  it('needs a lock file', async () => {
    expect(await failureOf(check([], { npm: [openFolder()] }))).toMatch(/There is no package-lock\.json/);
  });
});

describe('what runs from a replaced library', () => {
  /** Lines of /proc/PID/maps (proc_pid_maps(5)). */
  const maps = `7f1c00000000-7f1c00001000 r-xp 00000000 08:01 131 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
7f1c00001000-7f1c00002000 r--p 00001000 08:01 131 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
7f1c00002000-7f1c00003000 rw-s 00000000 00:01 9 /memfd:shm (deleted)
7f1c00003000-7f1c00004000 rw-s 00000000 00:01 9 /dev/zero (deleted)
7f1c00004000-7f1c00005000 r-xp 00000000 08:01 7 /tmp/build/x.so (deleted)
7f1c00005000-7f1c00006000 r-xp 00000000 08:01 8 /usr/sbin/nginx
`;

  it('is found in the maps of processes; what is temporary does not count', () => {
    expect(replacedIn(maps)).toEqual(['/usr/lib/x86_64-linux-gnu/libssl.so.3']);
  });

  it('is told by program', async () => {
    const proc = openFolder();
    for (const pid of ['7', '8', 'self']) {
      mkdirSync(join(proc, pid));
      writeFileSync(join(proc, pid, 'maps'), maps);
      writeFileSync(join(proc, pid, 'comm'), 'nginx\n');
    }
    const { findings } = await hear(replacedLibraries(proc));
    expect(findings).toMatchObject([{ subject: 'nginx', severity: 'medium' }]);
    expect(Object.fromEntries(findings[0]?.facts ?? [])).toMatchObject({ processes: '7 8' });
  });
});

test('tools get of our environment only how archives are reached', () => {
  expect(proxies({ https_proxy: 'http://p', SECRET: 'x' })).toEqual({ https_proxy: 'http://p' });
});
