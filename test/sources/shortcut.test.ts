import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/model/position.ts';
import { createCommandSource } from '../../src/sources/command.ts';
import { createJournalReader } from '../../src/sources/journal-reader.ts';
import type { CommandStart, ProgramCommand } from '../../src/sources/program-command.ts';
import { isShortcut, parseShortcut } from '../../src/sources/shortcut.ts';
import { createStampedReader } from '../../src/sources/stamped-reader.ts';
import { run, temporaryFolder } from './collect.ts';
import { createManualClock } from './manual-clock.ts';

function command(text: string): ProgramCommand {
  const read = parseShortcut(text, () => 'c0ffee');
  if ('error' in read) throw new Error(read.error);
  return read;
}
const vector = (text: string, start: CommandStart = { lines: 100 }, follow = true): string =>
  [command(text).program, ...command(text).arguments(start, follow)].join(' ');
const once = (text: string): string => vector(text, 'all', false);
const since: CommandStart = { sinceMs: Date.UTC(2026, 2, 2, 2, 13, 41, 500) };

describe('a shortcut', () => {
  it('is told from a path', () => {
    expect(['journald:ssh', 'docker:web', 'kubectl:web-0', 'ssh://web1/var/log/x'].every(isShortcut)).toBe(true);
    expect(['/var/log/docker:x', './docker:web', 'ssh:/x', 'docker', 'journald'].some(isShortcut)).toBe(false);
  });

  it('is a program with arguments of its own', () => {
    const journal = 'journalctl --output=json --all --no-pager --merge';
    expect(vector('journald:ssh')).toBe(`${journal} --follow --lines=100 --unit=ssh _MACHINE_ID=c0ffee`);
    expect(vector('journald:ssh', since)).toBe(`${journal} --follow --since=@1772417621.500 --lines=all --unit=ssh _MACHINE_ID=c0ffee`);
    expect(vector('journald:ssh', { from: 's=1;i=2' })).toContain(' --follow --cursor=s=1;i=2 --lines=all ');
    expect(once('journald:ssh')).toBe(`${journal} --unit=ssh _MACHINE_ID=c0ffee`);
    expect(vector('docker:web')).toBe('docker logs --timestamps --follow --tail=100 web');
    expect(vector('docker:web', since)).toBe('docker logs --timestamps --follow --since=2026-03-02T02:13:41.500Z web');
    expect(vector('docker:web', { from: '1772417621.500000001' }, false)).toBe(
      'docker logs --timestamps --since=2026-03-02T02:13:41.500000001Z web',
    );
    expect(once('docker:web')).toBe('docker logs --timestamps web');
    expect(vector('kubectl:deployment/web?namespace=shop&container=nginx')).toBe(
      'kubectl logs --timestamps --follow --tail=100 --namespace=shop --container=nginx deployment/web',
    );
    expect(vector('kubectl:web-0', since)).toBe('kubectl logs --timestamps --follow --since-time=2026-03-02T02:13:41.500Z web-0');
    expect(vector('ssh://root@web1:2222/var/log/nginx/access.log')).toBe(
      "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=3 -T -p 2222 -- root@web1 exec tail -n 100 -F -- '/var/log/nginx/access.log'",
    );
    expect(vector('ssh://web1/x', since)).toContain('tail -n 0 -F');
    expect(once('ssh://web1/x')).toContain('cat --');
  });

  it.each([
    'journald:-x',
    'journald:',
    'journald:a b',
    'docker:--help',
    'docker:a;b',
    'docker:',
    'kubectl:-n',
    'kubectl:web?namespace=-x',
    'kubectl:web?as=admin',
    'kubectl:a/b/c',
    'ssh://-oProxyCommand=x/y',
    'ssh://web1',
    'ssh://-x@web1/y',
    'ssh://web1/a%0Ab',
    'ssh://web1/%zz',
  ])('%s is refused: it could be an option, or is no name', (text) => expect(parseShortcut(text)).toHaveProperty('error'));

  it('quotes the path for the shell of the other host', () => {
    const folder = temporaryFolder();
    const name = `it's $(touch owned) "a" \`b\`; c`;
    writeFileSync(join(folder, name), 'read\n');
    const remote =
      command(`ssh://web1${folder}/${encodeURIComponent(name)}`)
        .arguments('all', false)
        .at(-1) ?? '';
    expect(execFileSync('sh', ['-c', remote], { cwd: folder, encoding: 'utf8' })).toBe('read\n');
    expect(execFileSync('ls', [folder], { encoding: 'utf8' })).not.toContain('owned\n');
  });
});

