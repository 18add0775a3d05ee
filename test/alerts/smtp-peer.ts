import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export const USER = 'secmon';
export const PASSWORD = 'Corr3ct+horse/battery';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** File with `cert`, for `tls.ca`. */
  readonly path: string;
  remove(): void;
}

/** A certificate of its own for localhost. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-cert-'));
  const path = join(folder, 'cert.pem');
  const keyPath = join(folder, 'key.pem');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
  execFileSync('openssl', ['req', '-x509', '-days', '2', '-out', path, ...key, ...names], { stdio: 'ignore' });
  return { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(path, 'utf8'), path, remove: () => rmSync(folder, { recursive: true }) };
}

export interface SmtpPeer {
  readonly port: number;
  /** Messages that were accepted, as they came. */
  readonly mails: readonly { readonly from: string; readonly to: readonly string[]; readonly text: string; readonly secure: boolean }[];
  close(): Promise<void>;
}

/** An SMTP server on loopback that wants STARTTLS and a login, unless told otherwise. */
export async function startSmtpPeer(certificate: Certificate, options: SMTPServerOptions = {}): Promise<SmtpPeer> {
  const mails: { from: string; to: string[]; text: string; secure: boolean }[] = [];
  const server = new SMTPServer({
    key: certificate.key,
    cert: certificate.cert,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      const isRight = username === USER && password === PASSWORD;
      if (isRight) done(null, { user: USER });
      else done(Object.assign(new Error(`no such login ${username}:${password}`), { responseCode: 535 }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : '';
        mails.push({ from, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString(), secure: session.secure });
        done(null, 'queued as 42');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
