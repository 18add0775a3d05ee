import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRunProcess, type RunProcess } from '../../src/checks/run-process.ts';
import { applyUpdates } from '../../src/checks/updates/apply.ts';
import { keepOutput } from '../../src/checks/updates/kept-output.ts';
import { createUpdatesCheck } from '../../src/checks/updates/updates.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { english } from '../../src/text/said.ts';
import { failureOf, type Heard, openFolder, runOf } from '../checks/support.ts';
import { NOBODY } from './helper-process.ts';

const isRoot = process.geteuid?.() === 0;
const live = { clock: systemClock };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function need(program: string, packageName: string): void {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    throw new Error(`${program} is missing: apt-get install ${packageName}`);
}

const check = (names: readonly string[], settings: object = {}) =>
  createUpdatesCheck(
    { timeout: '5m', refresh: false, pip: [], npm: [], ...settings },
    { has: async (name) => names.includes(name), isRoot },
  );
const at = ({ findings }: Heard, place: string) => findings.filter((finding) => finding.place === place);

/** Sets variables that tools are passed, until the test is over. */
function setVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    closers.push(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const UPDATEINFO = `<?xml version="1.0" encoding="UTF-8"?>
<updates><update from="nobody@example.org" status="final" type="security" version="1"><id>TEST-2026-1</id><title>a</title>
<issued date="2026-01-01 00:00:00"/><severity>Important</severity><description>for a test</description><references/>
<pkglist><collection short="t"><name>t</name><package name="secmon-test-a" version="2" release="1" epoch="0" arch="noarch" src="a.src.rpm">
<filename>secmon-test-a-2-1.noarch.rpm</filename></package></collection></pkglist></update></updates>
`;

/** As root, without a home, as secmon runs them. */
function tool(program: string, ...args: string[]): void {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8' };
  execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** An archive with versions 1 to 3 of two packages, the first of which 2 is for security, and a root with version 1 of both. */
function dnfRoot() {
  const folder = openFolder({ 'updateinfo.xml': UPDATEINFO });
  const path = (...names: string[]): string => join(folder, ...names);
  for (const name of ['repo', 'root/cache', 'root/log', 'root/persist']) mkdirSync(path(name), { recursive: true });
  for (const name of ['a', 'b'])
    for (const version of [1, 2, 3]) {
      const spec = `Name: secmon-test-${name}\nVersion: ${version}\nRelease: 1\nSummary: for a test\nLicense: MIT\nBuildArch: noarch\n%description\nnone\n%files\n`;
      writeFileSync(path('one.spec'), spec);
      const defines = ['--define', `_topdir ${path('top')}`, '--define', `_rpmdir ${path('repo')}`];
      tool('env', `HOME=${folder}`, 'rpmbuild', '-bb', ...defines, path('one.spec'));
    }
  tool('createrepo_c', '-q', path('repo'));
  tool('modifyrepo_c', path('updateinfo.xml'), path('repo/repodata'));
  const main = ['[main]', 'gpgcheck=0', 'plugins=0', 'reposdir=/nowhere', 'cachedir=/cache', 'logdir=/log', 'persistdir=/persist'];
  const configure = (address: string): void =>
    writeFileSync(path('dnf.conf'), [...main, '[t]', 'name=t', `baseurl=${address}`, ''].join('\n'));
  configure(`file://${path('repo')}`);
  const where = ['--config', path('dnf.conf'), '--installroot', path('root'), '--releasever', '1'];
  const real = createRunProcess({ clock: systemClock });
  /** The program as it is called, with a root of its own. */
  const run: RunProcess = ([program, ...args], options) => real([program, ...where, ...args], options);
  tool('dnf', '-q', '-y', ...where, 'install', 'secmon-test-a-1', 'secmon-test-b-1');
  // Debian's rpm keeps its database below the home of whoever calls it, Fedora's in one place.
  execFileSync('chmod', ['-R', 'a+rX', path('root')]);
  for (const name of ['cache', 'log', 'persist']) execFileSync('chown', ['-R', String(NOBODY), path('root', name)]);
  return { run, configure, path };
}

describe.runIf(isRoot)('real dnf with an archive and a root of its own', () => {
  beforeAll(() => {
    need('dnf', 'dnf');
    need('rpmbuild', 'rpm');
    need('createrepo_c', 'createrepo-c');
  });

  test('what is pending is told without root, what mends a weakness first; it is installed; what fails is one sentence', async () => {
    const { run, configure, path } = dnfRoot();
    const pending = at(await runOf(check(['dnf']), { ...live, run }), 'dnf');
    expect(pending.map(({ subject, kind, severity, facts }) => [subject, kind, severity, Object.fromEntries(facts)['offered']])).toEqual([
      ['secmon-test-a.noarch', 'security-update', 'high', '3-1'],
      ['secmon-test-b.noarch', 'other', 'low', '3-1'],
    ]);
    const output = keepOutput(openFolder(), systemClock);
    closers.push(() => output.close());
    const apply = async (): Promise<string> => {
      const options = { signal: new AbortController().signal, isRoot: true, refresh: false, output, onOutput: () => {} };
      return english(await applyUpdates({ ...options, run, has: async (program) => program === 'dnf' }));
    };
    // Another dnf, as its lock says.
    writeFileSync(path('root/cache/metadata_lock.pid'), String(process.pid));
    await expect(apply()).rejects.toThrow('Another program installs packages right now: wait for it, then run this again.');
    writeFileSync(path('root/cache/metadata_lock.pid'), '');
    expect(await apply()).toBe('Installed what was pending.');
    expect(readFileSync(output.path, 'utf8')).toMatch(/Upgraded:/);
    expect(at(await runOf(check(['dnf']), { ...live, run }), 'dnf')).toEqual([]);
    expect(await apply()).toBe('Nothing was pending.');
    configure('http://127.0.0.1:1/');
    const other: RunProcess = (argv, options) => run([argv[0], '--setopt=metadata_expire=0', ...argv.slice(1)], options);
    expect(await failureOf(check(['dnf']), { ...live, run: other })).toMatch(/dnf could not reach its archives \(.*\): see the network/);
  });
});

describe('real pip', () => {
  let environment: string;
  beforeAll(() => {
    need('/usr/bin/python3', 'python3-venv');
    environment = join(openFolder(), 'venv');
    execFileSync('/usr/bin/python3', ['-m', 'venv', environment]);
  });
  const look = () => failureOf(check([], { pip: [environment] }), live);

  test('an index that is not there, and one that answers nothing but errors, are not taken for nothing pending', async () => {
    setVariables({ PIP_INDEX_URL: 'http://127.0.0.1:1/', PIP_CONFIG_FILE: '/dev/null' });
    expect(await look()).toBe(`pip in ${environment} could not reach its index: see the network, or PIP_INDEX_URL.`);
    setVariables({ PIP_INDEX_URL: await serve((_, response) => void response.writeHead(404).end()) });
    expect(await look()).toMatch(/knows none of its packages: see PIP_INDEX_URL, and whether that index works\.$/);
  });

  test('an environment without pip, or whose Python is gone, is one sentence', async () => {
    const bare = join(openFolder(), 'venv');
    execFileSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', bare]);
    expect(await failureOf(check([], { pip: [bare] }), live)).toMatch(/has no pip: install it there \(python -m ensurepip\)/);
    execFileSync('rm', [join(bare, 'bin', 'python')]);
    expect(await failureOf(check([], { pip: [bare] }), live)).toMatch(/There is no program .*\/bin\/python on this machine/);
  });

  test("the system's own Python is left to the system (PEP 668)", async () => {
    const library = readdirSync('/usr/lib').filter((name) => /^python3\.\d/.test(name));
    expect(library.some((name) => existsSync(join('/usr/lib', name, 'EXTERNALLY-MANAGED')))).toBe(true);
    expect(await failureOf(check([], { pip: ['/usr'] }), live)).toMatch(/The Python in \/usr is managed by the system \(PEP 668\)/);
  });
});

describe('real npm', () => {
  beforeAll(() => need('npm', 'npm'));

  /** An application that uses a package in version 1.0.0. */
  function application(): string {
    const name = 'secmon-test-pad';
    const own = { name: 'app', version: '1.0.0', dependencies: { [name]: '^1.0.0' } };
    const installed = { version: '1.0.0', resolved: `http://127.0.0.1:1/${name}-1.0.0.tgz` };
    const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': own, [`node_modules/${name}`]: installed } };
    const folder = openFolder({ 'package.json': JSON.stringify(own), 'package-lock.json': JSON.stringify(lock) });
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
    if (isRoot) for (const path of [folder, join(folder, 'node_modules')]) chownSync(path, NOBODY, NOBODY);
    chmodSync(folder, 0o755);
    return folder;
  }
  /** The two parts of npm's registry that are asked. */
  const registry =
    (hasAudit: boolean): RequestListener =>
    (request, response) => {
      request.resume();
      const answer = (value: object): void =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.method === 'POST' && !hasAudit) response.writeHead(405).end();
      else if (request.method === 'POST')
        answer({
          'secmon-test-pad': [
            {
              id: 1,
              url: 'https://example.org/1',
              title: 'Prototype pollution',
              severity: 'high',
              vulnerable_versions: '<1.2.0',
              cwe: [],
              cvss: {},
            },
          ],
        });
      else {
        const versions = ['1.0.0', '1.2.0', '2.0.0'].map((version) => [
          version,
          { name: 'secmon-test-pad', version, dist: { tarball: 'http://127.0.0.1:1/' } },
        ]);
        answer({ name: 'secmon-test-pad', 'dist-tags': { latest: '2.0.0' }, versions: Object.fromEntries(versions) });
      }
    };
  const look = (folder: string): Promise<Heard> => runOf(check([], { npm: [folder] }), live);

  test('known weaknesses and newer versions are told', async () => {
    const folder = application();
    setVariables({ npm_config_registry: await serve(registry(true)) });
    const heard = await look(folder);
    expect(heard.notes.filter((note) => note.includes('npm'))).toEqual([]);
    expect(at(heard, folder).map(({ severity, title }) => `${severity} ${english(title)}`)).toEqual(['high Prototype pollution']);
    const newer = at(heard, `${folder} (npm outdated)`);
    expect(
      newer.map(({ subject, facts }) => [subject, Object.fromEntries(facts)['installed'], Object.fromEntries(facts)['offered']]),
    ).toEqual([[`secmon-test-pad (${folder})`, '1.0.0', '2.0.0']]);
    expect(readdirSync('/tmp').filter((name) => name.startsWith('secmon-npm-'))).toEqual([]);
  });

  test('a registry without audit hides no newer version; one that is not there is one sentence', async () => {
    const folder = application();
    setVariables({ npm_config_registry: await serve(registry(false)) });
    const heard = await look(folder);
    expect(heard.unseen).toEqual([folder]);
    expect(heard.notes.join()).toMatch(/npm audit does not answer for .* \(405 Method Not Allowed/);
    expect(at(heard, `${folder} (npm outdated)`)).toHaveLength(1);
    setVariables({ npm_config_registry: 'http://127.0.0.1:1/' });
    expect(await failureOf(check([], { npm: [folder] }), live)).toMatch(/npm audit does not answer for .*ECONNREFUSED.*cannot be reached/);
  });
});
