import { constants, openSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Socket } from 'node:net';
import { basename, resolve } from 'node:path';
import { type Clock, systemClock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import { explainFailure, explainKind } from './failure.ts';
import { type FileAccess, systemFiles } from './file-access.ts';
import { Follower, type FollowOptions, follow, type History } from './follow.ts';
import type { FollowedFiles } from './followed-files.ts';
import { readGzip } from './gzip.ts';
import type { LineBatch, Source, SourceContext } from './source.ts';
import { eventBatch, splitStream } from './split.ts';

export interface FileSourceOptions {
  readonly path: string;
  /** Default: the path's last part. */
  readonly name?: string;
  /** What of the file as it stands is read; a file that appears later is read whole, and so is a `.gz`. */
  readonly history: History;
  /** False: ends at the end of the file. Ignored for `.gz`. */
  readonly follow: boolean;
  /** Shared by all followers of a run: no file is read twice under two names. */
  readonly followed?: FollowedFiles;
  readonly clock?: Clock;
  readonly files?: FileAccess;
  /** Slow poll behind the watch; default 1 s. */
  readonly pollMs?: number;
  /** How long a rotated file is still read after it last grew; default 10 s. */
  readonly graceMs?: number;
}

/** A file: read once, or followed through rotation, truncation and absence like `tail -F`. Pipes (`<(zcat …)`) are read as streams. */
export function createFileSource(options: FileSourceOptions): Source {
  const path = resolve(options.path);
  const settings: FollowOptions = { ...options, path, clock: options.clock ?? systemClock, files: options.files ?? systemFiles };
  return {
    key: path,
    name: options.name ?? basename(path),
    async *read(context) {
      try {
        yield* await chooseReader(settings, options.follow, context);
      } catch (error) {
        if (!context.signal.aborted) yield eventBatch({ type: 'failed', detail: await explainFailure(error, path, settings.files) });
      }
    },
    size: () => sizeOf(path),
  };
}

function sizeOf(path: string): number | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

async function chooseReader(options: FollowOptions, live: boolean, context: SourceContext): Promise<AsyncGenerator<LineBatch>> {
  const stats = await options.files.stat(options.path).catch(() => undefined);
  if (stats?.isFIFO() === true) return readPipe(options.path, live, context.signal);
  if (options.path.endsWith('.gz')) return readCompressed(options, context);
  return live ? follow(options, context) : readOnce(options, context);
}

/** To the end of the file as it is now; after an interrupted run, first the rest of what was rotated away since. */
async function* readOnce(options: FollowOptions, { signal, resumeFrom }: SourceContext): AsyncGenerator<LineBatch> {
  const follower = new Follower({ ...options, graceMs: 0 }, resumeFrom);
  try {
    const { event, more } = await follower.look();
    if (!more) {
      yield eventBatch(event?.type === 'failed' ? event : { type: 'failed', detail: t('no such file') });
      return;
    }
    if (event !== undefined) yield eventBatch(event);
    for (let batch = await follower.read(); batch !== undefined && !signal.aborted; batch = await follower.read()) yield batch;
    const last = signal.aborted ? undefined : follower.finish();
    if (last !== undefined) yield last;
  } finally {
    await follower.chain.close();
  }
}

async function* readCompressed(options: FollowOptions, { signal }: SourceContext): AsyncGenerator<LineBatch> {
  const { path, files } = options;
  let handle: FileHandle;
  try {
    handle = await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    yield eventBatch({ type: 'failed', detail: await explainFailure(error, path, files) });
    return;
  }
  try {
    const wrongKind = explainKind(await handle.stat(), path);
    if (wrongKind === undefined) yield* readGzip(handle, signal);
    else yield eventBatch({ type: 'failed', detail: wrongKind });
  } finally {
    await handle.close();
  }
}

/** A pipe with a name stays open between its writers when it is followed; one that a shell passed on (`/dev/fd/63`) ends with its writer. */
function readPipe(path: string, live: boolean, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const passedOn = path.startsWith('/dev/fd/') || path.startsWith('/proc/');
  const fd = openSync(path, (live && !passedOn ? constants.O_RDWR : constants.O_RDONLY) | constants.O_NONBLOCK);
  return splitStream(new Socket({ fd, readable: true, writable: false }), signal);
}
