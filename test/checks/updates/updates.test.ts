import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { ProcessResult, RunProcess } from '../../../src/checks/run-process.ts';
import { applyUpdates } from '../../../src/checks/updates/apply.ts';
import { parseAptSimulation, proxies } from '../../../src/checks/updates/apt.ts';
import { parseApkVersions, parseDnfSecurity, parseDnfUpdates } from '../../../src/checks/updates/other-packages.ts';
import { replacedIn, replacedLibraries } from '../../../src/checks/updates/replaced.ts';
import { createUpdatesCheck } from '../../../src/checks/updates/updates.ts';
import { english } from '../../../src/text/said.ts';
import { failureOf, hear, openFolder, runOf } from '../support.ts';

/** Lines of `apt-get -s dist-upgrade` as Debian 12 and Ubuntu 22.04 print them. */
const APT = readFileSync(new URL('./fixtures/apt-simulation.txt', import.meta.url), 'utf8');

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
    expect([...parseDnfSecurity(security)]).toEqual([['bash-5.2.26-1.fc40.x86_64', 'high']]);
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
        'dist-upgrade': done(''),
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
  ])('that %s is one sentence', async (_, text, sentence) => {
    expect(await failureOf(check([], { npm: [folder()] }), { run: tools({ 'npm audit': done(text, 1) }) })).toMatch(sentence);
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

describe('installing what is pending', () => {
  const has = (...names: string[]) => ({ has: async (program: string) => names.includes(program) });
  const parts = { signal: new AbortController().signal, onOutput: () => {} };

  it('needs root, and says so', async () => {
    await expect(applyUpdates({ ...parts, ...has('apt-get'), isRoot: false, run: tools({}) })).rejects.toThrow(
      /needs root: run "sudo secmon check updates --apply"/,
    );
  });

  it('runs the upgrade without a question, removes nothing and keeps changed configuration files', async () => {
    const ran: string[] = [];
    await applyUpdates({ ...parts, ...has('apt-get', 'dnf'), isRoot: true, run: tools({ upgrade: done('Setting up bash') }, ran) });
    expect(ran).toEqual([
      'apt-get -y -q -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --with-new-pkgs upgrade',
    ]);
    await applyUpdates({ ...parts, ...has('dnf'), isRoot: true, run: tools({ upgrade: done('') }, ran) });
    expect(ran[1]).toBe('dnf -y upgrade');
  });

  it.each([
    [done('', 100, 'E: Could not get lock /var/lib/dpkg/lock-frontend'), /Another program installs packages right now/],
    [done('', 100, 'E: boom'), /apt-get failed with code 100: E: boom/],
  ])('that fails is one sentence', async (answer, sentence) => {
    await expect(applyUpdates({ ...parts, ...has('apt-get'), isRoot: true, run: tools({ upgrade: answer }) })).rejects.toThrow(sentence);
  });

  it('says so where no package manager is known', async () => {
    await expect(applyUpdates({ ...parts, ...has(), isRoot: true, run: tools({}) })).rejects.toThrow(/neither apt-get, dnf nor apk here/);
  });
});

test('tools get of our environment only how archives are reached', () => {
  expect(proxies({ https_proxy: 'http://p', SECRET: 'x' })).toEqual({ https_proxy: 'http://p' });
});
