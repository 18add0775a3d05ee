import { dropCarriageReturn, MAX_LINE_BYTES } from '../split-rules.ts';
import { messageLine } from './octet-frames.ts';

const MAX_BYTES = 16_777_216;
/** Lines of one batch, about. */
const MOST_TAKEN = 1024;
const LESS_THAN = 60;

/** Lines of one sender that came one after the other. */
export interface DatagramRun {
  readonly address: string;
  readonly lines: readonly string[];
  readonly bytes: number;
}

/** Datagrams that wait to be read: 16 MiB, those beyond are dropped and counted. UDP cannot be told to wait. */
export interface DatagramQueue {
  push(bytes: Buffer, address: string): void;
  take(): DatagramRun | undefined;
  /** Datagrams dropped since the last call. */
  takeDropped(): number;
}

export function createDatagramQueue(maxBytes = MAX_BYTES): DatagramQueue {
  let waiting: { readonly bytes: Buffer; readonly address: string }[] = [];
  let head = 0;
  let held = 0;
  let dropped = 0;
  const shift = () => {
    const first = waiting[head];
    if (first === undefined) return undefined;
    head += 1;
    held -= cost(first.bytes);
    if (head >= 4096 && head * 2 >= waiting.length) {
      waiting = waiting.slice(head);
      head = 0;
    }
    return first;
  };
  return {
    push(bytes, address) {
      if (held + cost(bytes) > maxBytes) {
        dropped += 1;
        return;
      }
      held += cost(bytes);
      waiting.push({ bytes, address });
    },
    take() {
      const address = waiting[head]?.address;
      if (address === undefined) return undefined;
      const lines: string[] = [];
      let bytes = 0;
      while (lines.length < MOST_TAKEN && bytes < MAX_LINE_BYTES && waiting[head]?.address === address) {
        const datagram = shift();
        if (datagram === undefined) break;
        bytes += datagram.bytes.length;
        for (const line of datagramLines(datagram.bytes)) lines.push(line);
      }
      return { address, lines, bytes };
    },
    takeDropped() {
      const count = dropped;
      dropped = 0;
      return count;
    },
  };
}

/** What a datagram costs in memory: its bytes, and what holds them. */
const cost = (bytes: Buffer): number => bytes.length + 256;

/** A syslog datagram is one message (RFC 5426, section 3.1), to which some senders add a NUL; any other holds a line or several. */
function datagramLines(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  if (bytes[0] === LESS_THAN) return [messageLine(text.endsWith('\0') ? text.slice(0, -1) : text)];
  const lines = text.split('\n').map(dropCarriageReturn);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
