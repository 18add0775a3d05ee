import { readFile } from 'node:fs/promises';
import type { SMTPTransportOptions } from 'nodemailer';
import { t } from '../../lang/lang.ts';
import type { AlertMessage, Delivery } from '../../model/alert.ts';
import { type Secret, SecretError } from '../../settings/secret.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { withDeadline } from '../deadline.ts';
import { harmless } from '../harmless.ts';
import { redact } from '../redact.ts';
import { renderHtml } from '../render-html.ts';
import { renderHeadline, renderText } from '../render-text.ts';
import { isReply, threadToken } from '../thread.ts';
import type { EmailConfig } from './email-schema.ts';
import { classifySmtpError } from './smtp-errors.ts';

const MAX_SUBJECT = 200;

/** Mail by SMTP, with TLS from the first byte or a required STARTTLS: nothing is ever sent unencrypted. */
export function createEmailChannel(name: string, config: EmailConfig, context: ChannelContext): Channel {
  const server = `${config.host}:${portOf(config)}`;
  const recipients = [config.to].flat();
  return {
    name,
    type: 'email',
    get destination() {
      return t('{recipients} by {server}', { recipients: recipients.join(', '), server });
    },
    maxBytes: 256 * 1_024,
    render: (message) =>
      `From: ${config.from}\nTo: ${recipients.join(', ')}\nSubject: ${renderHeadline(message)}\n\n${renderText(message)}`,
    send(message, { signal, reference }) {
      const { clock, smtpTimeoutMs: timeoutMs } = context;
      const attempt = (either: AbortSignal, timedOut: () => boolean): Promise<Delivery> =>
        deliver({ config, message, reference, server, signal: either, timedOut, timeoutMs });
      return withDeadline(attempt, { clock, signal, timeoutMs });
    },
  };
}

interface Attempt {
  readonly config: EmailConfig;
  readonly message: AlertMessage;
  /** Subject of the first mail of the thread. */
  readonly reference: string | undefined;
  readonly server: string;
  readonly signal: AbortSignal;
  readonly timedOut: () => boolean;
  readonly timeoutMs: number;
}

async function deliver({ config, message, reference, server, signal, timedOut, timeoutMs }: Attempt): Promise<Delivery> {
  const secrets: readonly Secret[] = config.password === undefined ? [] : [config.password];
  const subject = reference === undefined ? renderHeadline(message) : `Re: ${harmless(reference, MAX_SUBJECT)}`;
  try {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(await transportOptions(config, timeoutMs));
    try {
      const info = await transport.sendMail({
        from: mailboxOf(config.from),
        to: [config.to].flat().map(mailboxOf),
        subject,
        text: renderText(message),
        html: renderHtml(message),
        ...threading(message, config),
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
      const refused = info.rejected.map(String);
      const said = info.response;
      const whole = refused.length === 0 ? said : t('{said} (refused: {refused})', { said, refused: refused.join(', ') });
      const reply = redact(whole, secrets);
      const partial = refused.length === 0 ? {} : { refused: redact(refused.join(', '), secrets) };
      return { ok: true, reply, ...partial, ...(message.thread === undefined ? {} : { reference: reference ?? subject }) };
    } finally {
      transport.close();
    }
  } catch (error) {
    if (error instanceof SecretError) return { ok: false, retryable: false, reason: error.message };
    const delivery = classifySmtpError(error, { server, timedOut: timedOut(), timeoutMs });
    return delivery.ok ? delivery : { ...delivery, reason: redact(delivery.reason, secrets) };
  }
}

async function transportOptions(config: EmailConfig, timeoutMs: number): Promise<SMTPTransportOptions> {
  const { host, security, user, password, tls } = config;
  const ca = tls?.ca === undefined ? undefined : await readAuthority(tls.ca);
  return {
    host,
    port: portOf(config),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ...(user === undefined ? {} : { auth: { user, pass: password?.reveal() ?? '' } }),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: tls?.insecure !== true, ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SecretError(
      t('cannot read the certificate authority {path}: {code}', { path, code: (error as NodeJS.ErrnoException).code ?? '' }),
      { cause: error },
    );
  }
}

function portOf({ port, security }: EmailConfig): number {
  return port ?? (security === 'tls' ? 465 : 587);
}

/** Handed over in parts, so that no parser has to find the address in a text. */
function mailboxOf(text: string): { name: string; address: string } {
  const open = text.indexOf(' <');
  return open < 0 ? { name: '', address: text } : { name: text.slice(0, open), address: text.slice(open + 2, -1) };
}

/**
 * The same alert keeps the same Message-ID (RFC 5322, 3.6.4) at every try, so that a mailbox shows a repeated one once. The first mail of a
 * thread is named after the thread: later ones can reply to it without having seen it.
 */
function threading(message: AlertMessage, { from }: EmailConfig): { messageId: string; inReplyTo?: string; references?: string } {
  const domain = (mailboxOf(from).address.split('@')[1] ?? 'secmon.invalid').replace(/[^A-Za-z0-9.-]/g, '-');
  const own = `<secmon.${message.id.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 100)}@${domain}>`;
  if (message.thread === undefined) return { messageId: own };
  const first = `<secmon.thread.${threadToken(message)}@${domain}>`;
  return isReply(message) ? { messageId: own, inReplyTo: first, references: first } : { messageId: first };
}
