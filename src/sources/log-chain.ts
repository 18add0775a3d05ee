import type { Clock } from '../clock/clock.ts';
import { msg } from '../lang/lang.ts';
import type { FileAccess } from './file-access.ts';
import { sameFile } from './fingerprint.ts';
import type { FollowedFiles } from './followed-files.ts';
import type { OpenLog } from './open-log.ts';
import { hasFreshArchive, openBetween, openCopy } from './rotation.ts';
import type { LineBatch, SourceEvent } from './source.ts';

/** Rotated files read on at the same time; beyond it the oldest is given up after a last read. */
const MOST_OLDER = 20;

export interface LogChainOptions {
  readonly path: string;
  readonly files: FileAccess;
  readonly clock: Clock;
  /** How long a rotated file is still read after it last grew: its writer may keep it open until it is told of the rotation. */
  readonly graceMs: number;
  readonly followed: FollowedFiles;
}

const ROTATED_BY_COPY: SourceEvent = { type: 'notice', detail: msg('log truncated, read again from its begin') };
const EMPTIED: SourceEvent = { type: 'cut', how: 'emptied', detail: msg('log truncated without a copy, read again from its begin') };
const REWRITTEN: SourceEvent = {
  type: 'cut',
  how: 'rewritten',
  detail: msg('log rewritten, lines that were read are gone; read again from its begin'),
};

interface OlderLog {
  readonly log: OpenLog;
  /** Monotonic time of the last growth; undefined until its end was reached once. */
  grewMs: number | undefined;
}

/** The generations of one log that are open: rotated ones, read first and then a while longer, and the present one. */
export class LogChain {
  readonly #options: LogChainOptions;
  readonly #older: OlderLog[] = [];
  #turn = 0;
  current: OpenLog | undefined;

  constructor(options: LogChainOptions) {
    this.#options = options;
  }

  addOlder(log: OpenLog): void {
    this.#options.followed.add(log);
    this.#older.push({ log, grewMs: undefined });
  }

  /** The file now at the path; what was there becomes older, and generations that came and went between are found. */
  async rotateTo(next: OpenLog): Promise<void> {
    const previous = this.current;
    if (previous !== undefined) {
      this.#older.push({ log: previous, grewMs: undefined });
      for (const log of await openBetween(this.#options.path, previous, this.#options.files)) {
        if (sameFile(log, next) || this.#options.followed.find(log) !== undefined) await log.close();
        else this.addOlder(log);
      }
    }
    this.#options.followed.add(next);
    this.current = next;
  }

  /** An older file that is at the path again becomes the current one. */
  takeBack(identity: { readonly device: string; readonly inode: string }): boolean {
    const at = this.#older.findIndex(({ log }) => sameFile(log, identity));
    const back = this.#older[at];
    if (back === undefined) return false;
    this.#older.splice(at, 1);
    if (this.current !== undefined) this.#older.push({ log: this.current, grewMs: undefined });
    this.current = back.log;
    return true;
  }

  /** The next lines of any generation, older ones first until their end; undefined when there are none just now. */
  async read(): Promise<LineBatch | undefined> {
    const unread = this.#older.find(({ grewMs }) => grewMs === undefined);
    if (unread !== undefined) return (await this.#readOlder(unread)) ?? this.read();
    // Then by turns, so that a writer which never lets go of an old file cannot hold up the new one.
    const count = this.#older.length + 1;
    for (let tried = 0; tried < count; tried += 1) {
      this.#turn = (this.#turn + 1) % count;
      const older = this.#older[this.#turn];
      const batch = older === undefined ? await this.#readCurrent() : await this.#readOlder(older);
      if (batch !== undefined) return batch;
      if (this.#older.length + 1 !== count) return this.read();
    }
    return undefined;
  }

  /** Ends the current file: its half line, and the position after it. */
  finish(): LineBatch | undefined {
    if (this.current === undefined) return undefined;
    const last = this.current.end();
    return last.lines.length === 0 ? undefined : { ...last, bytes: 0, position: this.current.position() };
  }

  async close(): Promise<void> {
    const logs = [...this.#older.map(({ log }) => log), ...(this.current === undefined ? [] : [this.current])];
    this.#older.length = 0;
    this.current = undefined;
    for (const log of logs) await log.close().catch(() => {});
  }

  async #readOlder(older: OlderLog): Promise<LineBatch | undefined> {
    const now = this.#options.clock.monotonic();
    const result = await older.log.read();
    if (typeof result === 'object') {
      if (older.grewMs !== undefined) older.grewMs = now;
      return this.#withoutPosition(result);
    }
    older.grewMs ??= now;
    const over = result === 'replaced' || now - older.grewMs >= this.#options.graceMs || this.#older.length > MOST_OLDER;
    return over ? this.#dismiss(older) : undefined;
  }

  async #dismiss(older: OlderLog): Promise<LineBatch | undefined> {
    this.#older.splice(this.#older.indexOf(older), 1);
    const last = older.log.end();
    await older.log.close();
    return last.lines.length === 0 ? undefined : { ...last, bytes: 0 };
  }

  async #readCurrent(): Promise<LineBatch | undefined> {
    const log = this.current;
    const result = await log?.read();
    if (log === undefined || result === undefined || result === 'end') return undefined;
    if (result !== 'replaced') return result;
    const copy = await openCopy(this.#options.path, log, this.#options.files);
    // With the copy at hand its half line is read again there, completed perhaps; without it the half is all there will ever be.
    const half = copy === undefined ? log.end() : { lines: [], cut: 0 };
    if (copy !== undefined) this.addOlder(copy);
    const event = copy === undefined ? await this.#howCut(log) : ROTATED_BY_COPY;
    log.restart();
    return { ...half, bytes: 0, event };
  }

  /** Without a copy that rotation left: one that was packed already, or somebody cut the file. */
  async #howCut(log: OpenLog): Promise<SourceEvent> {
    const { path, files, clock } = this.#options;
    if (await hasFreshArchive(path, files, clock.now())) return ROTATED_BY_COPY;
    return (await log.beginsAsBefore().catch(() => false)) ? REWRITTEN : EMPTIED;
  }

  /** A position in an older file is of use only until the current one was begun. */
  #withoutPosition(batch: LineBatch): LineBatch {
    if (this.current === undefined || this.current.position().offset === 0) return batch;
    const { position: _, ...rest } = batch;
    return rest;
  }
}
