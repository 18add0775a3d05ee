import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import type { Certificate } from './smtp-peer.ts';

export interface SyslogPeer {
  readonly port: number;
  /** Messages without their framing, as they came. */
  readonly lines: readonly string[];
  /** Resolves with the next message. */
  next(): Promise<string>;
  close(): Promise<void>;
}

/** Keeps messages and hands them to who waits. */
function mailbox(): { lines: string[]; take(line: string): void; next(): Promise<string> } {
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  return {
    lines,
    take(line) {
      lines.push(line);
      waiting.shift()?.(line);
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

/** A syslog server on loopback by UDP. */
export async function startUdpPeer(): Promise<SyslogPeer> {
  const { lines, take, next } = mailbox();
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => take(bytes.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { port: socket.address().port, lines, next, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

export interface StreamPeerOptions {
  /** With it the server speaks TLS. */
  readonly certificate?: Certificate;
  /** Instead of reading. */
  readonly onSocket?: (socket: Socket) => void;
}

/** A syslog server on loopback by TCP or TLS, which wants octet counting. */
export async function startStreamPeer({ certificate, onSocket }: StreamPeerOptions = {}): Promise<SyslogPeer> {
  const { lines, take, next } = mailbox();
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (onSocket === undefined) read(socket);
    else onSocket(socket);
  };
  const read = (socket: Socket): void => {
    let held = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const head = /^(\d+) /.exec(held.subarray(0, 8).toString('latin1'));
        const start = head?.[0].length ?? 0;
        const end = start + Number(head?.[1] ?? 0);
        if (head === null || held.length < end) return;
        take(held.subarray(start, end).toString());
        held = held.subarray(end);
      }
    });
  };
  const server = certificate === undefined ? createTcp(serve) : createTls({ key: certificate.key, cert: certificate.cert }, serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, lines, next, close };
}
