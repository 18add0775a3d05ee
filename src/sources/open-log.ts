import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Position } from '../model/position.ts';
import { type ByteSplitter, createByteSplitter } from './byte-splitter.ts';
import type { FileAccess } from './file-access.ts';
import { fingerprintLength, fingerprintOf, HEAD_BYTES, identityOf } from './fingerprint.ts';
import { offsetOfLastLines } from './last-lines.ts';
import { createLinePlaces } from './line-places.ts';
import type { LineBatch } from './source.ts';

/** How many bytes before the offset are compared at every read: they tell that a file was truncated and filled anew. */
const TAIL_BYTES = 256;
/** Bytes that tell one beginning of a log from another: a line's time and what stands before it. */
const FEWEST_HEAD_BYTES = 64;
const FIRST_READ_BYTES = 4096;
const MOST_READ_BYTES = 131_072;
const LINE_SEARCH_BYTES = 65_536;
const LF = 0x0a;
const CR = 0x0d;

/** What a read found: lines, nothing new, or that the bytes before the offset are not those that were read. */
export type ReadResult = LineBatch | 'end' | 'replaced';

/** A regular file opened for reading: where reading stands in it, and what tells it from others. Methods throw system errors. */
export class OpenLog {
  readonly device: string;
  readonly inode: string;
  readonly #handle: FileHandle;
  #splitter: ByteSplitter = createByteSplitter();
  #offset = 0;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #readBytes = FIRST_READ_BYTES;
  #skipHole = false;
  #closed = false;

  private constructor(handle: FileHandle, stats: { readonly dev: bigint; readonly ino: bigint }) {
    this.#handle = handle;
    const { device, inode } = identityOf(stats);
    this.device = device;
    this.inode = inode;
  }

  /** Opens without waiting for anybody: a pipe must not block a thread of the pool. */
  static async open(path: string, files: FileAccess): Promise<OpenLog> {
    const handle = await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return new OpenLog(handle, await handle.stat({ bigint: true }));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  stat(): ReturnType<typeof statOf> {
    return statOf(this.#handle);
  }

  async read(): Promise<ReadResult> {
    const tail = this.#tail;
    // One system call for both: between two the file could be truncated and filled anew.
    const buffer = Buffer.allocUnsafe(tail.length + this.#readBytes);
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#offset - tail.length);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes.length < tail.length || !bytes.subarray(0, tail.length).equals(tail)) return 'replaced';
    const fresh = bytes.subarray(tail.length);
    if (fresh.length === 0) {
      this.#readBytes = FIRST_READ_BYTES;
      return 'end';
    }
    if (fresh.length === this.#readBytes) this.#readBytes = Math.min(MOST_READ_BYTES, this.#readBytes * 4);
    const offset = this.#offset;
    const firstLine = offset - this.#splitter.pendingBytes;
    this.#advance(bytes, fresh.length);
    const { lines, cut } = this.#splitter.push(this.#withoutHole(fresh));
    const places = createLinePlaces({ bytes: fresh, offset, firstLine, head: this.#head });
    return { lines, cut, bytes: fresh.length, places, position: this.position() };
  }

  /** After the last complete line handed on. */
  position(): Position {
    const offset = this.#offset - this.#splitter.pendingBytes;
    return { device: this.device, inode: this.inode, fingerprint: fingerprintOf(this.#head.subarray(0, offset)), offset };
  }

  /** The half line read last, which nothing will complete any more; the position then lies after it. */
  end(): Pick<LineBatch, 'lines' | 'cut' | 'places'> {
    const firstLine = this.#offset - this.#splitter.pendingBytes;
    const places = createLinePlaces({ bytes: Buffer.alloc(0), offset: this.#offset, firstLine, head: this.#head });
    return { ...this.#splitter.end(), places };
  }

  /** True when this is the file that `position` was taken from, and still holds what was read of it. */
  async matches(position: Position): Promise<boolean> {
    return position.device === this.device && position.inode === this.inode && (await this.beginsLike(position));
  }

  /** True when the file begins with the same bytes and is long enough: the same file, or a copy of it. */
  async beginsLike({ fingerprint, offset }: Position): Promise<boolean> {
    const { size } = await this.stat();
    if (size < offset) return false;
    return fingerprintOf(await this.#readAt(0, fingerprintLength(fingerprint) ?? 0)) === fingerprint;
  }

  /** True when the bytes before `other`'s position stand at the same place here: a copy, as copytruncate makes one. */
  async isCopyOf(other: OpenLog): Promise<boolean> {
    const tail = other.#tail;
    const start = other.#offset - tail.length;
    return tail.length > 0 && (await this.#readAt(start, tail.length)).equals(tail);
  }

  /** True when the file still begins with what was read first, enough of it to be no coincidence. */
  async beginsAsBefore(): Promise<boolean> {
    const head = this.#head;
    return head.length >= FEWEST_HEAD_BYTES && (await this.#readAt(0, head.length)).equals(head);
  }

  /** Goes on at `offset`, a line's begin. */
  async seek(offset: number): Promise<void> {
    this.#splitter = createByteSplitter({ atStart: offset === 0 });
    this.#offset = offset;
    this.#head = await this.#readAt(0, Math.min(HEAD_BYTES, offset));
    const tailBytes = Math.min(TAIL_BYTES, offset);
    this.#tail = await this.#readAt(offset - tailBytes, tailBytes);
  }

  /** Goes on where the last `lines` complete lines begin. */
  async seekLastLines(lines: number): Promise<void> {
    const { size } = await this.stat();
    await this.seek(await offsetOfLastLines((position, length) => this.#readAt(position, length), size, lines));
  }

  /**
   * Goes on after a position of an earlier run. That run may have handed on a half line at the end of the input: when it was whole but for its
   * LF, this skips the LF; when it has grown, the line is read again from its begin.
   */
  async resume(offset: number): Promise<void> {
    const from = Math.max(0, offset - LINE_SEARCH_BYTES);
    const around = await this.#readAt(from, offset - from + 2);
    const here = offset - from;
    const ended = here === 0 || around[here - 1] === LF || here >= around.length;
    if (ended) return this.seek(offset);
    if (around[here] === LF) return this.seek(offset + 1);
    if (around[here] === CR && around[here + 1] === LF) return this.seek(offset + 2);
    const before = around.lastIndexOf(LF, here - 1);
    return this.seek(before >= 0 ? from + before + 1 : from === 0 ? 0 : offset);
  }

  /** Reads again from the begin, after the file was truncated. Zeros there are a hole that a writer left which kept its old offset. */
  restart(): void {
    this.#splitter = createByteSplitter();
    this.#offset = 0;
    this.#head = Buffer.alloc(0);
    this.#tail = Buffer.alloc(0);
    this.#skipHole = true;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  #advance(bytes: Buffer, fresh: number): void {
    if (this.#head.length < HEAD_BYTES && this.#head.length === this.#offset) {
      this.#head = Buffer.concat([this.#head, bytes.subarray(bytes.length - fresh)]).subarray(0, HEAD_BYTES);
    }
    this.#offset += fresh;
    this.#tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)));
  }

  #withoutHole(fresh: Buffer): Buffer {
    if (!this.#skipHole) return fresh;
    const first = fresh.findIndex((byte) => byte !== 0);
    this.#skipHole = first < 0;
    return fresh.subarray(first < 0 ? fresh.length : first);
  }

  async #readAt(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }
}

const statOf = async (handle: FileHandle) => {
  const { size, mtimeNs, birthtimeNs, mode } = await handle.stat({ bigint: true });
  return { size: Number(size), mtimeNs, birthtimeNs, mode };
};
