import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { identityKey, identityOf } from './fingerprint.ts';
import { isCompressed, possibleBases } from './rotation-names.ts';
import { compileWildcard, expandBraces, hasWildcards } from './wildcard.ts';

const MOST_FILES = 10_000;
/** Folders looked into for one pattern, and how deep `**` goes: `/**` must not walk a whole disk. */
const MOST_FOLDERS = 20_000;
const DEEPEST = 32;

/** A file that a pattern stands for. */
export interface FoundFile {
  readonly path: string;
  /** `device:inode`. */
  readonly identity: string;
  readonly size: number;
}

interface Walk {
  readonly found: Map<string, FoundFile>;
  folders: number;
}

/** All regular files that a glob fits, links followed (but not through `**`), sorted by path. What cannot be looked at is left out. */
export async function globFiles(pattern: string): Promise<FoundFile[]> {
  const walk: Walk = { found: new Map(), folders: 0 };
  for (const alternative of expandBraces(resolve(pattern)))
    await descend(
      sep,
      alternative.split(sep).filter((part) => part !== ''),
      walk,
      0,
    );
  return [...walk.found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function descend(folder: string, segments: readonly string[], walk: Walk, depth: number): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return addFile(folder, walk);
  if (walk.found.size >= MOST_FILES) return;
  if (!hasWildcards(segment)) return descend(join(folder, segment), rest, walk, depth);
  const everywhere = segment === '**';
  // `**` at the end stands for every file below.
  if (everywhere) await descend(folder, rest.length > 0 ? rest : ['*'], walk, depth);
  const fits = everywhere ? undefined : compileWildcard(segment);
  for (const entry of await listFolder(folder, walk)) {
    const path = join(folder, entry.name);
    if (fits !== undefined) {
      if (fits(entry.name) && (rest.length === 0 || !entry.isFile())) await descend(path, rest, walk, depth);
    } else if (entry.isDirectory() && !entry.name.startsWith('.') && depth < DEEPEST) await descend(path, segments, walk, depth + 1);
  }
}

async function listFolder(folder: string, walk: Walk): Promise<Dirent[]> {
  walk.folders += 1;
  if (walk.folders > MOST_FOLDERS) return [];
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

async function addFile(path: string, { found }: Walk): Promise<void> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats?.isFile()) found.set(path, { path, identity: identityKey(identityOf(stats)), size: Number(stats.size) });
}

/** A path to read. */
interface ExpandedPath {
  readonly path: string;
  /** A rotated generation of another path of the list: to be read, but nothing will be written to it any more. */
  readonly rotated: boolean;
}

export interface ExpandedPaths {
  readonly files: readonly ExpandedPath[];
  /** Those of the patterns that are globs: new files may come to fit them. */
  readonly globs: readonly string[];
  /** Globs that fit nothing now. */
  readonly unmatched: readonly string[];
}

/**
 * What the paths and globs of a command line stand for: `*`, `?`, `[a-z]`, `**`, `{a,b}`. A path without these stays, even when nothing is there yet;
 * an existing file whose name holds such characters wins. Each file comes once, also where links or several globs lead to it.
 */
export async function expandPaths(patterns: readonly string[]): Promise<ExpandedPaths> {
  const paths = new Set<string>();
  const globs: string[] = [];
  const unmatched: string[] = [];
  const identities = new Set<string>();
  for (const pattern of patterns) {
    const path = resolve(pattern);
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    if (stats !== undefined || !hasWildcards(pattern)) {
      paths.add(path);
      if (stats !== undefined) identities.add(identityKey(identityOf(stats)));
    } else globs.push(pattern);
  }
  for (const pattern of globs) {
    const found = await globFiles(pattern);
    if (found.length === 0) unmatched.push(pattern);
    for (const file of found) {
      if (!identities.has(file.identity)) paths.add(file.path);
      identities.add(file.identity);
    }
  }
  const files = [...paths].map((path) => ({ path, rotated: isRotated(path, paths) }));
  return { files, globs, unmatched };
}

const isRotated = (path: string, among: ReadonlySet<string>): boolean =>
  isCompressed(path) || possibleBases(path).some((base) => among.has(base));
