import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import type { FileAccess } from './file-access.ts';
import { identityKey, identityOf } from './fingerprint.ts';
import { createWake } from './wake.ts';

/** Events within this time wake once: a busy log is read 50 times a second at most. */
const GATHER_MS = 20;
/** A timer that only keeps the process alive while a quiet file is followed. */
const KEEP_ALIVE_MS = 2 ** 30;

export interface PathWatchOptions {
  readonly paths: readonly string[];
  readonly clock: Clock;
  readonly files: FileAccess;
  readonly signal: AbortSignal;
  /** The slow poll behind the watch: file systems without events (NFS), lost events, folders that cannot be watched. */
  readonly pollMs: number;
  /** True: any change in the folders wakes; false: only a change to the names of `paths`, or a name that came or went. */
  readonly anyName?: boolean;
}

/** Waits for something to happen to paths: watches their folders, those that links lead to, and the nearest parent of missing ones. */
export class PathWatch {
  readonly #options: PathWatchOptions;
  readonly #wake = createWake();
  readonly #keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
  #watchers = new Map<string, FSWatcher>();
  #names = new Set<string>();
  #stale = true;
  #gathering: (() => void) | undefined;

  constructor(options: PathWatchOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', this.#wake.notify);
  }

  /** Resolves when something may have changed, at the next poll, or when the signal aborts. */
  async wait(): Promise<void> {
    if (this.#options.signal.aborted) return;
    if (this.#stale && (await this.#retarget())) return;
    const cancel = this.#options.clock.after(this.#options.pollMs, () => {
      this.#stale = true;
      this.#wake.notify();
    });
    await this.#wake.wait();
    cancel();
  }

  /** The paths may now lead elsewhere: look which folders to watch before the next wait. */
  refresh(): void {
    this.#stale = true;
  }

  close(): void {
    clearInterval(this.#keepAlive);
    this.#gathering?.();
    this.#options.signal.removeEventListener('abort', this.#wake.notify);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Watches the folders that matter now; true when one is watched anew: what happened in it before went unseen. */
  async #retarget(): Promise<boolean> {
    this.#stale = false;
    const targets = await this.#targets();
    if (this.#options.signal.aborted) return true;
    for (const [key, watcher] of this.#watchers) {
      if (targets.has(key)) continue;
      watcher.close();
      this.#watchers.delete(key);
    }
    let added = false;
    for (const [key, folder] of targets) {
      if (!this.#watchers.has(key)) added = this.#watch(key, folder) || added;
    }
    return added;
  }

  /** Folders by identity: one that was deleted and made again needs a new watch. */
  async #targets(): Promise<Map<string, string>> {
    const targets = new Map<string, string>();
    const names = new Set<string>();
    for (const path of this.#options.paths) {
      const real = await this.#options.files.realpath(path).catch(() => path);
      for (const place of new Set([path, real])) {
        names.add(basename(place));
        const found = await this.#nearestFolder(dirname(place));
        if (found !== undefined) targets.set(found.key, found.folder);
      }
    }
    this.#names = names;
    return targets;
  }

  async #nearestFolder(start: string): Promise<{ key: string; folder: string } | undefined> {
    for (let folder = start; ; folder = dirname(folder)) {
      const stats = await this.#options.files.stat(folder).catch(() => undefined);
      if (stats?.isDirectory()) return { key: `${identityKey(identityOf(stats))}:${folder}`, folder };
      if (folder === dirname(folder)) return undefined;
    }
  }

  #watch(key: string, folder: string): boolean {
    try {
      const watcher = watch(folder, (type, name) => this.#onChange(type, name));
      // Out of watches, or the folder went away: the poll goes on and looks again.
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(key);
      });
      this.#watchers.set(key, watcher);
      return true;
    } catch {
      return false;
    }
  }

  #onChange(type: string, name: string | null): void {
    const concerns = this.#options.anyName === true || name === null || type === 'rename' || this.#names.has(name);
    if (type === 'rename') this.#stale = true;
    if (!concerns || this.#gathering !== undefined) return;
    this.#gathering = this.#options.clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      this.#wake.notify();
    });
  }
}
