import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FluentClient, FluentSocketEvent } from '@fluent-org/logger';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { storePath } from '../../src/store/state-directory.ts';
import { eventually, PROGRAM } from '../e2e/tmux.ts';
import { freePort } from '../net/free-port.ts';
import { firstDisorder, listenAt, numbered } from './listening-engine.ts';

const BURST = 200_000;

function keyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-fluent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  writeFileSync(join(folder, 'key'), 'a shared key\n');
  return join(folder, 'key');
}

function client(port: number, sharedKey: string, options: object = {}): FluentClient {
  const created = new FluentClient('web', {
    eventMode: 'PackedForward',
    ack: { ackTimeout: 110_000 },
    security: { clientHostname: 'app', sharedKey },
    socket: { host: '127.0.0.1', port, timeout: 110_000 },
    ...options,
  });
  created.socketOn(FluentSocketEvent.ERROR, () => {});
  return created;
}

test.each(['PackedForward', 'CompressedPackedForward'])(
  'a burst of 200,000 lines of @fluent-org/logger (%s, with key and acknowledgements) arrives complete and in order',
  async (eventMode) => {
    const secmon = await listenAt((port) => `fluent://127.0.0.1:${port}?shared_key_file=${keyFile()}`);
    const sender = client(secmon.port, 'a shared key', {
      eventMode,
      flushInterval: 50,
      sendQueueSyncFlushLimit: { length: 20_000, size: 4_000_000 },
    });
    await sender.connect();
    const sent: Promise<void>[] = [];
    for (let i = 0; i < BURST; i += 1) sent.push(sender.emit({ log: numbered(i) }));
    await Promise.all(sent);
    // Acknowledged means processed: nothing is waited for here.
    expect(firstDisorder(secmon.entries, BURST)).toBe(-1);
    await sender.shutdown();
  },
);

test('python3-fluent-logger sends, with times in seconds and in nanoseconds', async () => {
  const secmon = await listenAt((port) => `fluent://127.0.0.1:${port}`);
  const script = `
import sys
from fluent.sender import FluentSender
for precise in (False, True):
    sender = FluentSender('web', host='127.0.0.1', port=int(sys.argv[1]), nanosecond_precision=precise)
    for i in range(1000):
        line = '192.0.2.13 - - [02/Mar/2026:02:00:00 +0000] "GET /n/%d HTTP/1.1" 200 512 "-" "Mozilla/5.0"' % (i + 1000 * precise)
        assert sender.emit('access', {'log': line}), sender.last_error
    sender.close()
`;
  execFileSync('/usr/bin/python3', ['-c', script, String(secmon.port)]);
  await secmon.until(2_000);
  // Two connections: each is in order by itself.
  const numbers = secmon.entries.map(({ target }) => Number(target.slice(3)));
  expect([numbers.filter((n) => n < 1_000), numbers.filter((n) => n >= 1_000)]).toEqual(
    [0, 1_000].map((from) => Array.from({ length: 1_000 }, (_, i) => from + i)),
  );
});

/** The built program, listening; its state in `folder`. */
async function startProgram(folder: string, url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, url, '--no-ui', '--format', 'ndjson'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STATE_DIRECTORY: folder, XDG_CONFIG_HOME: folder },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const port = Number(/:(\d+)/.exec(url.slice(9))?.[1]);
  let listens = false;
  await eventually('the program to listen', () => {
    if (child.exitCode !== null) throw new Error(`secmon ended with ${child.exitCode}`);
    const probe = connect(port, '127.0.0.1', () => {
      listens = true;
      probe.destroy();
    });
    probe.on('error', () => {});
    return listens;
  });
  return child;
}

test('kill -9 of secmon loses nothing that was acknowledged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-fluent-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const port = await freePort();
  const program = await startProgram(folder, `fluent://127.0.0.1:${port}?shared_key_file=${keyFile()}`);
  const sender = client(port, 'a shared key', { socket: { host: '127.0.0.1', port, timeout: 60_000, disableReconnect: true } });
  await sender.connect();
  const acknowledged = new Set<string>();
  const attack = (address: string): string =>
    numbered(1).replace('192.0.2.13', address).replace('/n/1', "/item?id=1'%20UNION%20SELECT%20user,pass%20FROM%20users--");
  let killed = false;
  const sent = Array.from({ length: 60 }, async (_, i) => {
    const address = `198.51.100.${i + 1}`;
    await new Promise((resolve) => setTimeout(resolve, i * 25));
    if (killed) return;
    await sender.emit({ log: attack(address) }).then(
      () => void acknowledged.add(address),
      () => {},
    );
  });
  await eventually('some acknowledgements', () => acknowledged.size >= 10);
  const kept = new Set(acknowledged);
  program.kill('SIGKILL');
  killed = true;
  void Promise.allSettled(sent);
  void sender.disconnect().catch(() => {});
  await new Promise((resolve) => program.once('exit', resolve));
  const store = await openStore({ path: storePath(folder), now: Date.now });
  const actors = new Set(store.incidents.open(1000).map(({ actor }) => actor));
  store.close();
  expect([...kept].filter((address) => !actors.has(address))).toEqual([]);
  expect(kept.size).toBeGreaterThanOrEqual(10);
});
