import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { t } from '../lang/lang.ts';
import { createByteSplitter } from './byte-splitter.ts';
import { messageOf } from './failure.ts';
import { pullChunks } from './pull.ts';
import type { LineBatch } from './source.ts';
import { eventBatch } from './split.ts';

const READ_BYTES = 65_536;
/** CRC and length at the end of a gzip member (RFC 1952, section 2.3.1). */
const TRAILER_BYTES = 8;

/**
 * The file's bytes. The trailer comes by itself: zlib gives up the output of the write in which it finds an error, and a wrong checksum
 * must not cost the lines before it.
 */
async function* compressedBytes(handle: FileHandle): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  for (let position = 0; ; ) {
    const beforeTrailer = size - TRAILER_BYTES - position;
    const { buffer, bytesRead } = await handle.read(
      Buffer.allocUnsafe(READ_BYTES),
      0,
      beforeTrailer > 0 ? Math.min(READ_BYTES, beforeTrailer) : READ_BYTES,
      position,
    );
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * Lines of a gzip file (RFC 1952; several members after each other are one input), read whole and as a stream: memory does not grow with
 * what it holds. `bytes` counts compressed bytes. A damaged file gives what could be read (but for at most 16 KiB before the damage) and then a `failed` event.
 */
export async function* readGzip(handle: FileHandle, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const gunzip = createGunzip();
  const input = Readable.from(compressedBytes(handle), { objectMode: true, highWaterMark: 1 });
  input.on('error', (error) => gunzip.destroy(error));
  const splitter = createByteSplitter();
  let counted = 0;
  const newBytes = (): number => {
    const bytes = gunzip.bytesWritten - counted;
    counted += bytes;
    return bytes;
  };
  let failure: string | undefined;
  try {
    for await (const chunk of pullChunks(input.pipe(gunzip), signal)) yield { ...splitter.push(chunk), bytes: newBytes() };
  } catch (error) {
    failure = messageOf(error);
  } finally {
    input.destroy();
  }
  if (signal.aborted) return;
  const last = splitter.end();
  yield { ...last, bytes: newBytes() };
  if (failure !== undefined)
    yield eventBatch({ type: 'failed', detail: t('damaged gzip file ({reason}): what could be read was read', { reason: failure }) });
}
