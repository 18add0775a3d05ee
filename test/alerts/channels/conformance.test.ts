import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/alerts/channel.ts';
import { CHANNEL_TYPES, type ChannelConfig, type ChannelType, createChannel } from '../../../src/alerts/channels/index.ts';
import { createChannels } from '../../../src/alerts/create-channels.ts';
import type { AlertMessage } from '../../../src/model/alert.ts';
import { type HttpServer, startHttpServer } from '../http-server.ts';
import { context, hostileMessage, message, printed, secret } from '../samples.ts';
import { type Certificate, makeCertificate, PASSWORD, type SmtpPeer, startSmtpPeer, USER } from '../smtp-peer.ts';

const SECRETS = { password: PASSWORD, token: 't0k3n-of-the-channel', key: 'k3y-of-the-signature', header: 'Bearer h3ader-value' };

/** Text that does harm where it is taken literally. */
const HOSTILE = [
  '\u001b]0;owned\u0007\u001b[2J\u009b31m',
  '\r\nBcc: victim@example.net\r\n\r\n<html>',
  '<!here> <!channel> <@U024BE7LH> <https://evil.example|click> @channel @here @everyone',
  '*bold* _it_ ~no~ `code` ``` > quote',
  '<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;"\'',
  'https://evil.example/login http://203.0.113.9/x www.evil.example mailto:a@evil.example',
  '\u202egnp.exe\u200b\ufeff\u2066hidden\u2069',
  '\ud800 lone \udc00 surrogates \u0000 and NUL',
  '{"json": "breaks", \\"',
];

