import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { openDeadLetters } from '../../src/outputs/dead-letters.ts';
import { createOutput } from '../../src/outputs/index.ts';
import { createSender, type Sender } from '../../src/outputs/sender.ts';
import type { OutputConfig } from '../../src/outputs/settings.ts';
import { openSpool } from '../../src/outputs/spool/spool.ts';
import { secret } from '../alerts/samples.ts';
import { freePort } from '../net/free-port.ts';
import { document, faultOf, sequenceOf } from '../outputs/documents.ts';
import { type RunningPeer, startBulk, startFluent, startLines } from '../outputs/peers.ts';

const RECORDS = 200_000;
/** Where the peer is ended, and begun again. */
const MIDDLE = 80_000;
const SHARED_KEY = 'Corr3ct+horse/battery';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const folder = (): string => mkdtempSync(join(tmpdir(), 'secmon-outputs-'));

async function eventually(what: string, isSo: () => boolean, deadlineMs = 90_000): Promise<void> {
  const untilMs = performance.now() + deadlineMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await setTimeout(20);
  }
}

function sendTo(config: Partial<OutputConfig> & { readonly url: string }): Sender {
  const spoolFolder = folder();
  const sender = createSender({
    name: 'peer',
    output: createOutput({ buffer_mb: 256, ...config }, { host: 'web1', stdout: process.stdout }),
    spool: openSpool({ folder: spoolFolder, maxBytes: 256 * 1_024 * 1_024 }),
    deadLetters: openDeadLetters(spoolFolder),
    clock: systemClock,
    random: Math.random,
    onEvent: () => {},
  });
  ends.push(() => sender.close(0));
  return sender;
}

/** A burst, as fast as it can be offered. */
async function burst(sender: Sender): Promise<void> {
  for (let sequence = 1; sequence <= RECORDS; sequence++) {
    sender.offer(document(sequence));
    if (sequence % 1_000 === 0) await setTimeout(0);
  }
}

const drained = (sender: Sender): Promise<void> => eventually('everything is taken', () => sender.info().waitingRecords === 0);

/** A real rsyslog on loopback, its messages in a file. */
interface Rsyslog {
  readonly process: ChildProcess;
  readonly file: string;
}

async function startRsyslog(at: string, port: number): Promise<Rsyslog> {
  const file = join(at, 'messages');
  const conf = join(at, 'rsyslog.conf');
  writeFileSync(
    conf,
    // By itself rsyslog throws away at its end what stands in its queue (queue.timeoutShutdown); without a queue there is nothing to throw away.
    `global(workDirectory="${at}")
main_queue(queue.type="Direct")
module(load="imtcp")
template(name="message" type="string" string="%msg%\\n")
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omfile" file="${file}" template="message" asyncWriting="off")
`,
  );
  const child = spawn('rsyslogd', ['-n', '-f', conf, '-i', join(at, 'rsyslog.pid')], { stdio: 'ignore' });
  ends.push(() => child.kill('SIGKILL'));
  await eventually('rsyslog listens', () => child.exitCode === null && existsSync(join(at, 'rsyslog.pid')));
  await listens(port);
  return { process: child, file };
}

async function listens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isThere) return;
    await setTimeout(50);
  }
  throw new Error(`nobody listens at ${port}`);
}

const sequencesIn = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => sequenceOf(JSON.parse(line)));

test('rsyslog gets 200,000 findings complete and in order, restarted in the middle', async () => {
  const at = folder();
  const port = await freePort();
  const first = await startRsyslog(at, port);
  const sender = sendTo({ url: `syslog+tcp://127.0.0.1:${port}`, facility: 'local0' });
  const offered = burst(sender);
  await eventually('the middle', () => sender.info().sent > MIDDLE);
  first.process.kill('SIGTERM');
  await once(first.process, 'exit');
  expect(sender.info().sent).toBeLessThan(RECORDS);
  const second = await startRsyslog(at, port);
  await offered;
  await drained(sender);
  second.process.kill('SIGTERM');
  await once(second.process, 'exit');
  expect(faultOf(sequencesIn(second.file), RECORDS, { mayRepeat: true })).toBe('');
  expect(sender.info()).toMatchObject({ dropped: 0, refused: 0 });
});

/** A server of this process that is reset in the middle; each has what it read. */
async function withRestart(
  start: (port: number, onDocument: (document: unknown) => void) => Promise<RunningPeer>,
  config: (port: number) => Partial<OutputConfig> & { readonly url: string },
): Promise<number[]> {
  const got: number[] = [];
  const onDocument = (one: unknown): void => void got.push(sequenceOf(one));
  const first = await start(await freePort(), onDocument);
  const sender = sendTo(config(first.port));
  const offered = burst(sender);
  await eventually('the middle', () => got.length > MIDDLE);
  await first.stop();
  expect(got.length).toBeLessThan(RECORDS);
  const second = await start(first.port, onDocument);
  ends.push(() => second.stop());
  await offered;
  await drained(sender);
  expect(sender.info()).toMatchObject({ dropped: 0, refused: 0 });
  return got;
}

test('the server of @fluent-org/logger gets 200,000 findings complete and in order, reset in the middle', async () => {
  const got = await withRestart(
    (port, onDocument) => startFluent({ port, onDocument, sharedKey: SHARED_KEY }),
    (port) => ({ url: `fluent://127.0.0.1:${port}`, shared_key: secret(SHARED_KEY) }),
  );
  expect(faultOf(got, RECORDS, { mayRepeat: true })).toBe('');
});

test('the bulk API gets 200,000 findings complete, in order and once, reset in the middle', async () => {
  const ids = new Set<string>();
  const got = await withRestart(
    (port, onDocument) => startBulk({ port, onDocument, ids }),
    (port) => ({ url: `elasticsearch+http://127.0.0.1:${port}` }),
  );
  expect(faultOf(got, RECORDS)).toBe('');
});

test('a receiver of JSON lines gets 200,000 findings complete and in order, reset in the middle', async () => {
  const got = await withRestart(
    (port, onDocument) => startLines({ port, onDocument }),
    (port) => ({ url: `logstash+tcp://127.0.0.1:${port}` }),
  );
  expect(faultOf(got, RECORDS, { mayRepeat: true })).toBe('');
});
