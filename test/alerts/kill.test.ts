import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHttpServer } from './http-server.ts';
import { message } from './samples.ts';
import { type Certificate, makeCertificate, PASSWORD, startSmtpPeer } from './smtp-peer.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let certificate: Certificate;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-kill-'));
  certificate = makeCertificate();
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: [join(root, 'test/alerts/fixtures/outbox-process.ts')],
    outfile: join(folder, 'process.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
});
afterAll(() => {
  certificate.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

function start(kind: string, port: number): { child: ChildProcess; ended: Promise<string> } {
  const args = [join(folder, 'process.mjs'), join(folder, `${kind}.db`), kind, String(port), certificate.path, PASSWORD];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  return { child, ended: once(child, 'close').then(() => out) };
}

it('a webhook alert that kill -9 met while it was under way arrives after the next start, with the same key', async () => {
  let arrived = (): void => undefined;
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let isFirst = true;
  const peer = await startHttpServer((response) => {
    if (!isFirst) response.end();
    isFirst = false;
    arrived();
  });
  const port = Number(new URL(peer.url).port);
  const first = start('hook', port);
  await underWay;
  first.child.kill('SIGKILL');
  expect(await first.ended).not.toContain('sent');
  expect(await start('hook', port).ended).toMatch(/^sent 1$/m);
  expect(peer.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([message().id, message().id]);
  await peer.close();
});

it('a mail that kill -9 met after the server took it comes once more, with the same Message-ID, and once it is answered never again', async () => {
  const ids: string[] = [];
  let arrived = (): void => undefined;
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const peer = await startSmtpPeer(certificate, {
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        ids.push(/^message-id: (.*)$/im.exec(Buffer.concat(chunks).toString())?.[1]?.trim() ?? '');
        if (ids.length > 1) done(null, 'queued');
        arrived();
      });
    },
  });
  const first = start('mail', peer.port);
  await underWay;
  first.child.kill('SIGKILL');
  expect(await first.ended).not.toContain('sent');
  expect(await start('mail', peer.port).ended).toMatch(/^sent 1$/m);
  const expected = `<secmon.${message().id}@example.org>`;
  expect(ids).toEqual([expected, expected]);
  await peer.close();
});