let folder: string;
let certificate: Certificate;
let smtp: SmtpPeer;
let http: HttpServer;
const notified: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-channels-'));
  certificate = makeCertificate();
  smtp = await startSmtpPeer(certificate);
  http = await startHttpServer((response) => response.end('ok'));
});
afterAll(async () => {
  await Promise.all([smtp.close(), http.close()]);
  certificate.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** One working configuration of each type; a type without one here does not compile. */
const configs: { [T in ChannelType]: () => ChannelConfig & { type: T } } = {
  email: () => ({
    type: 'email',
    host: 'localhost',
    port: smtp.port,
    security: 'starttls',
    user: USER,
    password: secret(SECRETS.password),
    from: 'secmon@example.org',
    to: 'ops@example.org',
    tls: { ca: certificate.path, insecure: false },
  }),
  slack: () => ({ type: 'slack', url: secret(`${http.url}/services/${SECRETS.token}`) }),
  webhook: () => ({
    type: 'webhook',
    url: secret(`${http.url}/hook?token=${SECRETS.token}`),
    secret: secret(SECRETS.key),
    headers: { Authorization: secret(SECRETS.header) },
  }),
  desktop: () => ({ type: 'desktop' }),
  file: () => ({ type: 'file' }),
};

/** What went over the wire (or to the disk, or the terminal) last. */
const arrived: { [T in ChannelType]: () => string } = {
  email: () => smtp.mails.at(-1)?.text ?? '',
  slack: () => http.requests.at(-1)?.body ?? '',
  webhook: () => http.requests.at(-1)?.body ?? '',
  desktop: () => notified.at(-1) ?? '',
  file: () => readFileSync(join(folder, 'alerts.ndjson'), 'utf8').trimEnd().split('\n').at(-1) ?? '',
};

const types = Object.keys(CHANNEL_TYPES) as ChannelType[];
const make = (type: ChannelType): Channel =>
  createChannel('ops', configs[type](), context({ stateDirectory: folder, notify: (text) => notified.push(text) }));
const send = (channel: Channel, what: AlertMessage) => channel.send(what, { signal: new AbortController().signal });

describe.each(types)('a channel of type %s', (type) => {
  it('says its name, type and destination', () => {
    expect(make(type)).toMatchObject({ name: 'ops', type });
    expect(make(type).destination).not.toBe('');
  });

  it('delivers', async () => {
    expect(await send(make(type), message())).toMatchObject({ ok: true });
    expect(arrived[type]()).toContain('SQL injection');
  });

  it.each(HOSTILE)('shows and sends %j without a control, bidi or zero-width character', async (text) => {
    const channel = make(type);
    const harmful = /[\p{Cs}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/u;
    expect(channel.render(hostileMessage(text))).not.toMatch(harmful);
    expect(await send(channel, hostileMessage(text))).toMatchObject({ ok: true });
    expect(arrived[type]().replaceAll('\r\n', '\n')).not.toMatch(harmful);
  });

  it('is deterministic and shows the very message', () => {
    expect(make(type).render(message())).toBe(make(type).render(message()));
    expect(make(type).render(message())).not.toBe(make(type).render(message({ title: 'Another' })));
  });

  it('never sends more than its limit, and cuts without harm', async () => {
    const channel = make(type);
    const facts = Array.from({ length: 500 }, () => ['\u0000'.repeat(5_000), '😀'.repeat(50_000)] as const);
    for (const text of ['😀'.repeat(60_000), '&'.repeat(60_000), '\u0001'.repeat(60_000), '`<'.repeat(40_000)]) {
      const huge: AlertMessage = { ...hostileMessage(text), facts, steps: Array(1_000).fill(text) };
      expect(await send(channel, huge)).toMatchObject({ ok: true });
      expect(Buffer.byteLength(arrived[type]())).toBeLessThanOrEqual(channel.maxBytes);
      expect(arrived[type]()).not.toContain('\ufffd');
    }
  });

  it('renders any text at all', () => {
    const channel = make(type);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => channel.render(hostileMessage(text)) !== ''),
      { numRuns: 50 },
    );
  });

  it('says that it was interrupted instead of rejecting', async () => {
    expect(await make(type).send(message(), { signal: AbortSignal.abort() })).toMatchObject({ ok: false, retryable: true });
  });

  it('prints no secret: not in itself, its destination, its text or its result', async () => {
    const channel = make(type);
    const said = printed(channel) + channel.destination + channel.render(message()) + JSON.stringify(await send(channel, message()));
    for (const value of Object.values(SECRETS)) expect(said).not.toContain(value);
  });
});

describe('what Slack gets', () => {
  it.each(HOSTILE)('has no mention, link or markup of log text %j', async (text) => {
    await send(make('slack'), hostileMessage(text));
    const body = arrived.slack();
    expect(body).not.toMatch(/<[!@#]|<https?:|@(?:channel|here|everyone)/);
    expect(body).not.toMatch(/https?:\/\/[a-z0-9]/i);
    const { blocks } = JSON.parse(body) as {
      blocks: { text?: { type: string; text: string }; fields?: { type: string; text: string }[] }[];
    };
    const markdown = blocks
      .flatMap(({ text: one, fields = [] }) => [...(one === undefined ? [] : [one]), ...fields])
      .filter(({ type }) => type === 'mrkdwn');
    expect(markdown.length).toBeGreaterThan(0);
    for (const { text: shown } of markdown) expect(shown).toMatch(/^(?:[^`*_~]*\n`[^`]+`|```[^`]+```)$/);
  });

  it("keeps within Slack's limits", async () => {
    await send(make('slack'), { ...hostileMessage('<&'.repeat(5_000)), facts: Array(60).fill(['a'.repeat(99), '&'.repeat(9_999)]) });
    const { blocks } = JSON.parse(arrived.slack()) as { blocks: { type: string; text?: { text: string }; fields?: { text: string }[] }[] };
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text, fields = [] } of blocks) {
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
      expect(fields.length).toBeLessThanOrEqual(10);
      for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2_000);
    }
  });
});

describe('what a mailbox gets', () => {
  it.each(HOSTILE)('has no header, link or HTML of log text %j', async (text) => {
    await send(make('email'), hostileMessage(text));
    const mail = arrived.email();
    const head = mail.slice(0, mail.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/^bcc:/im);
    const readable = mail.replace(/=\r\n/g, '').replace(/=3D/g, '=');
    expect(readable).not.toMatch(/https?:\/\/|www\.evil\.example|@evil\.example/i);
    expect(readable.slice(readable.indexOf('<!doctype html>'))).not.toMatch(/<(?:script|img|a|b)\b/i);
  });
});

describe('the file', () => {
  it('can only be read by its owner, and has one JSON object a line', () => {
    const path = join(folder, 'alerts.ndjson');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ version: 1 });
  });

  it('makes the state directory where nothing is configured', async () => {
    const stateDirectory = join(folder, 'not', 'there');
    const channel = createChannels({}, { notify: () => undefined, stateDirectory }).find(({ name }) => name === 'file');
    expect(channel && (await send(channel, message()))).toMatchObject({ ok: true });
    expect(statSync(stateDirectory).mode & 0o777).toBe(0o700);
  });

  it('ends with a reason where no folder can be made', async () => {
    const channel = createChannels({}, { notify: () => undefined, stateDirectory: '/proc/secmon/state' }).find(
      ({ name }) => name === 'file',
    );
    expect(channel && (await send(channel, message()))).toMatchObject({ ok: false, retryable: false });
  });

  it('that cannot be written is a lasting failure with its reason', async () => {
    const [channel] = createChannels({ x: { type: 'file', path: '/nowhere/at/all' } }, { notify: () => undefined, stateDirectory: folder });
    expect(channel && (await send(channel, message()))).toEqual({
      ok: false,
      retryable: false,
      reason: 'cannot write /nowhere/at/all: ENOENT',
    });
  });

  it('keeps the log text exactly', async () => {
    const text = HOSTILE.slice(0, 7).join(' ');
    await send(make('file'), hostileMessage(text));
    expect(JSON.parse(arrived.file())).toMatchObject({ payload: text });
  });
});

describe('the channels of a configuration', () => {
  it('are those of the file, then desktop and file, which need none', () => {
    const surroundings = { notify: () => undefined, stateDirectory: folder };
    expect(createChannels({}, surroundings).map(({ name }) => name)).toEqual(['desktop', 'file']);
    const configured = createChannels({ ops: configs.slack(), file: { type: 'file', path: 'own.ndjson' } }, surroundings);
    expect(configured.map(({ name }) => name)).toEqual(['ops', 'file', 'desktop']);
    expect(configured[1]?.destination).toBe(join(folder, 'own.ndjson'));
  });
});
