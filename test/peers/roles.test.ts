import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../e2e/lines.ts';
import { openTerminal, PROGRAM } from '../e2e/tmux.ts';
import { AS_NOBODY, NOBODY } from './helper-process.ts';

const FOLDER = '/etc/secmon';
const SYSTEM = `${FOLDER}/config.yml`;
const isRoot = process.geteuid?.() === 0;
/** In a mount namespace of its own the real file of this machine is not touched. */
const MOUNT = [
  'unshare',
  '-m',
  'sh',
  '-c',
  `mount -t tmpfs -o mode=755 none ${FOLDER} && cp "$1" ${SYSTEM} && chmod "$2" ${SYSTEM} && shift 2 && exec "$@"`,
  'sh',
];

describe.runIf(isRoot)('the system-wide configuration decides who may act', () => {
  let folder: string;
  let program: string;
  let canMount = false;
  let madeFolder = false;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'secmon-roles-'));
    chmodSync(folder, 0o755);
    for (const name of ['dist', 'themes', 'package.json'])
      cpSync(join(dirname(PROGRAM), '..', name), join(folder, name), { recursive: true });
    program = join(folder, 'dist', 'cli.js');
    mkdirSync(join(folder, 'home'));
    chownSync(join(folder, 'home'), NOBODY, NOBODY);
    writeFileSync(
      join(folder, 'own.yml'),
      `version: 1\nactions: { dry_run: false, commands: { edge: { ban: [echo, "{address}"], unban: [echo, "{address}"] } } }\n`,
    );
    madeFolder = !existsSync(FOLDER);
    mkdirSync(FOLDER, { recursive: true });
    canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', FOLDER]).status === 0;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    if (madeFolder) rmdirSync(FOLDER);
  });

  /** The command line that runs with this text as /etc/secmon/config.yml. */
  function within(text: string, mode: string, command: readonly string[]): readonly string[] {
    writeFileSync(join(folder, 'system.yml'), text);
    return [...MOUNT, join(folder, 'system.yml'), mode, ...command];
  }

  /** Bans as nobody by a command that only prints. */
  function ban(text: string, mode = '644'): { code: number | null; out: string } {
    const env = { PATH: process.env.PATH ?? '', HOME: join(folder, 'home'), LANG: 'C.UTF-8' };
    const command = [...AS_NOBODY, process.execPath, program, 'ban', '--config', join(folder, 'own.yml'), '203.0.113.9'];
    const run = (argv: readonly string[]): { code: number | null; out: string } => {
      const { status, stdout, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), { env, encoding: 'utf8' });
      return { code: status, out: stdout + stderr };
    };
    if (canMount) return run(within(text, mode, command));
    const before = existsSync(SYSTEM) ? readFileSync(SYSTEM) : undefined;
    try {
      writeFileSync(SYSTEM, text);
      chmodSync(SYSTEM, Number.parseInt(mode, 8));
      return run(command);
    } finally {
      if (before === undefined) rmSync(SYSTEM);
      else writeFileSync(SYSTEM, before, { mode: 0o644 });
    }
  }

  test('where it names nobody, everybody is operator of an own secmon', () => {
    for (const text of ['version: 1\n', 'version: 1\nroles: {}\n', 'version: 1\nroles: { operators: [], viewers: [] }\n'])
      expect(ban(text)).toMatchObject({ code: 0, out: expect.stringContaining('command edge banned 203.0.113.9') });
  });

  test('who is named a viewer, or not named where others are, may not ban', () => {
    const sentence = 'nobody is a viewer here: only operators named in /etc/secmon/config.yml may ban, mute and close.';
    for (const roles of ['{ operators: [alice], viewers: [nobody] }', '{ viewers: ["@nogroup"] }', '{ operators: [alice] }'])
      expect(ban(`version: 1\nroles: ${roles}\n`)).toMatchObject({ code: 2, out: expect.stringContaining(sentence) });
  });

  test('who is named an operator may, by name or by group', () => {
    for (const operators of ['[nobody]', '["@nogroup"]'])
      expect(ban(`version: 1\nroles: { operators: ${operators} }\n`)).toMatchObject({ code: 0 });
  });

  test('a file that others may write does not count, which is said', () => {
    const { code, out } = ban('version: 1\nroles: { operators: [alice], viewers: [nobody] }\n', '666');
    expect(code).toBe(0);
    expect(out).toContain(`warning: ${SYSTEM} does not count, as others than root may write it: sudo chown root: ${FOLDER} ${SYSTEM}`);
  });

  test('a file that only root may read, or that cannot be understood, lets nobody act', () => {
    expect(ban('version: 1\nroles: { operators: [nobody] }\n', '600')).toMatchObject({
      code: 2,
      out: expect.stringContaining(`sudo chgrp secmon ${SYSTEM}; sudo chmod 640 ${SYSTEM}`),
    });
    expect(ban('version: 1\nroles: { operators: nobody }\n')).toMatchObject({
      code: 2,
      out: expect.stringContaining('nobody may act until it is mended'),
    });
  });

  test('on the screen a viewer looks and is told why not; --read-only says the same to everybody', async () => {
    const opened = openTerminal();
    try {
      const log = createLog(opened.folder);
      log.add({
        address: '203.0.113.66',
        target: '/item?id=1%27%20UNION%20SELECT%20user,password%20FROM%20users--',
        agent: 'sqlmap/1.8.4#stable',
      });
      const config = join(folder, 'own.yml');
      const screen = [process.execPath, program, '--config', config, 'access.log'];
      const asViewer = canMount ? within('version: 1\nroles: { operators: [alice] }\n', '644', screen) : [...screen, '--read-only'];
      const tries = [
        [asViewer, canMount ? 'root is a viewer here' : 'only reads'],
        [[...screen, '--read-only'], 'only reads'],
      ] as const;
      for (const [command, sentence] of tries) {
        opened.run(`clear; ${command.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`);
        await opened.until('the attack', (text) => text.includes('203.0.113.66') && text.includes('UNION'));
        opened.keys('b');
        await opened.until('the dialog', (text) => text.includes('echo 203.0.113.66'));
        opened.keys('Enter');
        await opened.until('the refusal', (text) => text.replace(/\s*│\s*/g, ' ').includes(sentence));
        opened.keys('Enter');
        await opened.until('the dialog closed', (text) => !text.includes('what came of it'));
        opened.keys('q');
        await opened.until('the shell', (text) => /^\$ *$/m.test(text));
      }
    } finally {
      opened.close();
    }
  });
});
