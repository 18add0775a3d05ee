import { createHash } from 'node:crypto';

const MAX_CHUNKS = 1024;

/** Remembers the last chunks that were taken in, so that one sent again (its acknowledgement came too late or got lost) is not taken twice. */
export interface RecentChunks {
  has(message: Buffer): boolean;
  add(message: Buffer): void;
}

export function createRecentChunks(): RecentChunks {
  const known = new Set<string>();
  const digest = (message: Buffer): string => createHash('sha256').update(message).digest('base64');
  return {
    has: (message) => known.has(digest(message)),
    add(message) {
      known.add(digest(message));
      const [oldest] = known;
      if (known.size > MAX_CHUNKS && oldest !== undefined) known.delete(oldest);
    },
  };
}
