import { type FileIdentity, identityKey } from './fingerprint.ts';
import type { OpenLog } from './open-log.ts';

/** How many files are remembered; the oldest are forgotten first. */
const MOST_FILES = 4096;

/**
 * Which files the followers of one run have read, and how far. Shared by all of them, it keeps a rotated file, whose new name another
 * follower watches (`access.log.1`), from being read a second time.
 */
export interface FollowedFiles {
  add(log: OpenLog): void;
  /** Who reads this file, or read it last. */
  find(identity: FileIdentity): OpenLog | undefined;
}

export function createFollowedFiles(): FollowedFiles {
  const logs = new Map<string, OpenLog>();
  return {
    add(log) {
      const key = identityKey(log);
      logs.delete(key);
      logs.set(key, log);
      const oldest = logs.keys().next().value;
      if (logs.size > MOST_FILES && oldest !== undefined) logs.delete(oldest);
    },
    find: (identity) => logs.get(identityKey(identity)),
  };
}
