import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who is at the other end of a Unix socket. Node has no SO_PEERCRED, so the file system is asked (as HTCondor's FS authentication does): the
 * engine names a folder that does not exist, the other end makes it, and the kernel says who owns it. A folder of another user cannot be
 * moved there, as moving a folder needs the right to write into it, and it has to be private.
 */
export interface Proof {
  /** The folder that the other end has to make, mode 0700. */
  readonly path: string;
  /** User id of its maker; undefined when it is not there or not as asked. Takes it away. */
  verify(): number | undefined;
}

const PRIVATE = 0o700;
/** Everybody may make something there, nobody list it or remove what is another's. */
const ANYBODY_MAKES = 0o1733;

/** Opens the place for proofs inside a folder that exists. */
export function openProofs(folder: string): { ask(): Proof } {
  const place = join(folder, 'who');
  mkdirSync(place, { recursive: true });
  chmodSync(place, ANYBODY_MAKES);
  return {
    ask() {
      const path = join(place, randomBytes(18).toString('hex'));
      return { path, verify: () => verify(path) };
    },
  };
}

function verify(path: string): number | undefined {
  try {
    const made = lstatSync(path);
    const isRight = made.isDirectory() && (made.mode & 0o7777) === PRIVATE;
    rmdirSync(path);
    return isRight ? made.uid : undefined;
  } catch {
    return undefined;
  }
}

/** Makes what an engine asked for; throws the error of the file system. */
export function prove(path: string): void {
  mkdirSync(path, { mode: PRIVATE });
  chmodSync(path, PRIVATE);
}
