/** Where to go on in a file; plain JSON, kept in the store. */
export interface Position {
  readonly device: string;
  readonly inode: string;
  /** Hash of the file's first bytes (up to 256). */
  readonly fingerprint: string;
  /** Byte offset after the last complete line handed on. */
  readonly offset: number;
}
