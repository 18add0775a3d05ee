import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../e2e/tmux.ts';
import { freePort } from '../net/free-port.ts';
import { injection, line, openPlace, type Place, PROGRAM } from './program.ts';

let place: Place;
let started: ChildProcess[];

beforeEach(() => {
  place = openPlace();
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  place.remove();
});

interface Service {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  ended: Promise<number | null>;
}

/** secmon as a service manager runs it: in a session of its own, without a terminal. */
function startService(args: readonly string[], env: Readonly<Record<string, string>> = {}): Service {
  const child = spawn(process.execPath, [PROGRAM, '--no-ui', ...args], {
    cwd: place.folder,
    detached: true,
    env: { PATH: process.env.PATH ?? '', HOME: place.folder, TZ: 'UTC', LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text;
  });
  return { child, out: () => texts.out, err: () => texts.err, ended: new Promise((resolve) => child.on('close', resolve)) };
}

const ownRule = (word: string): string => `title: Our word ${word}
id: 0c7a1a52-0000-4000-8000-0000000000${word.length < 10 ? `0${word.length}` : word.length}
level: high
logsource: { category: webserver }
tags: [attack.t1190]
detection:
  s: { cs-uri-stem|contains: ${word} }
  condition: s
`;

describe('a reload (SIGHUP)', () => {
  test('puts new rules, outputs and metrics in force, and not a line is lost', async () => {
    const port = await freePort();
    place.write('own.yml', ownRule('alpha'));
    place.write('secmon.yml', 'version: 1\noutputs: { a: { url: "file:a" }, b: { url: "file:b" } }\n');
    const log = place.write('access.log', line('/alpha'));
    const service = startService([log, '--config', 'secmon.yml', '--rules', 'own.yml', '--from-start', '--format', 'ndjson']);
    await eventually('the first detection', () => service.out().includes('/alpha'));
    place.write('own.yml', ownRule('bravoo'));
    place.write('secmon.yml', `version: 1\nmetrics: 127.0.0.1:${port}\noutputs: { a: { url: "file:a" }, c: { url: "file:c" } }\n`);
    service.child.kill('SIGHUP');
    for (let i = 0; i < 200; i++) place.append('access.log', line(`/page-${i}`, { second: i }));
    await eventually('the reload', () => service.err().includes('configuration and rules loaded again'));
    place.append('access.log', line('/bravoo', { second: 300 }));
    place.append('access.log', line('/alpha', { second: 301 }));
    place.append('access.log', line('/bravoo/2', { second: 302 }));
    await eventually('the last line', () => /\/bravoo\/2.*\n/.test(service.out()));
    const found = service
      .out()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { event: { sequence?: number }; url?: { original: string } })
      .filter(({ url }) => url !== undefined);
    expect(found.map(({ url, event }) => [url?.original, event.sequence])).toEqual([
      ['/alpha', 1],
      ['/bravoo', 202],
      ['/bravoo/2', 204],
    ]);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(await metrics.text()).toContain('secmon_output_up{output="c"} 1');
    service.child.kill('SIGTERM');
    await service.ended;
    const [a, b, c] = ['a', 'b', 'c'].map((name) => [...place.read(name).matchAll(/"url":\{"original":"([^"]+)"/g)].map(([, url]) => url));
    expect([a, b, c]).toEqual([['/alpha', '/bravoo', '/bravoo/2'], ['/alpha'], ['/bravoo', '/bravoo/2']]);
  });

  test('leaves what is in force when the new rules are wrong, and says what is wrong', async () => {
    place.write('own.yml', ownRule('alpha'));
    const log = place.write('access.log', line('/alpha'));
    const service = startService([log, '--rules', 'own.yml', '--from-start', '--format', 'ndjson']);
    await eventually('the first detection', () => service.out().includes('/alpha'));
    place.write('own.yml', 'title: [');
    service.child.kill('SIGHUP');
    await eventually('the refusal', () => service.err().includes('nothing was reloaded'));
    expect(service.err()).toContain('own.yml');
    place.append('access.log', line('/alpha/2', { second: 5 }));
    await eventually('the old rule', () => service.out().includes('/alpha/2'));
  });

  test('leaves what is in force when the configuration is wrong, and names settings that need a restart', async () => {
    const config = place.write('secmon.yml', 'version: 1\n');
    const log = place.write('access.log', injection(1));
    const service = startService([log, '--config', config, '--from-start', '--format', 'ndjson']);
    await eventually('the first detection', () => service.out().includes('UNION'));
    place.write('secmon.yml', 'version: 1\nthemee: dark\n');
    service.child.kill('SIGHUP');
    await eventually('the refusal', () => service.err().includes('nothing was reloaded'));
    expect(service.err()).toContain('themee');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    place.write('secmon.yml', `version: 1\nmetrics: 127.0.0.1:${(taken.address() as AddressInfo).port}\n`);
    service.child.kill('SIGHUP');
    await eventually('the second refusal', () => service.err().includes('another program listens there already'));
    taken.close();
    place.write('secmon.yml', 'version: 1\ntimezone: Asia/Seoul\n');
    service.child.kill('SIGHUP');
    await eventually('the reload', () => service.err().includes('need a restart: timezone'));
    place.append('access.log', injection(2, { second: 5 }));
    await eventually('the next detection', () => service.out().includes('n=2'));
  });
});

test('the service manager hears that it is ready, that it lives, and that it stops', async () => {
  place.write('systemd-notify', `#!/bin/sh\necho "$@" >> ${place.path('said')}\n`);
  chmodSync(place.path('systemd-notify'), 0o755);
  const log = place.write('access.log', line('/'));
  const service = startService([log], {
    PATH: `${place.folder}${delimiter}${process.env.PATH ?? ''}`,
    NOTIFY_SOCKET: '/nowhere',
    WATCHDOG_USEC: '600000',
  });
  const said = (): string => (place.has('said') ? place.read('said') : '');
  await eventually('READY', () => said().includes('READY=1 STATUS=watching 1 source; lines read: 0, incidents open: 0'));
  await eventually('two signs of life', () => said().split('WATCHDOG=1 STATUS=watching').length > 2);
  await eventually('the line in one of them', () => said().includes('WATCHDOG=1 STATUS=watching 1 source; lines read: 1'));
  service.child.kill('SIGTERM');
  await eventually('STOPPING', () => said().includes('STOPPING=1'));
  expect(await service.ended).toBe(0);
  // A manager keeps what is printed: no pages of report at every stop.
  expect(service.out()).toBe('watching 1 source; lines read: 1, incidents open: 0\n');
});
