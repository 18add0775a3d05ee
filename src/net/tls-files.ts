import { readFileSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { t } from '../lang/lang.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Who signs the client certificates; a client without one is then refused. */
  readonly ca?: string;
}

/** A certificate that cannot be used; the message says which file and what to do. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

const HANDSHAKE_MS = 10_000;

/** Options for `tls.createServer`, from files. Throws {@link CertificateError} when one cannot be read or does not fit. */
export function serverTlsOptions({ cert, key, ca }: TlsFiles): TlsOptions {
  const read = { cert: readPem(cert), key: readPem(key), ...(ca === undefined ? {} : { ca: readPem(ca) }) };
  try {
    createSecureContext(read);
  } catch (cause) {
    throw new CertificateError(t('the certificate {cert} and the key {key} do not fit: {reason}', { cert, key, reason: reasonOf(cause) }), {
      cause,
    });
  }
  const asks = ca !== undefined;
  return { ...read, minVersion: 'TLSv1.2', requestCert: asks, rejectUnauthorized: asks, handshakeTimeout: HANDSHAKE_MS };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'ENOENT') throw new CertificateError(t('there is no file {path}', { path }), { cause });
    if (code === 'EACCES') throw new CertificateError(t('{path} may not be read by this user', { path }), { cause });
    throw new CertificateError(t('{path} cannot be read: {reason}', { path, reason: reasonOf(cause) }), { cause });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
