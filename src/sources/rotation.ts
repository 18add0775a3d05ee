import { dirname, join } from 'node:path';
import type { Position } from '../model/position.ts';
import type { FileAccess } from './file-access.ts';
import { identityOf, sameFile } from './fingerprint.ts';
import { OpenLog } from './open-log.ts';
import { isCompressed, isRotationOf } from './rotation-names.ts';

const MOST_GENERATIONS = 16;

interface Generation {
  readonly path: string;
  readonly device: string;
  readonly inode: string;
  readonly mtimeNs: bigint;
  readonly birthtimeNs: bigint;
}

/** The rotated, uncompressed generations beside `path`, oldest first. Those that cannot be looked at are left out. */
async function generationsOf(path: string, files: FileAccess): Promise<Generation[]> {
  const folder = dirname(path);
  const found: Generation[] = [];
  const names = await files.list(folder).catch(() => []);
  for (const name of names) {
    const candidate = join(folder, name);
    if (!isRotationOf(candidate, path) || isCompressed(candidate)) continue;
    const stats = await files.stat(candidate).catch(() => undefined);
    if (!stats?.isFile()) continue;
    found.push({ path: candidate, ...identityOf(stats), mtimeNs: stats.mtimeNs, birthtimeNs: stats.birthtimeNs });
  }
  return found.sort((a, b) => Number(a.mtimeNs - b.mtimeNs)).slice(-MOST_GENERATIONS);
}

const openQuietly = (path: string, files: FileAccess): Promise<OpenLog | undefined> => OpenLog.open(path, files).catch(() => undefined);

/** Where `position` was taken, if that file is now a rotated generation of `path`, or was copied to one: opened and standing at the position. */
export async function openRotated(path: string, position: Position, files: FileAccess): Promise<OpenLog | undefined> {
  const generations = await generationsOf(path, files);
  const moved = generations.filter((generation) => sameFile(generation, position));
  const others = generations.filter((generation) => !sameFile(generation, position)).reverse();
  for (const generation of [...moved, ...others]) {
    const log = await openQuietly(generation.path, files);
    if (log === undefined) continue;
    // Short beginnings are alike too often to tell a copy by.
    const long = position.fingerprint.startsWith('256:');
    const fits = await (moved.includes(generation) || long ? log.beginsLike(position) : false);
    if (fits) {
      await log.resume(position.offset);
      return log;
    }
    await log.close();
  }
  return undefined;
}

/** The copy that copytruncate made of `log` before it emptied it, standing after the last complete line handed on. */
export async function openCopy(path: string, log: OpenLog, files: FileAccess): Promise<OpenLog | undefined> {
  const generations = await generationsOf(path, files);
  for (const generation of generations.reverse()) {
    const copy = sameFile(generation, log) ? undefined : await openQuietly(generation.path, files);
    if (copy === undefined) continue;
    if (await copy.isCopyOf(log)) {
      await copy.seek(log.position().offset);
      return copy;
    }
    await copy.close();
  }
  return undefined;
}

/** A rotation that packs its copy at once leaves no other trace. */
const FRESH_MS = 120_000;

/** Whether a packed generation of `path` was written just now. */
export async function hasFreshArchive(path: string, files: FileAccess, nowMs: number): Promise<boolean> {
  const folder = dirname(path);
  const names = await files.list(folder).catch(() => []);
  for (const name of names) {
    const candidate = join(folder, name);
    if (!isRotationOf(candidate, path) || !isCompressed(candidate)) continue;
    const stats = await files.stat(candidate).catch(() => undefined);
    if (stats?.isFile() === true && Math.abs(Number(stats.mtimeNs / 1_000_000n) - nowMs) < FRESH_MS) return true;
  }
  return false;
}

/** Generations that came and were rotated away unseen, between `log` (rotated itself) and the present file; oldest first, at their begin. */
export async function openBetween(path: string, log: OpenLog, files: FileAccess): Promise<OpenLog[]> {
  const { mtimeNs, birthtimeNs } = await log.stat();
  const generations = await generationsOf(path, files);
  const younger = generations.filter(
    (generation) => !sameFile(generation, log) && generation.mtimeNs >= mtimeNs && generation.birthtimeNs > birthtimeNs,
  );
  // Only when the file is among the generations was it rotated: otherwise it was deleted, and what lies beside it is older.
  if (!generations.some((generation) => sameFile(generation, log))) return [];
  const opened: OpenLog[] = [];
  for (const generation of younger) {
    const between = await openQuietly(generation.path, files);
    if (between !== undefined) opened.push(between);
  }
  return opened;
}
