import { createHash } from 'node:crypto';
import type { Position } from '../model/position.ts';

/** How many of a file's first bytes tell it from another with the same inode. */
export const HEAD_BYTES = 256;

/** `length:hash` of a file's first bytes; `head` is at most {@link HEAD_BYTES} long. */
export const fingerprintOf = (head: Buffer): string => `${head.length}:${createHash('sha256').update(head).digest('hex').slice(0, 32)}`;

/** How many first bytes a fingerprint was made from; undefined when it is none. */
export function fingerprintLength(fingerprint: string): number | undefined {
  const length = Number(fingerprint.slice(0, Math.max(0, fingerprint.indexOf(':'))));
  return fingerprint.includes(':') && Number.isInteger(length) && length >= 0 && length <= HEAD_BYTES ? length : undefined;
}

export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
}

export const identityOf = (stats: { readonly dev: bigint; readonly ino: bigint }): FileIdentity => ({
  device: String(stats.dev),
  inode: String(stats.ino),
});

export const sameFile = (a: FileIdentity, b: FileIdentity): boolean => a.device === b.device && a.inode === b.inode;

export const identityKey = ({ device, inode }: FileIdentity): string => `${device}:${inode}`;

/** True for a position with which a file can be found again; it comes from a store that a person may have edited. */
export const isUsable = (position: Position): boolean =>
  Number.isSafeInteger(position.offset) && position.offset >= 0 && fingerprintLength(position.fingerprint) !== undefined;
