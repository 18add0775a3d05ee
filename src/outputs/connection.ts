import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { t } from '../lang/lang.ts';

/** Files of an encrypted connection, PEM. */
export interface TlsSettings {
  /** Authority that signed the peer's certificate, beside those of the system when undefined. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Any certificate will do: encrypted, but not against somebody in between. */
  readonly insecure?: boolean | undefined;
}

export interface Peer {
  readonly host: string;
  readonly port: number;
  /** Undefined for a connection in the clear. */
  readonly tls: TlsSettings | undefined;
}

/** The settings with their files read, at every connection: certificates are renewed. Rejects with the name of a file that cannot be read. */
export async function tlsOptions({ ca, cert, key, insecure }: TlsSettings): Promise<ConnectionOptions> {
  const [caText, certText, keyText] = await Promise.all([ca, cert, key].map(readPem));
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: insecure !== true,
    ...(caText === undefined ? {} : { ca: caText }),
    ...(certText === undefined ? {} : { cert: certText }),
    ...(keyText === undefined ? {} : { key: keyText }),
  };
}

async function readPem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(t('cannot read {path} ({code})', { path, code: (error as NodeJS.ErrnoException).code ?? '' }), { cause: error });
  }
}

/** Resolves with a connection that is established, and encrypted where that is wanted; rejects when it cannot be, or on abort. */
export async function connect({ host, port, tls }: Peer, signal: AbortSignal): Promise<Socket> {
  const options = tls === undefined ? undefined : await tlsOptions(tls);
  signal.throwIfAborted();
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = options === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...name, ...options });
  const abort = (): void => void socket.destroy(new Error('interrupted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(t('the connection was closed'))));
      socket.once(options === undefined ? 'connect' : 'secureConnect', resolve);
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    // Whoever uses the socket listens for what goes wrong next; an error between the two must not end the process.
    socket.on('error', () => undefined);
  }
}

/**
 * Sends bytes through a connection of their own and ends it; resolves when the peer has ended it too, which a reader does once it has
 * read everything. Plain streams know no better acknowledgement. Rejects when the peer resets the connection, or ends it early.
 */
export async function deliverStream(bytes: Buffer, peer: Peer, signal: AbortSignal): Promise<void> {
  const socket = await connect(peer, signal);
  const abort = (): void => void socket.destroy(new Error('interrupted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      let isSent = false;
      let isRead = false;
      socket.on('error', reject);
      socket.on('end', () => {
        isRead = isSent;
      });
      socket.on('close', () => (isRead ? resolve() : reject(new Error(t('the connection was closed before everything was read')))));
      socket.on('data', () =>
        reject(new Error(t('it answered, which no receiver of plain lines does: is another service listening there?'))),
      );
      socket.write(bytes, (error) => {
        if (error) return;
        isSent = true;
        socket.end();
      });
    });
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
