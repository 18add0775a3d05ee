import { type AddressInfo, createServer } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/alerts/channel.ts';
import { createEmailChannel } from '../../../src/alerts/channels/email.ts';
import type { EmailConfig } from '../../../src/alerts/channels/email-schema.ts';
import type { AlertMessage, Delivery } from '../../../src/model/alert.ts';
import { freePort } from '../../net/free-port.ts';
import { startGate } from '../gate.ts';
import { context, hostileMessage, message, secret } from '../samples.ts';
import { type Certificate, makeCertificate, PASSWORD, type SmtpPeer, startSmtpPeer, USER } from '../smtp-peer.ts';

let certificate: Certificate;
const open: { close(): Promise<void> }[] = [];
beforeAll(() => {
  certificate = makeCertificate();
});
afterAll(() => certificate.remove());
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

async function peer(options: SMTPServerOptions = {}): Promise<SmtpPeer> {
  const started = await startSmtpPeer(certificate, options);
  open.push(started);
  return started;
}

function channel(port: number, changes: Partial<EmailConfig> = {}, timeoutMs = 50_000): Channel {
  const config: EmailConfig = {
    type: 'email',
    host: 'localhost',
    port,
    security: 'starttls',
    user: USER,
    password: secret(PASSWORD),
    from: 'secmon <secmon@example.org>',
    to: ['ops@example.org'],
    tls: { ca: certificate.path, insecure: false },
    ...changes,
  };
  return createEmailChannel('mail', config, context({ smtpTimeoutMs: timeoutMs }));
}

const send = (to: Channel, what: AlertMessage = message(), signal = new AbortController().signal): Promise<Delivery> =>
  to.send(what, { signal });
const sendReply = (to: Channel, what: AlertMessage, reference: string): Promise<Delivery> =>
  to.send(what, { signal: new AbortController().signal, reference });

