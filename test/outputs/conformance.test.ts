import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Scheme } from '../../src/outputs/address.ts';
import { createOutput } from '../../src/outputs/index.ts';
import type { Output } from '../../src/outputs/output.ts';
import type { OutputConfig } from '../../src/outputs/settings.ts';
import { secret } from '../alerts/samples.ts';
import { type Certificate, makeCertificate } from '../alerts/smtp-peer.ts';
import { freePort } from '../net/free-port.ts';
import { documents, faultOf, sequenceOf } from './documents.ts';
import { faultyFiles } from './faulty-files.ts';
import {
  type PeerOptions,
  type RunningPeer,
  startBulk,
  startDeaf,
  startFluent,
  startLines,
  startNonsense,
  startRude,
  startSlow,
  startSyslog,
} from './peers.ts';
import { type RunningSender, type RunOptions, runSender } from './run-sender.ts';

/** One kind of output and the server that it speaks to. */
interface Row {
  readonly start: (options: PeerOptions) => Promise<RunningPeer>;
  readonly config?: Partial<OutputConfig>;
  readonly nonsense: Buffer | string;
  /** A repeated document is no second one. */
  readonly isIdempotent?: true;
}

const SECRET = 'Corr3ct+horse/battery';
const ids = new Set<string>();
const bulk = (options: PeerOptions): Promise<RunningPeer> => startBulk({ ...options, ids });
const bulkRow: Row = {
  start: bulk,
  config: { api_key: secret(SECRET) },
  nonsense: 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n<html>hi</html>',
  isIdempotent: true,
};
const fluentRow: Row = {
  start: (options) => startFluent({ ...options, sharedKey: SECRET }),
  config: { shared_key: secret(SECRET) },
  nonsense: Buffer.from([0xc1, 0xff, 0x00]),
};
const ROWS: Readonly<Partial<Record<Scheme, Row>>> = {
  'logstash+tcp': { start: startLines, nonsense: 'what?' },
  'logstash+tls': { start: startLines, nonsense: 'what?' },
  'elasticsearch+http': bulkRow,
  'elasticsearch+https': bulkRow,
  fluent: fluentRow,
  'fluent+tls': fluentRow,
  'syslog+tcp': { start: startSyslog, nonsense: 'what?' },
  'syslog+tls': { start: startSyslog, nonsense: 'what?' },
};

let certificate: Certificate;
beforeAll(() => {
  certificate = makeCertificate();
});
afterAll(() => certificate.remove());

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  ids.clear();
});

