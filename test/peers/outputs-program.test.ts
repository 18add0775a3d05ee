import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openPlace, type Place } from '../commands/program.ts';
import { combined } from '../engine/run-engine.ts';
import { freePort } from '../net/free-port.ts';
import { startBulk, startLines } from '../outputs/peers.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function place(): Place {
  const opened = openPlace();
  ends.push(() => opened.remove());
  return opened;
}

async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`not within 30 s: ${what}`);
    await setTimeout(20);
  }
}

const attack = (n: number): string => combined(n, { target: `/item?id=${n}%27+union+select+password+from+users--` });
/** Bytes that wait in the files of outputs. */
const spooled = (state: string): number => {
  try {
    return readdirSync(state, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.spool'))
      .reduce((sum, name) => sum + statSync(join(state, name)).size, 0);
  } catch {
    return 0;
  }
};

test('kill -9 of secmon loses nothing of what it had found, nor of what came while it was away', async () => {
  const here = place();
  const state = here.path('state');
  const port = await freePort();
  here.write('access.log', attack(0));
  const args = ['access.log', '--no-ui', '--from-start', '--resume', '--output', `logstash+tcp://127.0.0.1:${port}`];
  const env = { SECMON_STATE_DIR: state };
  const first = here.start(args, { env });
  await first.saw('/item?id=0');
  // Line by line, so that the kill falls between two looks at the file.
  for (let n = 1; n <= 150; n++) {
    here.append('access.log', attack(n));
    if (n % 10 === 0) await setTimeout(20);
  }
  await eventually('something waits in files', () => spooled(state) > 10_000);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  for (let n = 151; n <= 200; n++) here.append('access.log', attack(n));
  const got = new Map<string, string>();
  const changed: string[] = [];
  const peer = await startLines({
    port,
    onDocument(one) {
      const { event } = one as { event: { dataset: string; id: string; original: string } };
      if (event.dataset !== 'secmon.detection') return;
      if ((got.get(event.original) ?? event.id) !== event.id) changed.push(event.original);
      got.set(event.original, event.id);
    },
  });
  ends.push(() => peer.stop());
  const second = here.start(args, { env });
  const wanted = Array.from({ length: 200 }, (_, i) => attack(i + 1).trimEnd());
  await eventually('all of it arrives', () => wanted.every((line) => got.has(line)));
  second.child.kill('SIGTERM');
  await second.ended;
  // What came twice came with the id that it had.
  expect(changed).toEqual([]);
  expect(new Set(got.values()).size).toBe(got.size);
});

test('kill -9 while it sends to the bulk API: every finding is stored, and none twice, however often it is killed', async () => {
  const here = place();
  const stored: string[] = [];
  let conflicts = 0;
  const peer = await startBulk({
    port: 0,
    onDocument(document) {
      const { event } = document as { event: { dataset: string; original: string } };
      if (event.dataset === 'secmon.detection') stored.push(event.original);
    },
    behaviour: { onConflict: () => conflicts++ },
  });
  ends.push(() => peer.stop());
  here.write('access.log', attack(0));
  const args = ['access.log', '--no-ui', '--from-start', '--resume', '--output', `elasticsearch+http://127.0.0.1:${peer.port}`];
  const start = () => here.start(args, { env: { SECMON_STATE_DIR: here.path('state') } });
  // From then on it knows where it stood: a log that is rotated before is another one to it.
  const first = start();
  await first.saw('/item?id=0');
  first.child.kill('SIGTERM');
  await first.ended;
  let written = 1;
  // Until a kill fell between the answer of the peer and the moment at which secmon keeps where it stands.
  for (let kills = 0; conflicts === 0; kills++) {
    if (kills > 40) throw new Error('no line was read again in 40 kills');
    const running = start();
    const before = stored.length;
    while (stored.length < before + 30) {
      here.append('access.log', attack(written++));
      // The log is rotated as well, once secmon is there: a line stays the same in a file of another name.
      if (written % 25 === 0 && stored.length > before) renameSync(here.path('access.log'), here.path(`access.log.${written}`));
      await setTimeout(10);
    }
    running.child.kill('SIGKILL');
    await once(running.child, 'exit');
  }
  const last = start();
  await eventually('all of it is stored', () => new Set(stored).size >= written);
  last.child.kill('SIGTERM');
  await last.ended;
  const wanted = Array.from({ length: written }, (_, n) => attack(n).trimEnd());
  expect(stored.toSorted()).toEqual(wanted.toSorted());
});

test('metrics pass promtool in the text format, curl gets OpenMetrics when it asks, and health is told', async () => {
  const here = place();
  here.write('access.log', Array.from({ length: 50 }, (_, n) => attack(n)).join(''));
  const port = await freePort();
  const at = `http://127.0.0.1:${port}`;
  const args = ['access.log', '--no-ui', '--metrics', `127.0.0.1:${port}`, '--output', 'file:out.ndjson'];
  const { child, ended } = here.start(args, { env: { SECMON_STATE_DIR: here.path('state') } });
  const curl = (...more: string[]): string => execFileSync('curl', ['-s', '-i', '--max-time', '5', ...more], { encoding: 'utf8' });
  await eventually('it answers', () => {
    try {
      return curl(`${at}/metrics`).includes('secmon_detections_total{family="sqli",level="high"} 50');
    } catch {
      return false;
    }
  });
  const text = execFileSync('curl', ['-s', `${at}/metrics`], { encoding: 'utf8' });
  expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })).toBe('');
  expect(text).toContain('secmon_requests_total{class="2xx"} 50');
  const open = curl('-H', 'accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5', `${at}/metrics`);
  expect(open).toContain('content-type: application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(open.endsWith('# EOF\n')).toBe(true);
  expect(curl(`${at}/healthz`)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\r\n\r\nok\n$/);
  expect(curl('-X', 'POST', '-d', 'x=1', `${at}/metrics`)).toMatch(/^HTTP\/1.1 405 [\s\S]*allow: GET, HEAD/);
  child.kill('SIGTERM');
  await ended;
});

test('a state that is in memory only is unhealthy, and says why', async () => {
  const here = place();
  here.write('access.log', attack(1));
  const port = await freePort();
  const { child, ended } = here.start(['access.log', '--no-ui', '--metrics', `127.0.0.1:${port}`], {
    env: { SECMON_STATE_DIR: '/proc/none' },
  });
  let said = '';
  await eventually('it answers', () => {
    try {
      said = execFileSync('curl', ['-s', '-i', `http://127.0.0.1:${port}/healthz`], { encoding: 'utf8' });
    } catch {
      return false;
    }
    return true;
  });
  expect(said).toMatch(/^HTTP\/1.1 503 [\s\S]*the state is in memory only: /);
  child.kill('SIGTERM');
  await ended;
});