function header(mail: string, name: string): string {
  const head = mail.slice(0, mail.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return head.split('\r\n').find((line) => line.toLowerCase().startsWith(`${name}:`)) ?? '';
}

/** A header's encoded words (RFC 2047) as they are read. */
function decodedWords(text: string): string {
  return text.replace(/\?= =\?/g, '?==?').replace(/=\?utf-8\?(q|b)\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(word, 'base64').toString()
      : Buffer.from(
          word.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString(),
  );
}

/** The text part as a mail program shows it. */
function textPart(mail: string): string {
  const start = mail.indexOf('Content-Type: text/plain');
  const body = mail.slice(mail.indexOf('\r\n\r\n', start) + 4, mail.indexOf('\r\n--', start));
  const unfolded = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const isQuoted = /quoted-printable/.test(mail.slice(start, start + 200));
  return (isQuoted ? Buffer.from(unfolded, 'latin1').toString('utf8') : body).replaceAll('\r\n', '\n');
}

describe('a mail through STARTTLS and a login', () => {
  it('arrives encrypted, as the dialog showed it, with the server’s reply as result', async () => {
    const server = await peer();
    const mail = channel(server.port);
    expect(await send(mail)).toEqual({ ok: true, reply: '250 queued as 42' });
    const [received] = server.mails;
    expect(received).toMatchObject({ from: 'secmon@example.org', to: ['ops@example.org'], secure: true });
    const shown = mail.render(message());
    expect(header(received?.text ?? '', 'from')).toBe('From: secmon <secmon@example.org>');
    expect(shown).toContain('From: secmon <secmon@example.org>\nTo: ops@example.org\n');
    expect(shown.slice(shown.indexOf('\n\n') + 2).trim()).toBe(textPart(received?.text ?? '').trim());
  });

  it('has the same Message-ID at every try', async () => {
    const server = await peer();
    await send(channel(server.port));
    await send(channel(server.port));
    const ids = server.mails.map(({ text }) => header(text, 'message-id'));
    expect(ids[0]).toBe('Message-ID: <secmon.0190a5c0-7e2b-7000-8000-000000000001@example.org>');
    expect(ids[1]).toBe(ids[0]);
  });

  it('arrives through TLS from the first byte', async () => {
    const server = await peer({ secure: true });
    expect(await send(channel(server.port, { security: 'tls' }))).toMatchObject({ ok: true });
    expect(server.mails[0]?.secure).toBe(true);
  });

  it('goes to the other recipients when one is refused, and says so', async () => {
    const server = await peer({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('gone') ? done(Object.assign(new Error('unknown user'), { responseCode: 550 })) : done(),
    });
    const delivery = await send(channel(server.port, { to: ['ops@example.org', 'gone@example.org'] }));
    expect(delivery).toEqual({ ok: true, reply: '250 queued as 42 (refused: gone@example.org)', refused: 'gone@example.org' });
  });

  it.each([
    ['\r\nBcc: victim@example.net\r\n', /^bcc:/im],
    ['x\nSubject: other', /^subject: other/im],
    ['=?utf-8?q?a=0D=0ABcc:victim?=', /^bcc:/im],
    ['a\u2028Bcc: v@example.net', /^bcc:/im],
    ['"<evil@example.net>,', /evil@example\.net/i],
  ])('cannot be given headers by log text %j', async (text, forbidden) => {
    const server = await peer();
    expect(await send(channel(server.port), hostileMessage(text))).toMatchObject({ ok: true });
    const [received] = server.mails;
    expect(received?.to).toEqual(['ops@example.org']);
    expect((received?.text ?? '').slice(0, received?.text.indexOf('\r\n\r\n'))).not.toMatch(forbidden);
  });
});

describe('mails of one thread', () => {
  const inThread = (sequence: number, title: string): AlertMessage =>
    message({ id: `m${sequence}`, title, thread: { key: 'incident-7', sequence, kind: sequence === 0 ? 'opened' : 'worse' } });

  it('are replies to the first one, under its subject', async () => {
    const server = await peer();
    const mail = channel(server.port);
    const first = await send(mail, inThread(0, 'SQL injection'));
    expect(first).toMatchObject({ ok: true, reference: '[HIGH] SQL injection · 203.0.113.7 (DE)' });
    const reference = first.ok ? (first.reference ?? '') : '';
    expect(await sendReply(mail, inThread(1, 'SQL injection and a webshell'), reference)).toMatchObject({ ok: true, reference });
    const [opened = '', worse = ''] = server.mails.map(({ text }) => text);
    expect(header(opened, 'message-id')).toBe('Message-ID: <secmon.thread.incident-7@example.org>');
    expect(header(opened, 'in-reply-to')).toBe('');
    expect(header(worse, 'message-id')).toBe('Message-ID: <secmon.m1@example.org>');
    expect(header(worse, 'in-reply-to')).toBe('In-Reply-To: <secmon.thread.incident-7@example.org>');
    expect(header(worse, 'references')).toBe('References: <secmon.thread.incident-7@example.org>');
    const subject = (mailText: string): string => decodedWords(header(mailText, 'subject').replace('Subject: ', ''));
    expect(subject(worse)).toBe(`Re: ${subject(opened)}`);
    expect(textPart(worse)).toContain('[HIGH] It got worse: SQL injection and a webshell');
  });

  it('have no "Re:" when the reader got none before', async () => {
    const server = await peer();
    await send(channel(server.port), inThread(1, 'SQL injection'));
    expect(decodedWords(header(server.mails[0]?.text ?? '', 'subject'))).toBe(
      'Subject: [HIGH] It got worse: SQL injection · 203.0.113.7 (DE)',
    );
  });

  it.each(['\r\nBcc: victim@example.net', '<a@b>', '>\r\nX: y'])('cannot be given headers by a key or subject %j', async (text) => {
    const server = await peer();
    const hostile = { ...inThread(1, text), thread: { key: text, sequence: 1, kind: 'worse' } as const };
    expect(await sendReply(channel(server.port), hostile, text)).toMatchObject({ ok: true });
    const mail = server.mails[0]?.text ?? '';
    expect(mail.slice(0, mail.indexOf('\r\n\r\n'))).not.toMatch(/^(?:bcc|x):/im);
    expect(header(mail, 'in-reply-to')).toMatch(/^In-Reply-To: <secmon\.thread\.[A-Za-z0-9-]+@example\.org>$/);
  });
});

describe('a mail that fails', () => {
  it('for a wrong password is not tried again, and the password is not told', async () => {
    const server = await peer();
    const wrong = 'wr0ng-p4ssword/+=';
    const delivery = await send(channel(server.port, { password: secret(wrong) }));
    expect(delivery).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(delivery)).toMatch(/refused user and password: 535/);
    expect(JSON.stringify(delivery)).not.toContain(wrong);
  });

  it('for a login that is refused for now is tried again', async () => {
    const server = await peer({ onAuth: (_auth, _session, done) => done(Object.assign(new Error('later'), { responseCode: 454 })) });
    expect(await send(channel(server.port))).toMatchObject({ ok: false, retryable: true });
  });

  it.each([
    [550, false],
    [450, true],
  ])('for a recipient refused with %i is tried again: %s', async (responseCode, retryable) => {
    const server = await peer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no mailbox here'), { responseCode })),
    });
    const delivery = await send(channel(server.port));
    expect(delivery).toMatchObject({ ok: false, retryable });
    expect(JSON.stringify(delivery)).toContain(`refused the recipient: ${responseCode} no mailbox here`);
  });

  it.each([
    ['at its greeting', { onConnect: (_session, done) => done(Object.assign(new Error('too busy'), { responseCode: 421 })) }],
    ['at the recipient', { onRcptTo: (_address, _session, done) => done(Object.assign(new Error('too busy'), { responseCode: 421 })) }],
    [
      'after the message',
      {
        onData: (stream, _session, done) => {
          stream.on('end', () => done(Object.assign(new Error('too busy'), { responseCode: 421 })));
          stream.resume();
        },
      },
    ],
  ] satisfies [string, SMTPServerOptions][])('for a server that ends with 421 %s is tried again', async (_when, options) => {
    const server = await peer(options);
    const delivery = await send(channel(server.port));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('421');
  });

  it('for a message that is refused for what it says is not tried again', async () => {
    const server = await peer({
      onData: (stream, _session, done) => {
        stream.on('end', () => done(Object.assign(new Error('spam'), { responseCode: 550 })));
        stream.resume();
      },
    });
    const delivery = await send(channel(server.port));
    expect(delivery).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(delivery)).toContain('refused the message: 550');
  });

  it.each([1, 2, 3, 4, 5, 6])('for a connection reset at its step %i is tried again', async (step) => {
    const server = await peer();
    const gate = await startGate(server.port, step);
    const delivery = await send(channel(gate.port));
    await gate.close();
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).not.toContain(PASSWORD);
  });

  it('for a server without STARTTLS never sends anything, and says what to do', async () => {
    const server = await peer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const delivery = await send(channel(server.port));
    expect(delivery).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(delivery)).toMatch(/does not offer STARTTLS.*security: tls/);
    expect(server.mails).toEqual([]);
  });

  it('for a certificate of nobody known says so', async () => {
    const server = await peer();
    const strict = channel(server.port, { tls: { insecure: false } });
    const delivery = await send(strict);
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toMatch(/certificate of localhost:\d+ is not trusted.*tls\.ca/);
    expect(await send(channel(server.port, { tls: { insecure: true } }))).toMatchObject({ ok: true });
  });

  it('for a server that is gone in the middle is tried again', async () => {
    const server = await peer({
      onData(stream) {
        stream.once('data', () => server.close());
        stream.resume();
      },
    });
    expect(await send(channel(server.port))).toMatchObject({ ok: false, retryable: true });
  });

  it('for a port where nobody listens is tried again', async () => {
    const delivery = await send(channel(await freePort(), { host: '127.0.0.1' }));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
  });

  it('for a server that says nothing ends after its time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const delivery = await send(channel(port, { host: '127.0.0.1' }, 100));
    silent.close();
    expect(delivery).toMatchObject({ ok: false, retryable: true });
  });

  it('for an interruption is tried again', async () => {
    const server = await peer();
    expect(await send(channel(server.port), message(), AbortSignal.abort())).toMatchObject({
      ok: false,
      retryable: true,
      reason: 'interrupted',
    });
  });

  it('for an authority file that is missing is not tried again', async () => {
    const delivery = await send(channel(1, { tls: { ca: '/nowhere.pem', insecure: false } }));
    expect(delivery).toMatchObject({ ok: false, retryable: false, reason: 'cannot read the certificate authority /nowhere.pem: ENOENT' });
  });
});
