import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/alerts/channel.ts';
import { createSyslogChannel } from '../../../src/alerts/channels/syslog.ts';
import type { SyslogConfig } from '../../../src/alerts/channels/syslog-schema.ts';
import { renderSyslog } from '../../../src/alerts/render-syslog.ts';
import type { AlertMessage, Delivery } from '../../../src/model/alert.ts';
import { freePort } from '../../net/free-port.ts';
import { startGate } from '../gate.ts';
import { context, hostileMessage, message } from '../samples.ts';
import { type Certificate, makeCertificate } from '../smtp-peer.ts';
import { type StreamPeerOptions, type SyslogPeer, startStreamPeer, startUdpPeer } from '../syslog-peer.ts';

let certificate: Certificate;
const open: SyslogPeer[] = [];
beforeAll(() => {
  certificate = makeCertificate();
});
afterAll(() => certificate.remove());
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

async function streamPeer(options: StreamPeerOptions = {}): Promise<SyslogPeer> {
  const peer = await startStreamPeer(options);
  open.push(peer);
  return peer;
}

function channel(port: number, changes: Partial<SyslogConfig> = {}, timeoutMs = 5_000): Channel {
  const config: SyslogConfig = { type: 'syslog', host: '127.0.0.1', port, transport: 'tcp', facility: 'authpriv', ...changes };
  return createSyslogChannel('log', config, context({ httpTimeoutMs: timeoutMs }));
}

const send = (to: Channel, what: AlertMessage = message(), signal = new AbortController().signal): Promise<Delivery> =>
  to.send(what, { signal });

/** A line of RFC 5424 taken apart by its own grammar; undefined when it is none. */
function parse(line: string) {
  const head = /^<(\d{1,3})>1 (\S+) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) /.exec(line);
  if (head === null) return undefined;
  const [start, priority, timestamp, host, app, , kind] = head;
  const data = /^\[([^\s=\]"]{1,32})((?: [^\s=\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] /.exec(line.slice(start.length));
  if (data === null) return undefined;
  const parameters = [...(data[2] ?? '').matchAll(/ ([^=]+)="((?:[^"\\\]]|\\["\\\]])*)"/g)];
  const values = Object.fromEntries(parameters.map(([, name = '', value = '']) => [name, value.replace(/\\(["\\\]])/g, '$1')]));
  const text = line.slice(start.length + data[0].length);
  return { priority: Number(priority), timestamp, host, app, kind, id: data[1], values, text };
}

describe('a syslog line', () => {
  const options = { facility: 10, host: 'web1', maxBytes: 2_048 };

  it('has the header, structured data and sentence of RFC 5424', () => {
    const thread = { key: 'incident-7', sequence: 2, kind: 'worse' } as const;
    expect(parse(renderSyslog(message({ thread, verdict: 'open' }), options))).toEqual({
      priority: 83,
      timestamp: '2026-03-02T00:00:00.000Z',
      host: 'web1',
      app: 'secmon',
      kind: 'worse',
      id: 'secmon@32473',
      values: {
        id: message().id,
        severity: 'high',
        verdict: 'open',
        incident: 'incident-7',
        sequence: '2',
        who: '203.0.113.7 (DE)',
        title: 'SQL injection on /item',
      },
      text: "It got worse: SQL injection on /item by 203.0.113.7 (DE). The server answered it (200); whether it worked is open. Payload: 1' union select name, password from users",
    });
  });

  it.each(['"] [x@1 forged="1"]', 'a\\', '\\"]', 'a]b"c\\d', '\n<0>1 - - - - - - root login', 'x'.repeat(5_000)])(
    'cannot be forged by %j',
    (text) => {
      const parsed = parse(renderSyslog(hostileMessage(text), options));
      expect(Object.keys(parsed?.values ?? {})).toEqual(['id', 'severity', 'who', 'title']);
      expect(renderSyslog(hostileMessage(text), options)).not.toMatch(/[\p{Cc}]/u);
    },
  );

  it('has a nil value or hyphens where a host name is none', () => {
    expect(parse(renderSyslog(message(), { ...options, host: '' }))?.host).toBe('-');
    expect(parse(renderSyslog(message(), { ...options, host: 'my host é' }))?.host).toBe('my-host--');
  });
});

describe('syslog by UDP', () => {
  it('arrives as one datagram of at most 2,048 bytes', async () => {
    const peer = await startUdpPeer();
    open.push(peer);
    const arrived = peer.next();
    const log = channel(peer.port, { transport: 'udp' });
    expect(await send(log, hostileMessage('😀'.repeat(9_000)))).toMatchObject({ ok: true });
    expect(Buffer.byteLength(await arrived)).toBeLessThanOrEqual(2_048);
    expect(parse(await arrived)).toMatchObject({ app: 'secmon' });
  });

  it('is tried again when nobody listens and the machine says so', async () => {
    const peer = await startUdpPeer();
    await peer.close();
    expect(await send(channel(peer.port, { transport: 'udp' }))).toMatchObject({ ok: false, retryable: true });
  });
});

describe.each([false, true])('syslog by a stream (TLS: %s)', (isTls) => {
  const secure = () => (isTls ? { certificate } : {});
  const changes = (): Partial<SyslogConfig> => (isTls ? { transport: 'tls', tls: { ca: certificate.path, insecure: false } } : {});

  it('arrives whole, counted in octets', async () => {
    const peer = await streamPeer(secure());
    const arrived = peer.next();
    const log = channel(peer.port, changes());
    expect(await send(log, message({ title: 'Größe 😀' }))).toMatchObject({ ok: true });
    expect(await arrived).toBe(log.render(message({ title: 'Größe 😀' })));
  });

  it('says what was sent and that nobody confirms it', async () => {
    const peer = await streamPeer(secure());
    expect(await send(channel(peer.port, changes()))).toMatchObject({
      ok: true,
      reply: expect.stringMatching(/^sent \d+ bytes.*confirms nothing$/),
    });
  });

  it('is tried again after a reset in the middle', async () => {
    const peer = await streamPeer({ ...secure(), onSocket: (socket) => socket.once('data', () => gate.reset()) });
    const gate = await startGate(peer.port);
    expect(await send(channel(gate.port, { ...changes(), host: isTls ? 'localhost' : '127.0.0.1' }))).toMatchObject({
      ok: false,
      retryable: true,
    });
    await gate.close();
  });

  it('is tried again when nobody listens', async () => {
    expect(await send(channel(await freePort(), changes()))).toMatchObject({ ok: false, retryable: true });
  });

  it('ends when it is interrupted', async () => {
    const peer = await streamPeer(secure());
    expect(await send(channel(peer.port, changes()), message(), AbortSignal.abort())).toMatchObject({
      reason: 'interrupted',
      retryable: true,
    });
  });
});

describe('syslog by TLS', () => {
  it('sends nothing to a server whose certificate nobody vouches for', async () => {
    const peer = await streamPeer({ certificate });
    const delivery = await send(channel(peer.port, { transport: 'tls' }));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('certificate');
    expect(peer.lines).toEqual([]);
  });

  it('needs a person when its authority is missing', async () => {
    const delivery = await send(channel(1, { transport: 'tls', tls: { ca: '/nowhere.pem', insecure: false } }));
    expect(delivery).toMatchObject({ ok: false, retryable: false, reason: 'cannot read the certificate authority /nowhere.pem: ENOENT' });
  });

  it('gives up on a server that never greets', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const delivery = await send(channel((silent.address() as AddressInfo).port, { transport: 'tls' }, 100));
    silent.close();
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('did not take it within');
  });
});
