import { join, resolve, sep } from 'node:path';
import { type Clock, systemClock } from '../clock/clock.ts';
import { systemFiles } from './file-access.ts';
import { type FoundFile, globFiles } from './glob.ts';
import { PathWatch } from './path-watch.ts';
import { possibleBases } from './rotation-names.ts';
import { hasWildcards } from './wildcard.ts';

const POLL_MS = 2000;
/** Paths remembered as known; a folder that makes more new names than this is no folder of logs. */
const MOST_KNOWN = 10_000;

export interface WatchPatternsOptions {
  readonly signal: AbortSignal;
  /** Called once for each path that came to fit. */
  readonly onNew: (path: string) => void;
  /** Paths that are read already, from `expandPaths`. */
  readonly known: readonly string[];
  readonly clock?: Clock;
  readonly pollMs?: number;
}

/**
 * Tells of files that come to fit the globs, until `signal` aborts; the folder may be missing at first. Not told: a known file under a new name, and
 * rotated generations of known files (`access.log.1`, `access.log.2.gz`), whose lines were read when they were new.
 */
export async function watchPatterns(globs: readonly string[], options: WatchPatternsOptions): Promise<void> {
  const { signal, onNew, clock = systemClock, pollMs = POLL_MS } = options;
  if (globs.length === 0) return;
  const watch = new PathWatch({ paths: globs.map(watchedPath), clock, files: systemFiles, signal, pollMs, anyName: true });
  const known = new Set(options.known);
  let before: readonly FoundFile[] = [];
  try {
    while (!signal.aborted) {
      const found = (await Promise.all(globs.map(globFiles))).flat();
      const moved = movedFrom(before);
      for (const { path, identity, size } of found) {
        if (known.has(path) || signal.aborted || known.size >= MOST_KNOWN) continue;
        known.add(path);
        const rotated = possibleBases(path).some((base) => known.has(base));
        if (!rotated && !moved(identity, size)) onNew(path);
      }
      before = found;
      await watch.wait();
    }
  } finally {
    watch.close();
  }
}

/** Whether a file was there at the last look, under any name. An inode used again is told by being shorter. */
function movedFrom(before: readonly FoundFile[]): (identity: string, size: number) => boolean {
  const sizes = new Map(before.map(({ identity, size }) => [identity, size]));
  return (identity, size) => {
    const earlier = sizes.get(identity);
    return earlier !== undefined && size >= earlier;
  };
}

/** A path in the last folder of the pattern that has no wildcards: that folder is watched, the ones below are polled. */
function watchedPath(pattern: string): string {
  const segments = resolve(pattern).split(sep);
  const first = segments.findIndex(hasWildcards);
  return join(sep, ...segments.slice(0, first < 0 ? -1 : first), '*');
}
