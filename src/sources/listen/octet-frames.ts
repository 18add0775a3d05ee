import { HeldLine } from '../byte-splitter.ts';
import { MAX_LINE_BYTES, type SplitLines } from '../split-rules.ts';

const SPACE = 32;
const MAX_DIGITS = 8;

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 48 && code <= 57;

/** A syslog message with its own end taken off; line feeds inside become `\n`, so that a message stays one line. */
export function messageLine(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end -= 1;
  const line = text.slice(0, end);
  return line.includes('\n') ? line.replaceAll('\r\n', '\\n').replaceAll('\n', '\\n') : line;
}

/** What some senders put between messages: LF, CR, NUL. */
const isFiller = (code: number | undefined): boolean => code === 10 || code === 13 || code === 0;

/** Messages that are counted in bytes: `83 <34>1 2003-10-11T22:14:15Z …` (RFC 6587, section 3.4.1). */
export interface OctetFrames {
  push(chunk: Buffer): SplitLines;
  /** What came of a message that never became complete. */
  end(): SplitLines;
  /** Bytes that belong to no frame: the framing is broken from there on. */
  rest(): Buffer | undefined;
  readonly heldBytes: number;
}

export function createOctetFrames(): OctetFrames {
  const held = new HeldLine();
  let digits = '';
  /** Bytes of the message that are still to come; 0: a count is read. */
  let need = 0;
  let rest: Buffer | undefined;
  const readCount = (chunk: Buffer, from: number): number => {
    let at = from;
    while (digits === '' && at < chunk.length && isFiller(chunk[at])) at += 1;
    while (at < chunk.length && isDigit(chunk[at]) && digits.length < MAX_DIGITS) digits += String.fromCharCode(chunk[at++] ?? 0);
    if (at >= chunk.length) return at;
    if (chunk[at] !== SPACE || digits === '') {
      rest = Buffer.concat([Buffer.from(digits), chunk.subarray(at)]);
      return chunk.length;
    }
    need = Number(digits);
    digits = '';
    return at + 1;
  };
  const readMessage = (chunk: Buffer, from: number, into: { lines: string[]; cut: number }): number => {
    const end = Math.min(chunk.length, from + need);
    need -= end - from;
    if (need === 0 && held.length === 0 && end - from <= MAX_LINE_BYTES) into.lines.push(messageLine(chunk.toString('utf8', from, end)));
    else {
      held.add(chunk.subarray(from, end));
      if (need > 0) return end;
      const { text, cut } = held.take();
      into.lines.push(messageLine(text));
      if (cut) into.cut += 1;
    }
    return end;
  };
  return {
    push(chunk) {
      const into = { lines: [] as string[], cut: 0 };
      let at = 0;
      while (at < chunk.length && rest === undefined) at = need > 0 ? readMessage(chunk, at, into) : readCount(chunk, at);
      return into;
    },
    end() {
      if (held.length === 0) return { lines: [], cut: 0 };
      return { lines: [messageLine(held.take().text)], cut: 1 };
    },
    rest: () => rest,
    get heldBytes() {
      return Math.min(held.length, MAX_LINE_BYTES);
    },
  };
}

/**
 * Whether a connection begins with a count: digits, a space, and the `<` of a priority. Undefined while too few bytes are there to tell. The first
 * bytes decide for the whole connection (RFC 6587 lets nobody change), so that no text inside a line is ever taken for a count.
 */
export function beginsWithCount(bytes: Buffer): boolean | undefined {
  let at = 0;
  while (at < MAX_DIGITS && isDigit(bytes[at])) at += 1;
  if (at === 0 || bytes[0] === 48) return bytes.length === 0 ? undefined : false;
  if (bytes.length > at && bytes[at] !== SPACE) return false;
  if (bytes.length > at + 1) return bytes[at + 1] === 60;
  return undefined;
}
