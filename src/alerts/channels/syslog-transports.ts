import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../clock/clock.ts';

export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** How long an ICMP "port unreachable" may take to come back. */
const REFUSAL_MS = 100;
/** How long a peer may take to close its side; what it does not close by then it has anyway. */
const CLOSING_MS = 1_000;

/** One datagram. Rejects when it cannot leave, or when the peer's machine says at once that nobody listens. */
export async function sendDatagram(bytes: Buffer, { host, port, signal, clock }: Peer): Promise<void> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  let cancel = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      if (signal.aborted) reject(new Error('interrupted'));
      signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
      socket.on('error', reject);
      // A connected socket is told of refusals.
      socket.connect(port, host, () => {
        socket.send(bytes, (error) => {
          if (error) reject(error);
          else cancel = clock.after(REFUSAL_MS, resolve);
        });
      });
    });
  } finally {
    cancel();
    // A connect whose name is still being looked up fails later, into this.
    socket.removeAllListeners('error').on('error', () => undefined);
    socket.close();
  }
}

export interface StreamPeer extends Peer {
  /** Undefined for plain TCP. */
  readonly tls: { readonly ca?: string; readonly rejectUnauthorized: boolean } | undefined;
}

/** One message through a connection of its own, closed in order: a peer that resets it is an error. */
export async function sendStream(bytes: Buffer, peer: StreamPeer): Promise<void> {
  const { signal, clock } = peer;
  if (signal.aborted) throw new Error('interrupted');
  const socket = open(peer);
  let cancel = (): void => undefined;
  const interrupt = (): void => void socket.destroy(new Error('interrupted'));
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => (socket.writableFinished ? resolve() : reject(new Error('the connection was closed'))));
      socket.on('finish', () => {
        cancel = clock.after(CLOSING_MS, resolve);
      });
      socket.once(peer.tls === undefined ? 'connect' : 'secureConnect', () => socket.end(bytes));
      socket.resume();
    });
  } finally {
    cancel();
    signal.removeEventListener('abort', interrupt);
    socket.destroy();
  }
}

function open({ host, port, tls }: StreamPeer): Socket {
  if (tls === undefined) return connectTcp({ host, port });
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, minVersion: 'TLSv1.2', ...name, ...tls });
}
