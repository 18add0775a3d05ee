import { writeSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cannotDo } from '../../../src/checks/cannot.ts';
import type { ProcessResult, RunProcess } from '../../../src/checks/run-process.ts';
import { applyUpdates } from '../../../src/checks/updates/apply.ts';
import { applyText } from '../../../src/checks/updates/apply-sentences.ts';
import { type KeptOutput, keepOutput } from '../../../src/checks/updates/kept-output.ts';
import { inLanguage, setLanguage } from '../../../src/lang/lang.ts';
import { english } from '../../../src/text/said.ts';
import { speakKorean } from '../../lang/korean.ts';
import { openFolder, quickClock } from '../support.ts';

/** What it says when nothing is pending. */
const NONE = '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n';

const done = (stdout: string, code = 0, stderr = ''): ProcessResult => ({ code, stdout, stderr, isCut: false });

describe('installing what is pending', () => {
  const has = (...names: string[]) => ({ has: async (program: string) => names.includes(program) });
  const heard: string[] = [];
  let output: KeptOutput;
  beforeAll(async () => {
    await speakKorean();
    setLanguage('en');
  });
  beforeEach(() => {
    heard.length = 0;
    output = keepOutput(openFolder(), quickClock());
  });
  afterEach(() => output.close());
  const apply = (run: RunProcess, options: { isRoot?: boolean; refresh?: boolean; has?: ReturnType<typeof has>['has'] } = {}) =>
    applyUpdates({
      signal: new AbortController().signal,
      isRoot: true,
      refresh: false,
      output,
      onOutput: (text) => heard.push(text),
      ...has('apt-get'),
      run,
      ...options,
    });
  /** Programs that say what they say into the file that is kept. */
  const speaking =
    (answers: Readonly<Record<string, readonly [code: number, text: string]>>, ran: string[] = []): RunProcess =>
    async (argv, { outputTo }) => {
      ran.push(argv.join(' '));
      const [, [code, text] = [127, 'no such answer']] = Object.entries(answers).find(([words]) => argv.join(' ').includes(words)) ?? [];
      if (outputTo === undefined) return done(text, code);
      writeSync(outputTo, text);
      return done('', code);
    };
  const failure = (run: RunProcess, options = {}): Promise<string> =>
    apply(run, options).then(
      () => 'it did not fail',
      ({ message }: Error) => message,
    );

  it('needs root, and says so', async () => {
    expect(await failure(speaking({}), { isRoot: false })).toMatch(/needs root: run "sudo secmon check updates --apply"/);
  });

  it('runs the upgrade without a question, removes nothing and keeps changed configuration files', async () => {
    const ran: string[] = [];
    await apply(speaking({ upgrade: [0, 'Setting up bash'] }, ran), has('apt-get', 'dnf'));
    await apply(speaking({ upgrade: [0, ''] }, ran), has('dnf'));
    await apply(speaking({ upgrade: [0, ''], update: [100, 'E: no network'] }, ran), { refresh: true });
    expect(ran).toEqual([
      'apt-get -y -q -o DPkg::Lock::Timeout=5 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --with-new-pkgs upgrade',
      'dnf -y --setopt=exit_on_lock=True upgrade',
      'apt-get -q -o DPkg::Lock::Timeout=5 update',
      ran[0],
    ]);
    expect(heard.join('')).toBe('Setting up bashE: no network');
  });

  it.each([
    [NONE, 'Nothing was pending.'],
    ['Nothing to do.\n', 'Nothing was pending.'],
    ['2 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n', 'Installed what was pending.'],
    [
      'The following packages have been kept back:\n  one two\n1 upgraded, 0 newly installed, 0 to remove and 2 not upgraded.\n',
      'Installed; 2 packages are kept back, as they are held or need more than an upgrade may do: one, two.',
    ],
  ])('says what came of it', async (text, sentence) => {
    expect(english(await apply(speaking({ upgrade: [0, text] })))).toBe(sentence);
  });

  it.each([
    [
      'Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (python3)...\nE: Unable to acquire the dpkg frontend lock',
      /Another program installs packages right now \(python3, process 12\): wait for it/,
    ],
    ['E: Could not get lock /var/lib/dpkg/lock-frontend', /Another program installs packages right now: wait for it/],
    ['Error: Failed to obtain rpm transaction lock. Another instance is running.', /Another program installs packages right now/],
    ['ERROR: Unable to lock database: Resource temporarily unavailable', /Another program installs packages right now/],
    [
      'Errors were encountered while processing:\n one\n two\nE: Sub-process /usr/bin/dpkg returned an error code (1)',
      /could not be set up: one, two\. .*"sudo dpkg --configure -a"/,
    ],
    ['E: dpkg was interrupted, you must manually run', /dpkg was interrupted before: run "sudo dpkg --configure -a"/],
    ["E: You don't have enough free space in /var/cache/apt/archives/.", /The disk is full \(You don't have enough free space in/],
    ['E: Unmet dependencies. Try apt --fix-broken install', /"sudo apt-get -f install"/],
    [
      'E: Failed to fetch http://x/a.deb  404  Not Found\nE: Unable to fetch some archives',
      /could not be fetched \(Failed to fetch .*apt-get update/,
    ],
    ['E: There were unauthenticated packages and -y was used without --allow-unauthenticated', /not signed by a key that is known here/],
    ['E: Could not open lock file /var/lib/dpkg/lock - open (30: Read-only file system)', /may not write here .*Read-only file system/],
    ['E: boom', /apt-get failed with code 100 \(E: boom\): see its output above/],
  ])('that fails is one sentence with what to do, in Korean as well', async (text, sentence) => {
    const message = await failure(speaking({ '-y': [100, text], '-s': [0, NONE] }));
    expect(message).toMatch(sentence);
    expect(inLanguage('ko', () => applyText(message))).toMatch(/[가-힣]/);
  });

  it('that leaves packages half installed says so, also when it was ended from outside', async () => {
    const half = `${NONE}1 not fully installed or removed.\nConf bash (5 Debian:12/stable [amd64])\n`;
    const sentence = 'apt-get did not end well and left packages half installed (bash): run "sudo dpkg --configure -a", then this again.';
    expect(await failure(speaking({ '-y': [100, 'E: boom'], '-s': [0, half] }))).toBe(sentence);
    const killed: RunProcess = async (argv) => {
      if (argv.includes('-s')) return done(half);
      throw new Error('apt-get was ended by the signal SIGKILL');
    };
    expect(await failure(killed)).toBe(sentence);
    const late: RunProcess = async (argv) => {
      if (argv.includes('-s')) return done(NONE);
      throw cannotDo('{program} did not end within {time}', { program: 'apt-get', time: '2 h 00' });
    };
    expect(await failure(late)).toMatch(/did not end within two hours and was stopped: see its output above/);
    const gone: RunProcess = async (argv) => {
      if (argv.includes('-s')) return done(NONE);
      throw new Error('apt-get was ended by the signal SIGKILL');
    };
    expect(await failure(gone)).toBe('apt-get was ended by the signal SIGKILL');
  });

  it('says so where no package manager is known', async () => {
    expect(await failure(speaking({}), has())).toMatch(/neither apt-get, dnf nor apk here/);
  });
});
