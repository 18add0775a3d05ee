import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { openDeadLetters } from '../../src/outputs/dead-letters.ts';
import { createOutput } from '../../src/outputs/index.ts';
import { createSender } from '../../src/outputs/sender.ts';
import { openSpool } from '../../src/outputs/spool/spool.ts';
import { eventually } from '../e2e/tmux.ts';
import { freePort } from '../net/free-port.ts';
import { document, faultOf, sequenceOf } from '../outputs/documents.ts';
import { firstDisorder, listenAt, numbered } from './listening-engine.ts';
import { startSyslogNg } from './syslog-ng.ts';

const BURST = 20_000;
const FINDINGS = 20_000;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-syslog-ng-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

test.each([
  ['RFC 5424, counted in bytes', 'syslog("127.0.0.1" transport("tcp") port(PORT))'],
  ['RFC 3164, ended by LF', 'network("127.0.0.1" transport("tcp") port(PORT))'],
])('a burst that syslog-ng sends over TCP (%s) arrives complete and in order', async (_, destination) => {
  const folder = temporaryFolder();
  const file = join(folder, 'access.log');
  writeFileSync(file, '');
  const secmon = await listenAt((port) => `tcp://127.0.0.1:${port}`);
  await startSyslogNg(
    folder,
    `source s { file("${file}" flags(no-parse) program-override("nginx") follow-freq(0.1) log-fetch-limit(1000)); };
destination d { ${destination.replace('PORT', String(secmon.port))}; };
log { source(s); destination(d); flags(flow-control); };`,
  );
  appendFileSync(file, Array.from({ length: BURST }, (__, i) => `${numbered(i)}\n`).join(''));
  expect(firstDisorder(await secmon.until(BURST, 60_000), BURST)).toBe(-1);
  expect(secmon.entries[0]).toMatchObject({ kind: 'http', program: 'nginx' });
});

test('syslog-ng gets every finding by TCP, in order, also those that come while it is away', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const port = await freePort();
  const listen = (): ReturnType<typeof startSyslogNg> =>
    startSyslogNg(
      folder,
      `source s { syslog(ip("127.0.0.1") port(${port}) transport("tcp") log-iw-size(1000)); };
destination d { file("${out}" template("$MSG\\n") template-escape(no)); };
log { source(s); destination(d); flags(flow-control); };`,
    );
  const first = await listen();
  const spoolFolder = join(folder, 'spool');
  const sender = createSender({
    name: 'peer',
    output: createOutput({ url: `syslog+tcp://127.0.0.1:${port}`, buffer_mb: 64 }, { host: 'web1', stdout: process.stdout }),
    spool: openSpool({ folder: spoolFolder, maxBytes: 64 * 1_024 * 1_024 }),
    deadLetters: openDeadLetters(spoolFolder),
    clock: systemClock,
    random: Math.random,
    onEvent: () => {},
  });
  onTestFinished(() => void sender.close(0));
  const sequences = (): number[] =>
    (existsSync(out) ? readFileSync(out, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => sequenceOf(JSON.parse(line)));
  const offer = (from: number, to: number): void => {
    for (let sequence = from; sequence <= to; sequence++) sender.offer(document(sequence));
  };
  offer(1, FINDINGS / 2);
  // What it has read and not written yet it throws away when it is ended.
  await eventually('the first half is written', () => new Set(sequences()).size >= FINDINGS / 2, 60_000);
  await first.stop();
  offer(FINDINGS / 2 + 1, FINDINGS);
  await eventually('it is missed', () => sender.info().state === 'retrying');
  await listen();
  await eventually('all are written', () => new Set(sequences()).size >= FINDINGS, 60_000);
  expect(faultOf(sequences(), FINDINGS, { mayRepeat: true })).toBe('');
});
