import type { RejectedLine } from '../protocol.ts';

const MAX_REJECTED = 500;
const MAX_TEXT = 400;

/** The latest lines that fitted no format, with the reason, newest first when listed. */
export interface RejectedLines {
  add(line: RejectedLine): void;
  list(): RejectedLine[];
}

export function createRejectedLines(): RejectedLines {
  const held: RejectedLine[] = [];
  return {
    add(line) {
      held.push({ ...line, text: line.text.slice(0, MAX_TEXT) });
      if (held.length > MAX_REJECTED) held.shift();
    },
    list: () => held.toReversed(),
  };
}
