import { dirname, join, resolve } from 'node:path';
import type { FileAccess } from './file-access.ts';
import { type FileIdentity, identityKey, identityOf } from './fingerprint.ts';
import { isCompressed, isRotationOf } from './rotation-names.ts';

/** One generation of a log as it lies on disk. */
export interface PastFile extends FileIdentity {
  readonly path: string;
  readonly compressed: boolean;
  /** As it lies there: compressed, where it is. */
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

export interface PastFiles {
  /** Newest first. */
  readonly files: readonly PastFile[];
  /** Generations that cannot be read: compressed otherwise than by gzip, or refused. */
  readonly unread: readonly string[];
}

const MOST_GENERATIONS = 400;

/**
 * A log and its rotated generations beside it: `access.log.1`, `access.log.2.gz`, `access-20260302.log.gz`. Where a generation lies there both
 * plain and compressed (logrotate is at work), the plain one counts.
 */
export async function pastFiles(path: string, files: FileAccess): Promise<PastFiles> {
  const base = resolve(path);
  const folder = dirname(base);
  const names = await files.list(folder).catch(() => []);
  const found = new Map<string, PastFile>();
  const unread: string[] = [];
  const candidates = names.map((name) => join(folder, name)).filter((candidate) => isRotationOf(candidate, base));
  for (const candidate of [base, ...candidates.slice(0, MOST_GENERATIONS)]) {
    const compressed = isCompressed(candidate);
    if (compressed && candidates.includes(candidate.replace(/\.[^.]+$/, ''))) continue;
    const stats = await files.stat(candidate).catch(() => undefined);
    if (!stats?.isFile()) {
      if (candidate !== base) unread.push(candidate);
      continue;
    }
    if (compressed && !candidate.endsWith('.gz')) {
      unread.push(candidate);
      continue;
    }
    const identity = identityOf(stats);
    const key = identityKey(identity);
    if (found.has(key)) continue;
    found.set(key, {
      ...identity,
      path: candidate,
      compressed,
      sizeBytes: Number(stats.size),
      mtimeMs: Number(stats.mtimeNs / 1_000_000n),
    });
  }
  const ordered = [...found.values()].sort((a, b) => (a.path === base ? -1 : b.path === base ? 1 : b.mtimeMs - a.mtimeMs));
  return { files: ordered, unread };
}
