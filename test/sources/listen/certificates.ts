import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../collect.ts';

/** PEM files of an authority, a server for 127.0.0.1, and a client; `stranger` is signed by another authority. */
export interface Certificates {
  readonly folder: string;
  readonly path: (name: 'ca' | 'server' | 'client' | 'stranger', kind: 'crt' | 'key') => string;
  readonly read: (name: 'ca' | 'server' | 'client' | 'stranger', kind: 'crt' | 'key') => Buffer;
}

const openssl = (...words: readonly string[]): void => void execFileSync('openssl', words, { stdio: 'ignore' });

/** Made anew by openssl, valid for two days. */
export function makeCertificates(): Certificates {
  const folder = temporaryFolder();
  const path: Certificates['path'] = (name, kind) => join(folder, `${name}.${kind}`);
  const key = (name: Parameters<typeof path>[0]): string[] => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    path(name, 'key'),
  ];
  for (const name of ['ca', 'stranger'] as const)
    openssl('req', '-x509', '-days', '2', '-subj', `/CN=${name}`, ...key(name), '-out', path(name, 'crt'));
  for (const name of ['server', 'client'] as const) {
    const alternative = name === 'server' ? ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'] : [];
    openssl(
      'req',
      '-x509',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...key(name),
      '-CA',
      path('ca', 'crt'),
      '-CAkey',
      path('ca', 'key'),
      ...alternative,
      '-out',
      path(name, 'crt'),
    );
  }
  return { folder, path, read: (name, kind) => readFileSync(path(name, kind)) };
}
