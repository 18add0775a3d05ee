import type { Readable } from 'node:stream';
import split2 from 'split2';
import { t } from '../lang/lang.ts';
import { messageOf } from './failure.ts';
import { createLineLimiter } from './line-limiter.ts';
import { pullChunks } from './pull.ts';
import type { LineBatch } from './source.ts';
import { createMarkDropper, dropCarriageReturn, type LineSplitter, type SplitLines } from './split-rules.ts';

const LF = Buffer.from('\n');

/** The splitter for live streams: split2 decodes and splits what {@link createLineLimiter} leaves of long lines. */
export function createStreamSplitter(maxLineBytes?: number): LineSplitter {
  const limiter = createLineLimiter(maxLineBytes);
  const splitter = split2('\n');
  const dropMark = createMarkDropper();
  const takeLines = (): string[] => {
    const lines: string[] = [];
    for (let line = splitter.read(); typeof line === 'string'; line = splitter.read()) lines.push(dropCarriageReturn(line));
    dropMark(lines);
    return lines;
  };
  return {
    push(chunk): SplitLines {
      const { pieces, cut } = limiter.push(chunk);
      const lines: string[] = [];
      for (const piece of pieces) {
        splitter.write(piece);
        // Taken at once, so that split2 never has to wait for room and stays synchronous.
        for (const line of takeLines()) lines.push(line);
      }
      return { lines, cut };
    },
    end(): SplitLines {
      const cut = limiter.over ? 1 : 0;
      if (limiter.inLine) splitter.write(LF);
      const lines = takeLines();
      splitter.destroy();
      return { lines, cut };
    },
  };
}

/**
 * Lines of a live stream, a batch for each chunk that it gives, as soon as it gives it. Pulls: the stream is read no further than its
 * own buffer while the consumer waits. Ends with the stream or when `signal` aborts, and destroys the stream; a stream that fails
 * gives a `failed` event after its last line.
 */
export async function* splitStream(stream: Readable, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const splitter = createStreamSplitter();
  let failure: string | undefined;
  try {
    for await (const chunk of pullChunks(stream, signal)) yield { ...splitter.push(chunk), bytes: chunk.length };
  } catch (error) {
    failure = messageOf(error);
  }
  if (signal.aborted) return;
  const last = splitter.end();
  if (last.lines.length > 0) yield { ...last, bytes: 0 };
  if (failure !== undefined) yield eventBatch({ type: 'failed', detail: t('reading stopped: {reason}', { reason: failure }) });
}

/** A batch that only tells an event. */
export const eventBatch = (event: NonNullable<LineBatch['event']>): LineBatch => ({ lines: [], bytes: 0, cut: 0, event });
