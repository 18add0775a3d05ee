import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Position } from '../../src/model/position.ts';
import { createCommandSource } from '../../src/sources/command.ts';
import type { ProgramCommand } from '../../src/sources/program-command.ts';
import { parseShortcut } from '../../src/sources/shortcut.ts';
import { openPlace } from '../commands/program.ts';
import { type Running, run, temporaryFolder } from '../sources/collect.ts';
import { frame, startDockerApi } from './docker-api.ts';
import { type Dockerd, dockerFor, hasDocker, missingForDockerd, startDockerd } from './dockerd.ts';

const missing = missingForDockerd ? ' (NOT RUN: dockerd or busybox-static is missing, or the user is not root)' : '';

const notRun = hasDocker ? '' : ' (NOT RUN: docker is missing)';

function shortcut(text: string, program: string): ProgramCommand {
  const command = parseShortcut(text);
  if ('error' in command) throw new Error(command.error);
  return { ...command, program };
}

/** Undefined where the programs are there but may not run containers, as inside of many containers. */
async function daemon(): Promise<Dockerd | undefined> {
  try {
    const started = await startDockerd();
    onTestFinished(started.close, 60_000);
    return started;
  } catch (error) {
    process.stderr.write(`no containers can be run here: ${String(error)}\n`);
    return undefined;
  }
}

test.skipIf(missingForDockerd && process.env.CI === undefined)(
  `docker:NAME reads every line of real containers once: both outputs, long lines, restarts of container, daemon and secmon${missing}`,
  async ({ skip }) => {
    expect(missingForDockerd).toBe(false);
    const docker = await daemon();
    if (docker === undefined) return skip('no containers can be run here');
    const follow = (name: string, position?: Position): Running =>
      run(createCommandSource({ command: shortcut(`docker:${name}`, docker.docker), lines: 100 }), position);

    await docker.start('web');
    await docker.tell('web', 'echo out 1; echo err 1 >&2; head -c 40000 /dev/zero | tr "\\0" a; echo; echo out 2');
    const web = follow('web');
    await web.untilLines(4);
    expect(web.lines.toSorted()).toEqual(['a'.repeat(40_000), 'err 1', 'out 1', 'out 2']);
    await docker.run('restart', '--time=0', 'web');
    await web.untilEvent('waiting', 'the container does not run; tries again in');
    await docker.tell('web', 'echo out 3');
    await web.untilLines(5);

    await docker.kill();
    await web.untilEvent('waiting', 'Docker does not answer: systemctl status docker shows why; tries again in');
    await docker.tell('web', 'echo out 4; echo err 2 >&2');
    await docker.up();
    await web.untilLines(7);
    expect(web.lines.slice(4).toSorted()).toEqual(['err 2', 'out 3', 'out 4']);
    await web.stop();
    await docker.tell('web', 'echo out 5; echo err 3 >&2; echo err 3 >&2');
    const again = follow('web', web.position());
    await again.untilLines(3);
    await docker.tell('web', 'echo out 6');
    await again.untilLines(4);
    expect(again.lines.toSorted()).toEqual(['err 3', 'err 3', 'out 5', 'out 6']);

    await killedBetween(docker);

    await docker.start('terminal', '--tty');
    await docker.tell('terminal', 'echo "GET /"; head -c 20000 /dev/zero | tr "\\0" b; echo');
    expect(await follow('terminal').untilLines(2)).toEqual(['GET /', 'b'.repeat(20_000)]);

    await follow('no-such').untilEvent('waiting', 'there is no container no-such: docker ps -a lists them; tries again in');
    await docker.start('silent', '--log-driver=none');
    await follow('silent').untilEvent('waiting', 'the logging driver of silent keeps nothing to read: json-file, local and journald do');
    const command = shortcut('docker:web', 'setpriv');
    const asNobody = (...start: Parameters<ProgramCommand['arguments']>): string[] => [
      ...['--reuid=65534', '--regid=65534', '--clear-groups', docker.docker],
      ...command.arguments(...start),
    ];
    await run(createCommandSource({ command: { ...command, arguments: asNobody } })).untilEvent(
      'waiting',
      'this user may not ask Docker: join group docker, which is as good as root, or read the files of the container',
    );
  },
  120_000,
);

