import { readHead } from './head.ts';

/** Puts messages together from the chunks of a connection; each byte is looked at once. */
export interface MessageAssembler {
  /** The messages that became complete; each is valid until the next one is asked for. */
  push(chunk: Buffer): Generator<Buffer>;
  /** No message can come any more: one is too long, or the bytes are none. */
  readonly broken: 'long' | 'invalid' | undefined;
  readonly heldBytes: number;
}

/** `maxBytes`: the longest message that is put together. */
export function createMessageAssembler(maxBytes: () => number): MessageAssembler {
  let storage = Buffer.alloc(0);
  let held = 0;
  /** Where the scan stands in the message, and how many objects it still lacks. */
  let scanned = 0;
  let open = 1;
  let broken: 'long' | 'invalid' | undefined;

  const keep = (rest: Buffer): void => {
    if (rest.length > storage.length) storage = Buffer.allocUnsafe(Math.max(rest.length, 4096));
    rest.copy(storage);
    held = rest.length;
  };
  const joined = (chunk: Buffer): Buffer => {
    if (held === 0) return chunk;
    if (held + chunk.length > storage.length) {
      const larger = Buffer.allocUnsafe(Math.max(held + chunk.length, storage.length * 2));
      storage.copy(larger, 0, 0, held);
      storage = larger;
    }
    chunk.copy(storage, held);
    return storage.subarray(0, held + chunk.length);
  };
  /** Scans on; true once the message is complete. */
  const scan = (bytes: Buffer, start: number): boolean => {
    while (open > 0 && start + scanned <= bytes.length) {
      const head = readHead(bytes, start + scanned, bytes.length);
      if (head === 'invalid') broken = 'invalid';
      if (typeof head === 'string') return false;
      scanned = head.start + head.bytes - start;
      open += head.items - 1;
    }
    return open === 0 && start + scanned <= bytes.length;
  };
  return {
    *push(chunk) {
      const bytes = joined(chunk);
      let start = 0;
      while (broken === undefined && scan(bytes, start)) {
        const message = bytes.subarray(start, start + scanned);
        start += scanned;
        scanned = 0;
        open = 1;
        yield message;
      }
      const rest = bytes.subarray(start);
      if (Math.max(rest.length, scanned) > maxBytes()) broken ??= 'long';
      if (broken !== undefined) held = 0;
      else if (start > 0 || held === 0) keep(rest);
      else held = rest.length;
      if (held === 0 && storage.length > 65_536) storage = Buffer.alloc(0);
    },
    get broken() {
      return broken;
    },
    get heldBytes() {
      return held;
    },
  };
}
