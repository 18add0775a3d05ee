import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { t } from '../lang/lang.ts';
import { createByteSplitter } from './byte-splitter.ts';
import { explainFailure } from './failure.ts';
import type { FileAccess } from './file-access.ts';
import { identityOf, sameFile } from './fingerprint.ts';
import { readGzip } from './gzip.ts';
import type { PastSegment } from './past-plan.ts';
import type { LineBatch, Source } from './source.ts';
import { eventBatch } from './split.ts';

const READ_BYTES = 131_072;

export interface PastSourceOptions {
  readonly key: string;
  readonly name: string;
  readonly segments: readonly PastSegment[];
  /** Lines before this are left out where whole batches lie before it. */
  readonly fromMs: number;
  readonly timeOf: (lines: readonly string[]) => number | undefined;
  readonly files: FileAccess;
}

/** What a log's generations held, one after the other, to the end that each had when it was planned. */
export function createPastSource({ key, name, segments, fromMs, timeOf, files }: PastSourceOptions): Source {
  return {
    key,
    name,
    async *read({ signal }) {
      for (const segment of segments) {
        if (signal.aborted) return;
        try {
          for await (const batch of readSegment(segment, files, signal)) {
            const isBefore = segment.compressed && (timeOf(batch.lines.slice(-1)) ?? fromMs) < fromMs;
            yield isBefore ? { ...batch, lines: [] } : batch;
          }
        } catch (error) {
          yield eventBatch({ type: 'failed', detail: await explainFailure(error, segment.path, files) });
        }
      }
    },
    size: () => segments.reduce((sum, { fromByte, toByte }) => sum + toByte - fromByte, 0),
  };
}

async function* readSegment(segment: PastSegment, files: FileAccess, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const handle = await files.open(segment.path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!sameFile(identityOf(await handle.stat({ bigint: true })), segment)) {
      yield eventBatch({ type: 'failed', detail: t('the log was rotated meanwhile: ask for the time again') });
    } else if (segment.compressed) yield* readGzip(handle, signal);
    else yield* readBytes(handle, segment, signal);
  } finally {
    await handle.close();
  }
}

async function* readBytes(handle: FileHandle, { fromByte, toByte }: PastSegment, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const splitter = createByteSplitter({ atStart: fromByte === 0 });
  for (let position = fromByte; position < toByte && !signal.aborted; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, Math.min(READ_BYTES, toByte - position), position);
    if (bytesRead === 0) break;
    position += bytesRead;
    yield { ...splitter.push(buffer.subarray(0, bytesRead)), bytes: bytesRead };
  }
  const last = splitter.end();
  if (!signal.aborted && last.lines.length > 0) yield { ...last, bytes: 0 };
}
