import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Source } from '../../../src/sources/source.ts';

/** The port that a listening source says it has. */
const PORT = /^listens at .*:(\d+)$/;

/** A listening source to which `send` talks as soon as it listens. */
export function fed(source: Source, send: (port: number) => void): Source {
  return {
    ...source,
    async *read(context) {
      for await (const batch of source.read(context)) {
        const port = batch.event?.type === 'notice' ? PORT.exec(batch.event.detail)?.[1] : undefined;
        if (port !== undefined) send(Number(port));
        yield batch;
      }
    },
  };
}

/** A connection that is closed after the test; what the other end does to it is no error. */
export function connect(port: number): Socket {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

export const sendTcp =
  (content: Buffer) =>
  (port: number): void =>
    void connect(port).end(content);

/** Sends each line as a datagram, some at a time, so that the system's buffer need not hold all. */
export const sendUdp =
  (lines: readonly Buffer[]) =>
  async (port: number): Promise<void> => {
    const socket = createSocket('udp4');
    let open = true;
    onTestFinished(() => {
      open = false;
      socket.close();
    });
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    for (const [index, line] of lines.entries()) {
      if (!open) return;
      socket.send(line, () => {});
      if (index % 32 === 31) await new Promise((resolve) => setImmediate(resolve));
    }
  };