describe.each(Object.entries(ROWS))('%s', (scheme, row) => {
  const isSecured = scheme.endsWith('tls') || scheme.endsWith('https');
  let got: number[] = [];

  const start = async (known?: number): Promise<RunningPeer> => {
    const port = known ?? (await freePort());
    const onDocument = (document: unknown): void => void got.push(sequenceOf(document));
    const peer = await row.start({ port, onDocument, certificate: isSecured ? certificate : undefined });
    open.push(() => peer.stop());
    return peer;
  };
  const outputAt = (port: number): Output => {
    const tls = isSecured ? { tls: { ca: certificate.path, insecure: false } } : {};
    return createOutput(
      { url: `${scheme}://localhost:${port}`, buffer_mb: 1, ...tls, ...row.config },
      { host: 'web1', stdout: process.stdout },
    );
  };
  const sendTo = (port: number, options: RunOptions = {}): RunningSender => {
    got = [];
    const sender = runSender(outputAt(port), options);
    open.push(() => sender.close(0));
    return sender;
  };
  const offer = (sender: RunningSender, count: number, from = 1): void => {
    for (const document of documents(count, { from })) sender.offer(document);
  };
  test('everything arrives once and in order', async () => {
    const { port } = await start();
    const sender = sendTo(port);
    offer(sender, 2_500);
    await sender.drained();
    expect(faultOf(got, 2_500)).toBe('');
    expect(sender.info()).toMatchObject({ sent: 2_500, dropped: 0, refused: 0, lastError: '' });
    expect(sender.events).toEqual([]);
  });

  test('a peer that is missing is said once, and gets everything when it comes', async () => {
    const port = await freePort();
    const sender = sendTo(port);
    offer(sender, 20);
    await sender.until(() => sender.clock.now() > Date.UTC(2026, 2, 2) + 60_000);
    expect(sender.events).toMatchObject([{ type: 'failing' }]);
    expect(sender.info()).toMatchObject({ state: 'retrying', waitingRecords: 20, sent: 0 });
    expect(sender.info().lastError).toMatch(/ECONNREFUSED/);
    await start(port);
    await sender.drained();
    expect(faultOf(got, 20)).toBe('');
    expect(sender.events).toMatchObject([{ type: 'failing' }, { type: 'recovered' }]);
  });

  test('nothing is lost when the peer is killed in the middle and comes back', async () => {
    let freeze = (): void => {};
    const onDocument = (document: unknown): void => {
      got.push(sequenceOf(document));
      if (got.length >= 300) freeze();
    };
    const first = await row.start({ port: await freePort(), onDocument, certificate: isSecured ? certificate : undefined });
    freeze = first.freeze;
    const sender = sendTo(first.port, { folder: mkdtempSync(join(tmpdir(), 'secmon-output-')) });
    for (const document of documents(3_000, { padding: 1_000 })) sender.offer(document);
    await sender.until(() => got.length >= 300);
    await first.stop();
    const before = got.length;
    await start(first.port);
    await sender.drained();
    expect(before).toBeLessThan(3_000);
    expect(faultOf(got, 3_000, { mayRepeat: row.isIdempotent !== true })).toBe('');
  });

  test('a peer that hangs up at once, speaks nonsense or wants something else costs nothing but time', async () => {
    const rude = await startRude(await freePort());
    const sender = sendTo(rude.port);
    offer(sender, 30);
    await sender.until(() => sender.info().lastError !== '');
    await rude.stop();
    const confused = await startNonsense(rude.port, row.nonsense);
    const errorsBefore = sender.info().lastErrorMs ?? 0;
    await sender.until(() => (sender.info().lastErrorMs ?? 0) > errorsBefore);
    await confused.stop();
    expect(sender.info()).toMatchObject({ sent: 0, waitingRecords: 30, refused: 0 });
    await start(rude.port);
    await sender.drained();
    expect(faultOf(got, 30, { mayRepeat: true })).toBe('');
  });

  test('a peer that stops reading for a minute costs nothing but buffer', async () => {
    const deaf = await startDeaf(await freePort());
    const sender = sendTo(deaf.port, { folder: mkdtempSync(join(tmpdir(), 'secmon-output-')) });
    for (let second = 0; second < 60; second++) {
      offer(sender, 50, second * 50 + 1);
      sender.clock.advance(1_000);
      await setImmediate();
    }
    expect(sender.info()).toMatchObject({ waitingRecords: 3_000, sent: 0, dropped: 0 });
    expect(sender.info().lastError).toMatch(/did not take it within 30 s|interrupted|closed/);
    await deaf.stop();
    await start(deaf.port);
    await sender.drained();
    expect(faultOf(got, 3_000, { mayRepeat: true })).toBe('');
  });

  test('a peer that takes little at a time gets everything once, and no batch is given up', async () => {
    const { port } = await start();
    const slow = await startSlow(port);
    open.push(() => slow.stop());
    const sender = sendTo(slow.port);
    offer(sender, 1_200);
    await sender.drained();
    expect(faultOf(got, 1_200)).toBe('');
    expect(sender.events).toEqual([]);
  });

  test('what a killed secmon had not brought through, the next one brings', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secmon-output-'));
    const port = await freePort();
    const killed = sendTo(port, { folder });
    offer(killed, 40);
    killed.flush();
    await start(port);
    const next = sendTo(port, { folder });
    await next.drained();
    expect(faultOf(got, 40)).toBe('');
  });

  test('a full disk costs nothing while the peer takes what is held in memory', async () => {
    const { port } = await start();
    const files = faultyFiles();
    files.room = 500;
    const sender = sendTo(port, { folder: mkdtempSync(join(tmpdir(), 'secmon-output-')), files });
    offer(sender, 1_500);
    sender.flush();
    expect(sender.info().memoryOnly).toContain('ENOSPC');
    await sender.drained();
    expect(faultOf(got, 1_500)).toBe('');
    expect(sender.info()).toMatchObject({ sent: 1_500, dropped: 0 });
  });

  test('an end in order brings through what waits, and leaves what cannot be', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secmon-output-'));
    const { port, stop } = await start();
    const sender = sendTo(port, { folder });
    offer(sender, 5);
    expect(await sender.close(5_000)).toBe(0);
    expect(faultOf(got, 5)).toBe('');
    await stop();
    const failing = sendTo(port, { folder });
    offer(failing, 7);
    expect(await failing.close(0)).toBe(7);
  });

  test('what it says of itself holds no secret', async () => {
    const confused = await startNonsense(
      0,
      `HTTP/1.1 401 No\r\ncontent-length: 60\r\n\r\n{"error":"ApiKey ${SECRET} is wrong ${' '.repeat(20)}"}`,
    );
    open.push(() => confused.stop());
    const sender = sendTo(confused.port);
    offer(sender, 1);
    await sender.until(() => sender.info().lastError !== '');
    expect(JSON.stringify([sender.info(), sender.events])).not.toContain(SECRET);
    expect(sender.info().destination).toContain(`localhost:${confused.port}`);
  });
});
