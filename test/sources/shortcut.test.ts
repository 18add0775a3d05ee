import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandStart, createCommandSource, type ProgramCommand } from '../../src/sources/command.ts';
import { isShortcut, parseShortcut } from '../../src/sources/shortcut.ts';
import { run, temporaryFolder } from './collect.ts';
import { createManualClock } from './manual-clock.ts';

function command(text: string): ProgramCommand {
  const read = parseShortcut(text);
  if ('error' in read) throw new Error(read.error);
  return read;
}
const vector = (text: string, start: CommandStart = { lines: 100 }): string =>
  [command(text).program, ...command(text).arguments(start)].join(' ');
const since: CommandStart = { sinceMs: Date.UTC(2026, 2, 2, 2, 13, 41, 500) };

describe('a shortcut', () => {
  it('is told from a path', () => {
    expect(['journald:ssh', 'docker:web', 'kubectl:web-0', 'ssh://web1/var/log/x'].every(isShortcut)).toBe(true);
    expect(['/var/log/docker:x', './docker:web', 'ssh:/x', 'docker', 'journald'].some(isShortcut)).toBe(false);
  });

  it('is a program with arguments of its own', () => {
    expect(vector('journald:ssh')).toBe('journalctl --output=json --all --no-pager --follow --lines=100 --unit=ssh');
    expect(vector('journald:ssh', since)).toBe(
      'journalctl --output=json --all --no-pager --follow --since=@1772417621.500 --lines=all --unit=ssh',
    );
    expect(vector('journald:ssh', 'once')).toBe('journalctl --output=json --all --no-pager --unit=ssh');
    expect(vector('docker:web')).toBe('docker logs --follow --tail=100 web');
    expect(vector('docker:web', since)).toBe('docker logs --follow --since=2026-03-02T02:13:41.500Z web');
    expect(vector('docker:web', 'once')).toBe('docker logs web');
    expect(vector('kubectl:deployment/web?namespace=shop&container=nginx')).toBe(
      'kubectl logs --follow --tail=100 --namespace=shop --container=nginx deployment/web',
    );
    expect(vector('kubectl:web-0', since)).toBe('kubectl logs --follow --since-time=2026-03-02T02:13:41.500Z web-0');
    expect(vector('ssh://root@web1:2222/var/log/nginx/access.log')).toBe(
      "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=3 -T -p 2222 -- root@web1 exec tail -n 100 -F -- '/var/log/nginx/access.log'",
    );
    expect(vector('ssh://web1/x', since)).toContain('tail -n 0 -F');
    expect(vector('ssh://web1/x', 'once')).toContain('cat --');
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
        .arguments('once')
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

  it('whose log has two outputs gives both, and says what it said last when it failed', async () => {
    const running = run(
      createCommandSource({ command: program('echo out; echo err >&2; exit 1', true), clock: createManualClock(), random: () => 0 }),
    );
    await running.untilEvent('waiting', 'ended with code 1: err, restarts in 1 s');
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

  it('that marks its lines goes on behind the last one, after a restart of secmon, too', async () => {
    const clock = createManualClock();
    const journal = program('echo "{\\"MESSAGE\\":\\"$1\\",\\"__CURSOR\\":\\"s=0123456789abcdef;i=$1\\"}"');
    const marked = { ...journal, markOf: command('journald:ssh').markOf ?? (() => undefined) };
    const running = run(createCommandSource({ command: marked, clock, random: () => 0 }));
    await running.untilEvent('waiting');
    clock.advance(1000);
    await running.untilEvent('waiting');
    const position = running.position();
    await running.stop();
    const again = run(createCommandSource({ command: marked, clock, random: () => 0 }), position);
    await again.untilEvent('waiting');
    expect(journal.starts).toEqual([{ lines: 0 }, { after: 's=0123456789abcdef;i=1' }, { after: 's=0123456789abcdef;i=2' }]);
    expect(command('journald:ssh').arguments({ after: 's=1;i=2' })).toContain('--after-cursor=s=1;i=2');
  });

  it('takes no mark that a message pretends to hold', () => {
    const markOf = command('journald:ssh').markOf;
    const line = JSON.stringify({ MESSAGE: '"__CURSOR":"s=forgedforgedforgedforged"', __CURSOR: 's=0123456789abcdef;i=1' });
    expect(markOf?.(line)).toBe('s=0123456789abcdef;i=1');
    expect(markOf?.('{"MESSAGE":"x"}')).toBeUndefined();
  });

  it('that is not there is said to be missing', async () => {
    const missing: ProgramCommand = { name: 'docker:web', program: 'no-such-program-here', bothOutputs: true, arguments: () => [] };
    const running = run(createCommandSource({ command: missing, clock: createManualClock() }));
    await running.untilEvent('waiting', 'no-such-program-here is not installed here');
  });
});
