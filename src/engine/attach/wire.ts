import type { Socket } from 'node:net';

/** Version of what engine and attached screens say to each other; both must have the same. */
export const ATTACH_PROTOCOL = 1;

/** The longest message from a screen, and the longest from an engine, in bytes. */
export const MOST_FROM_SCREEN = 256 * 1024;
export const MOST_FROM_ENGINE = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

export interface Wire {
  send(message: object): void;
  /** Bytes that the other end has not taken yet. */
  readonly waiting: number;
  end(): void;
}

export interface WireEnds {
  readonly message: (message: unknown) => void;
  /** Once; `''` when the other end just went. */
  readonly closed: (reason: string) => void;
  /** The longest message taken in, bytes. */
  readonly most: number;
}

/** JSON, one message a line (NDJSON), over a Unix socket. What is no JSON, or too long, ends the connection. */
export function createWire(socket: Socket, { message, closed, most }: WireEnds): Wire {
  let parts: Buffer[] = [];
  let size = 0;
  let reason: string | undefined;
  const fail = (why: string): void => {
    reason ??= why;
    socket.destroy();
  };
  const take = (line: Buffer): void => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line.toString('utf8'));
    } catch {
      fail('the other end does not speak the language of secmon');
      return;
    }
    message(parsed);
  };
  socket.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && reason === undefined; at = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, at)]);
      parts = [];
      size = 0;
      from = at + 1;
      if (line.length > most) fail('the other end sent a message that is too long');
      else take(line);
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > most) fail('the other end sent a message that is too long');
  });
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => closed(reason ?? ''));
  return {
    send(out) {
      if (!socket.destroyed && socket.writable) socket.write(`${JSON.stringify(out)}\n`);
    },
    get waiting() {
      return socket.writableLength;
    },
    end: () => void socket.end(),
  };
}

/** A message's field, if the message is an object that has it. */
export const fieldOf = (message: unknown, name: string): unknown =>
  typeof message === 'object' && message !== null && Object.hasOwn(message, name) ? Reflect.get(message, name) : undefined;
