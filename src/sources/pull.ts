import type { Readable } from 'node:stream';
import { createWake } from './wake.ts';

const EVENTS = ['readable', 'end', 'close', 'error'] as const;

/**
 * The chunks of a byte stream, pulled. Unlike the stream's own async iterator it hands on everything that arrived before an error,
 * and then throws that error. Ends quietly when `signal` aborts; destroys the stream in every case.
 */
export async function* pullChunks(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const wake = createWake();
  for (const event of EVENTS) stream.on(event, wake.notify);
  signal.addEventListener('abort', wake.notify);
  try {
    while (!signal.aborted) {
      const chunk: unknown = stream.read();
      if (Buffer.isBuffer(chunk)) yield chunk;
      else if (stream.errored) throw stream.errored;
      else if (stream.readableEnded || stream.destroyed) return;
      else await wake.wait();
    }
  } finally {
    signal.removeEventListener('abort', wake.notify);
    for (const event of EVENTS) stream.off(event, wake.notify);
    // What still goes wrong while it closes concerns nobody any more; the error event may come after the error was thrown.
    stream.on('error', () => {});
    stream.destroy();
  }
}