/** Each attack on either output of a container is one finding, by its id, although secmon is killed while they come. */
async function killedBetween(docker: Dockerd): Promise<void> {
  const here = openPlace();
  onTestFinished(() => here.remove());
  const env = { PATH: `${dirname(docker.docker)}:${process.env['PATH']}`, SECMON_STATE_DIR: here.path('state') };
  const args = ['docker:shop', '--no-ui', '--resume', '--from-start', '--format', 'ndjson'];
  const attack = (n: number): string =>
    `echo '192.0.2.${n} - - [02/Mar/2026:00:00:00 +0000] "GET /?q=%27+union+select+password+from+users-- HTTP/1.1" 200 5 "-" "-"'${n % 2 === 0 ? ' >&2' : ''}`;
  await docker.start('shop');
  await docker.tell('shop', [1, 2, 3, 4].map(attack).join('\n'));
  const first = here.start(args, { env });
  await Promise.all([1, 2, 3, 4].map((n) => first.saw(`"ip":"192.0.2.${n}"`)));
  first.child.kill('SIGKILL');
  const killed = await first.ended;
  await docker.tell('shop', [5, 6, 7].map(attack).join('\n'));
  const second = here.start(args, { env });
  await Promise.all([5, 6, 7].map((n) => second.saw(`"ip":"192.0.2.${n}"`)));
  second.child.kill('SIGTERM');
  const found = `${killed.out}${(await second.ended).out}`.split('\n').filter((line) => line.includes('"dataset":"secmon.detection"'));
  const findings = new Map(found.map((line) => [/"id":"([\w-]{20,})"/.exec(line)?.[1], /"ip":"192\.0\.2\.(\d)"/.exec(line)?.[1]]));
  expect([...findings.values()].toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
}

const at = (fraction: string, text: string): string => `2026-03-02T02:13:41.${fraction.padEnd(9, '0')}Z ${text}`;

test.skipIf(!hasDocker && process.env.CI === undefined)(
  `docker:NAME survives a daemon that breaks off in a line, that is slow, and that speaks nonsense${notRun}`,
  async () => {
    const socket = join(temporaryFolder(), 'socket');
    const docker = dockerFor(temporaryFolder(), socket);
    const api = await startDockerApi(socket, {
      logs(response, call) {
        if (call === 0) {
          response.write(frame('stdout', at('1', 'one\n')));
          const broken = Buffer.concat([frame('stderr', at('2', 'error\n')), frame('stdout', at('2', 'two, of which'))]);
          return response.write(broken, () => response.socket?.destroySoon());
        }
        if (call === 1) return response.end('HTTP/1.0 is not a stream of frames\n'.repeat(9));
        const again = [
          frame('stdout', at('1', 'one\n')),
          frame('stderr', at('2', 'error\n')),
          frame('stdout', at('2', 'two, of which all is here\n')),
        ];
        const bytes = Buffer.concat([...again, frame('stdout', at('3', 'three\n'))]);
        // Byte by byte: heads and lines come in pieces.
        for (const byte of bytes) response.write(Buffer.of(byte));
        return undefined;
      },
    });
    onTestFinished(api.close);
    const web = run(createCommandSource({ command: shortcut('docker:web', docker), lines: 7, random: () => 0 }));
    await web.untilEvent('waiting', 'tries again in 1 s');
    await web.untilEvent('waiting', 'ended with code 1: ');
    await web.untilLines(4);
    expect(web.lines.slice(0, 2).toSorted()).toEqual(['error', 'one']);
    expect(web.lines.slice(2)).toEqual(['two, of which all is here', 'three']);
    expect(api.asked.map(({ tail }) => tail)).toEqual(['7', 'all', 'all']);
    expect(api.asked.map(({ since }) => since)).toEqual(['', '1772417611.000000000', '1772417611.000000000']);
  },
  60_000,
);
