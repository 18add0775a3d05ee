import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Who is at the other end of a Unix socket, as the kernel noted it when they connected (SO_PEERCRED, unix(7)). */
export interface Peer {
  readonly pid: number;
  readonly uid: number;
}

/** The kernel was not, or could not be, asked; the message says what to do. */
class PeerError extends Error {
  override readonly name = 'PeerError';
}

const PERL = 'use Socket; print join " ", unpack "iII", getsockopt STDIN, SOL_SOCKET, SO_PEERCRED or die';
const PYTHON =
  'import socket, struct; print(*struct.unpack("iII", socket.socket(fileno=0).getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)))';

/** Perl is part of every Debian, Python of every Fedora. Both only ask the kernel about the socket; they never read from it. */
const ASKERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['/usr/bin/perl', '-e', PERL],
  ['/usr/bin/python3', '-I', '-c', PYTHON],
  ['/usr/libexec/platform-python', '-I', '-c', PYTHON],
];
const TIMEOUT_MS = 5_000;

/**
 * Asks the kernel who connected. Node cannot (it has no getsockopt), so a program that can is handed the connection. The socket must not
 * have been read from, and is left paused. Rejects with {@link PeerError}.
 */
export function askPeer(socket: Socket, isThere: (path: string) => boolean = existsSync): Promise<Peer> {
  const asker = ASKERS.find(([program]) => isThere(program));
  if (asker === undefined) return Promise.reject(new PeerError('who calls cannot be proved here: install perl or python3'));
  const [program, ...args] = asker;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [socket, 'pipe', 'ignore'], env: {}, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    let out = '';
    child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      out = (out + text).slice(0, 100);
    });
    child.on('error', (cause) => reject(new PeerError(`who calls could not be asked with ${program}`, { cause })));
    child.on('close', () => {
      const found = /^(\d{1,10}) (\d{1,10}) \d{1,10}\s*$/.exec(out);
      if (found === null) reject(new PeerError(`${program} could not tell who calls`));
      else resolve({ pid: Number(found[1]), uid: Number(found[2]) });
    });
  });
}
