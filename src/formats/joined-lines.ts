import type { Entry } from '../model/entry.ts';

/** Bounds of one entry's joined text; what goes beyond starts an entry of its own. */
const MAX_JOINED_LINES = 200;
const MAX_JOINED_CHARACTERS = 65_536;

/** An entry that waits for the lines that may continue it. */
export interface JoinedLines {
  /** False when the line no longer fits. */
  add(line: string): boolean;
  /** The entry with all lines in `raw` and `message`. */
  finish(): Entry;
}

export function joinLines(first: Entry): JoinedLines {
  const lines: string[] = [];
  let characters = first.raw.length;
  return {
    add(line) {
      if (lines.length + 1 >= MAX_JOINED_LINES || characters + line.length + 1 > MAX_JOINED_CHARACTERS) return false;
      lines.push(line);
      characters += line.length + 1;
      return true;
    },
    finish() {
      if (lines.length === 0) return first;
      const tail = `\n${lines.join('\n')}`;
      const raw = first.raw + tail;
      const { message } = first.spans;
      const verbatim = message !== undefined && message.end === first.raw.length && first.message === first.raw.slice(message.start);
      const { message: _, ...others } = first.spans;
      const spans = verbatim ? { ...others, message: { start: message.start, end: raw.length } } : others;
      return { ...first, raw, message: first.message + tail, spans };
    },
  };
}