describe('a program', () => {
  const program = (script: string, bothOutputs = false): ProgramCommand & { readonly starts: CommandStart[] } => {
    const path = join(temporaryFolder(), 'program');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    const starts: CommandStart[] = [];
    return { name: 'docker:web', program: path, bothOutputs, starts, arguments: (start) => [String(starts.push(start))] };
  };
  const read = (program: ProgramCommand, clock = createManualClock(), position?: Position) =>
    run(createCommandSource({ command: program, clock, random: () => 0 }), position);

  it('whose log has two outputs gives both, and says what it said last when it failed', async () => {
    const running = read(program('echo out; echo err >&2; exit 1', true));
    await running.untilEvent('waiting', 'ended with code 1: err; tries again in 1 s');
    expect(running.lines.toSorted()).toEqual(['err', 'out']);
  });

  it('is asked for history at first, and then for what came since it ended', async () => {
    const clock = createManualClock();
    const echo = program('echo run $1');
    const running = run(createCommandSource({ command: echo, lines: 7, clock, random: () => 0 }));
    await running.untilEvent('waiting');
    clock.advance(1000);
    await running.untilEvent('waiting');
    expect(running.lines).toEqual(['run 1', 'run 2']);
    expect(echo.starts).toEqual([{ lines: 7 }, { sinceMs: Date.UTC(2026, 2, 2) }]);
  });

  it('that marks its lines is asked from the last one on, which is not read twice, after a restart of secmon, too', async () => {
    const clock = createManualClock();
    const entry = (i: string): string => `echo "{\\"MESSAGE\\":\\"${i}\\",\\"__CURSOR\\":\\"s=0123456789abcdef;i=${i}\\"}"`;
    const journal = program(`${entry('$(($1 - 1))')}; ${entry('$1')}`);
    const marked = { ...journal, createReader: createJournalReader };
    const running = read(marked, clock);
    await running.untilEvent('waiting');
    clock.advance(1000);
    await running.untilEvent('waiting');
    const position = running.position();
    await running.stop();
    const again = read(marked, clock, position);
    await again.untilEvent('waiting');
    const messages = [...running.lines, ...again.lines].map((line) => /"MESSAGE":"(\d)"/.exec(line)?.[1]);
    expect(messages).toEqual(['0', '1', '2', '3']);
    expect(journal.starts).toEqual([{ lines: 0 }, { from: 's=0123456789abcdef;i=1' }, { from: 's=0123456789abcdef;i=2' }]);
  });

  it('whose output breaks off in a line gives it when it comes whole, or the same once more', async () => {
    const clock = createManualClock();
    const [first, second] = ['2026-03-02T02:13:41.000000001Z', '2026-03-02T02:13:42.5Z'];
    const script = `case $1 in 1) printf '${first} whole\\n${second} brok';; 2) printf '${first} whole\\n${second} broken\\n${second} $';; *) printf '${second} broken\\n${second} $';; esac`;
    const running = read({ ...program(script), createReader: createStampedReader }, clock);
    for (let i = 0; i < 4; i++) {
      await running.untilEvent('waiting');
      clock.advance(8000);
    }
    expect(running.lines).toEqual(['whole', 'broken', '$']);
  });

  it('that holds nothing yet is waited for, and the first line ends that', async () => {
    const quiet = program('[ $1 = 1 ] || { echo line; sleep 60; }');
    const running = read({ ...quiet, nothing: 'there is nothing of ssh' });
    await running.untilEvent('waiting', 'there is nothing of ssh');
    await running.untilEvent('live');
    expect(await running.untilLines(1)).toEqual(['line']);
  });

  it('says what is wrong in a sentence, on its status as well', async () => {
    const said = "echo 'Error: No such container: web' >&2; exit 1";
    const running = read({ ...command('docker:web'), program: program(said).program });
    await running.untilEvent('notice', 'there is no container web: docker ps -a lists them');
    await running.untilEvent('waiting', 'there is no container web: docker ps -a lists them; tries again in 1 s');
    expect(running.lines).toEqual([]);
  });

  it('that is not there is said to be missing', async () => {
    const running = read({ name: 'docker:web', program: 'no-such-program-here', bothOutputs: true, arguments: () => [] });
    await running.untilEvent('waiting', 'no-such-program-here is not installed here');
  });
});
