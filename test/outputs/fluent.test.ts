import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createOutput } from '../../src/outputs/index.ts';
import type { OutputConfig } from '../../src/outputs/settings.ts';
import { secret } from '../alerts/samples.ts';
import { type Certificate, makeCertificate } from '../alerts/smtp-peer.ts';
import { document } from './documents.ts';
import { type FluentOptions, startFluent } from './peers.ts';
import { type RunningSender, runSender } from './run-sender.ts';

let certificate: Certificate;
beforeAll(() => {
  certificate = makeCertificate();
});
afterAll(() => certificate.remove());

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function sendTo(server: Partial<FluentOptions>, config: Partial<OutputConfig>, scheme = 'fluent') {
  const got: unknown[] = [];
  const peer = await startFluent({ port: 0, onDocument: (one) => got.push(one), ...server });
  ends.push(() => peer.stop());
  const output = createOutput(
    { url: `${scheme}://localhost:${peer.port}`, buffer_mb: 1, ...config },
    { host: 'web1', stdout: process.stdout },
  );
  const sender: RunningSender = runSender(output);
  ends.push(() => sender.close(0));
  sender.offer(document(1));
  return { got, sender };
}

const failure = async ({ sender }: { sender: RunningSender }): Promise<string> => {
  await sender.until(() => sender.info().lastError !== '');
  expect(sender.info()).toMatchObject({ waitingRecords: 1, sent: 0, refused: 0 });
  return sender.info().lastError;
};

const KEY = 'Corr3ct+horse/battery';
const USERS = { users: { secmon: 'p4ssword' }, sharedKey: KEY };

test('documents arrive as they are, whatever is in them, under the tag of their kind', async () => {
  const { got, sender } = await sendTo({}, {});
  const hostile = {
    '@timestamp': 'no time',
    event: { dataset: 'secmon.incident', original: '\u0000\u001b[31m\ud800 ü 한국어' },
    deep: [1, -1, 2 ** 40, 1.5, null, true, [{}]],
  };
  const text = JSON.stringify(hostile);
  sender.offer({ kind: 'incident', text });
  await sender.drained();
  expect(got).toEqual([
    JSON.parse(document(1).text),
    { ...hostile, event: { ...hostile.event, original: '\u0000\u001b[31m\ufffd ü 한국어' } },
  ]);
});

test('a shared key, a user and TLS go together', async () => {
  const config = { shared_key: secret(KEY), user: 'secmon', password: secret('p4ssword'), tls: { ca: certificate.path, insecure: false } };
  const { got, sender } = await sendTo({ ...USERS, certificate }, config, 'fluent+tls');
  await sender.drained();
  expect(got).toHaveLength(1);
});

test('a wrong key, a missing one, a wrong password and a server without a key are told apart, and lose nothing', async () => {
  expect(await failure(await sendTo(USERS, { shared_key: secret('Wr0ng-key') }))).toMatch(/it refused the login: /);
  expect(await failure(await sendTo(USERS, { shared_key: secret(KEY), user: 'secmon', password: secret('Wr0ng-password') }))).toMatch(
    /it refused the login: /,
  );
  expect(await failure(await sendTo({ sharedKey: KEY }, {}))).toMatch(/something else than an acknowledgement|closed/);
});

test('a certificate that nobody vouches for is refused, unless any will do', async () => {
  expect(await failure(await sendTo({ certificate }, {}, 'fluent+tls'))).toMatch(/self-signed certificate/);
  const trusting = await sendTo({ certificate }, { tls: { insecure: true } }, 'fluent+tls');
  await trusting.sender.drained();
  expect(trusting.got).toHaveLength(1);
  expect(await failure(await sendTo({ certificate }, { tls: { ca: '/nowhere/ca.pem', insecure: false } }, 'fluent+tls'))).toContain(
    'cannot read /nowhere/ca.pem (ENOENT)',
  );
});
