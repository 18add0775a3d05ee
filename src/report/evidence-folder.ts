import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { t } from '../lang/lang.ts';
import { harmlessName, sha256 } from './evidence-files.ts';
import { type TarFile, tar, untar } from './tar.ts';

/** Where evidence was written. */
export interface WrittenEvidence {
  readonly folder: string;
  readonly archive: string;
  /** Of the archive, to write down. */
  readonly sha256: string;
  readonly files: number;
}

const MAX_TRIES = 1_000;

const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

/** Makes a folder that only its owner may enter, and the missing ones above it. Not Node's `recursive`, which takes an existing folder as made. */
async function makeParents(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (isThere(error)) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeParents(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

/** A new file, never an existing one or a link put in its place; flushed to the disk. */
async function writeNew(path: string, content: Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder of a name that was free, and so was that of its archive, which is there and empty. */
async function newFolder(directory: string, name: string): Promise<{ folder: string; name: string }> {
  await makeParents(directory);
  for (let n = 1; n <= MAX_TRIES; n++) {
    const own = n === 1 ? name : `${name}-${n}`;
    try {
      const handle = await open(join(directory, `${own}.tar.gz`), 'wx', 0o600);
      await handle.close();
      await mkdir(join(directory, own), { mode: 0o700 });
      return { folder: join(directory, own), name: own };
    } catch (error) {
      if (!isThere(error)) throw error;
    }
  }
  throw new Error(t('{path} is there {n} times already: move the old evidence elsewhere', { path: join(directory, name), n: MAX_TRIES }));
}

/** Evidence as one file, ready to be sent somewhere else. */
export interface PackedEvidence {
  /** Of the folder in it. */
  readonly name: string;
  /** `.tar.gz` */
  readonly content: Buffer;
  readonly sha256: string;
}

export async function packEvidence(files: readonly TarFile[], { name, timeMs }: { name: string; timeMs: number }): Promise<PackedEvidence> {
  const content = await promisify(gzip)(tar(name, files, timeMs));
  return { name, content, sha256: sha256(content) };
}

/**
 * Writes the files into a new private folder under `directory`, and beside it the same as `.tar.gz`. Never overwrites: a taken name gets a
 * number. Rejects with the error of the file system.
 */
export async function writeEvidence(
  files: readonly TarFile[],
  { directory, name, timeMs }: { directory: string; name: string; timeMs: number },
): Promise<WrittenEvidence> {
  const place = await newFolder(directory, name);
  return fill(place.folder, files, await packEvidence(files, { name: place.name, timeMs }));
}

/** More than evidence ever is, in bytes. */
const MOST_UNPACKED = 512 * 1024 * 1024;

/**
 * Writes evidence that another process packed, as `writeEvidence` does. Nothing in it is believed: rejects with RangeError when it is not
 * what {@link packEvidence} makes, or another than its hash says.
 */
export async function keepEvidence(packed: PackedEvidence, directory: string): Promise<WrittenEvidence> {
  if (sha256(packed.content) !== packed.sha256) throw new RangeError('the evidence is not what its hash says');
  const files = untar(await promisify(gunzip)(packed.content, { maxOutputLength: MOST_UNPACKED }));
  const { folder } = await newFolder(directory, harmlessName(packed.name));
  return fill(folder, files, packed);
}

/** Fills a new folder, and the archive beside it. */
async function fill(folder: string, files: readonly TarFile[], packed: PackedEvidence): Promise<WrittenEvidence> {
  for (const { path, content } of files) {
    await makeParents(dirname(join(folder, path)));
    await writeNew(join(folder, path), content);
  }
  const archive = `${folder}.tar.gz`;
  const handle = await open(archive, 'r+');
  try {
    await handle.writeFile(packed.content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { folder, archive, sha256: packed.sha256, files: files.length };
}
