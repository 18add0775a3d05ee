import { fstatSync, read, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { t } from '../lang/lang.ts';
import { createByteSplitter } from './byte-splitter.ts';
import { explainKind, messageOf } from './failure.ts';
import type { LineBatch, Source } from './source.ts';
import { eventBatch, splitStream } from './split.ts';

const READ_BYTES = 131_072;
/** Linux's major number of null, zero and their like: character devices that never wait. */
const MEMORY_DEVICES = 1;

export interface StandardInputOptions {
  /** Default 0. */
  readonly fd?: number;
  /** Default `stdin`. */
  readonly name?: string;
}

/**
 * Standard input: a pipe or socket is read as it comes, a file (`< access.log`) from where the descriptor stands to its end. A terminal
 * is refused: its keys belong to the screen. Works in a worker thread, where `process.stdin` gives nothing; nobody else may read the descriptor.
 */
export function createStandardInput({ fd = 0, name = 'stdin' }: StandardInputOptions = {}): Source {
  return {
    key: 'stdin',
    name,
    async *read({ signal }) {
      try {
        yield* readDescriptor(fd, signal);
      } catch (error) {
        if (!signal.aborted)
          yield eventBatch({ type: 'failed', detail: t('standard input cannot be read: {reason}', { reason: messageOf(error) }) });
      }
    },
    size() {
      const stats = statQuietly(fd);
      return stats?.isFile() ? stats.size : undefined;
    },
  };
}

function statQuietly(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}

async function* readDescriptor(fd: number, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const stats = fstatSync(fd);
  if (isatty(fd)) {
    yield eventBatch({
      type: 'failed',
      detail: t('standard input is a terminal: pipe a log into it (tail -f access.log | secmon) or name files'),
    });
    return;
  }
  if (stats.isFIFO() || stats.isSocket()) {
    const stream = new Socket({ fd, readable: true, writable: false });
    yield eventBatch({ type: 'live' });
    yield* splitStream(stream, signal);
    return;
  }
  const harmlessDevice = stats.isCharacterDevice() && stats.rdev >> 8 === MEMORY_DEVICES;
  const wrongKind = harmlessDevice ? undefined : explainKind(stats, 'standard input');
  if (wrongKind !== undefined) yield eventBatch({ type: 'failed', detail: t('standard input: {reason}', { reason: wrongKind }) });
  else yield* readFile(fd, signal);
}

async function* readFile(fd: number, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const splitter = createByteSplitter();
  const readBytes = promisify(read);
  while (!signal.aborted) {
    const { bytesRead, buffer } = await readBytes(fd, Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
    if (bytesRead === 0) break;
    yield { ...splitter.push(buffer.subarray(0, bytesRead)), bytes: bytesRead };
  }
  const last = splitter.end();
  if (!signal.aborted && last.lines.length > 0) yield { ...last, bytes: 0 };
}
