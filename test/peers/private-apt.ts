import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface TestPackage {
  readonly name: string;
  /** Content of the files that it installs, by name, for each version. */
  readonly files?: (version: number) => Readonly<Record<string, string | Buffer>>;
  /** A file of these that is a configuration file. */
  readonly conffile?: string;
  /** What the second version runs once it is unpacked. */
  readonly postinst?: string;
}

/** Real apt and dpkg with a database, lists and an archive of their own: nothing of the machine's own is touched. */
export interface PrivateApt {
  /** What makes apt-get and secmon use it. */
  readonly env: { readonly APT_CONFIG: string };
  /** What lies below its folder: `dpkg`, `etc`, `repo`, `installed`. */
  path(...names: string[]): string;
  /** Where a package's file is installed. */
  installed(file: string): string;
  /** dpkg's letters and the version: `ii 2`. */
  state(name: string): string;
  hold(name: string): void;
  readonly lockFile: string;
  close(): void;
}

/** The output of a program; what it says of a failure is part of the error. */
const run = (program: string, args: readonly string[], options: Pick<ExecFileSyncOptions, 'cwd' | 'env' | 'input'> = {}): string =>
  execFileSync(program, args, { ...options, encoding: 'utf8', stdio: 'pipe' });

export function requireApt(): void {
  for (const [program, needed] of [
    ['apt-get', 'apt'],
    ['apt-ftparchive', 'apt-utils'],
    ['dpkg-deb', 'dpkg'],
    ['python3', 'python3'],
  ])
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) throw new Error(`${program} is missing: apt-get install ${needed}`);
}

/** Packages of ours in version 1, installed, with version 2 in an archive that calls itself Debian's security archive. */
export function openPrivateApt(packages: readonly TestPackage[]): PrivateApt {
  // Where packages put programs: what is replaced elsewhere does not count.
  const folder = mkdtempSync('/opt/secmon-test-apt-');
  try {
    return setUp(folder, packages);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    throw error;
  }
}

function setUp(folder: string, packages: readonly TestPackage[]): PrivateApt {
  chmodSync(folder, 0o755);
  const path = (...names: string[]): string => join(folder, ...names);
  for (const name of ['repo', 'state', 'lists/partial', 'cache/archives/partial', 'log', 'installed'])
    mkdirSync(path(name), { recursive: true });
  for (const name of ['apt.conf.d', 'sources.list.d', 'preferences.d', 'trusted.gpg.d']) mkdirSync(path('etc', name), { recursive: true });
  for (const name of ['info', 'updates', 'triggers', 'parts']) mkdirSync(path('dpkg', name), { recursive: true });
  for (const name of ['status', 'available']) writeFileSync(path('dpkg', name), '');
  writeFileSync(path('etc', 'sources.list'), `deb [trusted=yes] file:${path('repo')} ./\n`);
  const settings = [
    `Dir::State "${path('state')}";`,
    `Dir::State::lists "${path('lists')}";`,
    `Dir::State::status "${path('dpkg', 'status')}";`,
    `Dir::Cache "${path('cache')}";`,
    `Dir::Etc "${path('etc')}";`,
    `Dir::Log "${path('log')}";`,
    `DPkg::Options { "--admindir=${path('dpkg')}"; "--log=${path('log', 'dpkg.log')}"; };`,
  ];
  writeFileSync(path('apt.conf'), `${settings.join('\n')}\n`);
  const env = { APT_CONFIG: path('apt.conf') };
  const dpkg = (...args: string[]): void => void run('dpkg', [`--admindir=${path('dpkg')}`, `--log=${path('log', 'dpkg.log')}`, ...args]);
  for (const one of packages) for (const version of [1, 2]) build(folder, one, version);
  dpkg('-i', ...packages.map(({ name }) => path('repo', `${name}_1_all.deb`)));
  writeFileSync(path('repo', 'Packages'), run('apt-ftparchive', ['packages', '.'], { cwd: path('repo') }));
  const release = ['Origin=Debian', 'Label=Debian-Security', 'Suite=stable-security'].flatMap((field) => [
    '-o',
    `APT::FTPArchive::Release::${field}`,
  ]);
  writeFileSync(path('repo', 'Release'), run('apt-ftparchive', [...release, 'release', '.'], { cwd: path('repo') }));
  run('apt-get', ['-q', 'update'], { env: { ...process.env, ...env } });
  return {
    env,
    path,
    installed: (file) => path('installed', file),
    state: (name) => run('dpkg-query', [`--admindir=${path('dpkg')}`, '-W', '-f=${db:Status-Abbrev}${Version}', name]),
    hold: (name) => void run('dpkg', [`--admindir=${path('dpkg')}`, '--set-selections'], { input: `${name} hold\n` }),
    lockFile: path('dpkg', 'lock-frontend'),
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function build(folder: string, { name, files = () => ({}), conffile, postinst }: TestPackage, version: number): void {
  const root = join(folder, 'build', `${name}_${version}`);
  const control = join(root, 'DEBIAN');
  mkdirSync(control, { recursive: true });
  chmodSync(root, 0o755);
  chmodSync(control, 0o755);
  const fields = {
    Package: name,
    Version: version,
    Architecture: 'all',
    Maintainer: 'Nobody <nobody@example.org>',
    Description: 'for a test',
  };
  writeFileSync(
    join(control, 'control'),
    Object.entries(fields)
      .map(([field, value]) => `${field}: ${value}\n`)
      .join(''),
  );
  for (const [file, content] of Object.entries(files(version))) {
    const target = join(root, folder, 'installed', file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { mode: 0o755 });
  }
  if (conffile !== undefined) writeFileSync(join(control, 'conffiles'), `${join(folder, 'installed', conffile)}\n`);
  if (postinst !== undefined && version === 2)
    writeFileSync(join(control, 'postinst'), `#!/bin/sh\nset -e\n${postinst}\n`, { mode: 0o755 });
  run('dpkg-deb', ['-b', root, join(folder, 'repo', `${name}_${version}_all.deb`)]);
}
