import type { ProgramLine, ProgramReader } from './program-command.ts';
import { MAX_LINE_BYTES } from './split-rules.ts';

/** A message of journald's own limit (LineMax=48K in journald.conf(5)) of which each byte is a number, and room for longer ones that came through its socket. */
export const MAX_ENTRY_BYTES = 1_048_576;
/** What the other fields of a shortened entry may need. */
const MAX_MESSAGE = MAX_LINE_BYTES - 4096;
/** Where an entry stands in the journal (systemd.journal-fields(7)); its text holds no quotes. */
const CURSOR = /"__CURSOR"\s?:\s?"([\w=;]{20,256})"/;
/** A text that holds these has its quotes escaped. */
const ARRAY_MESSAGE = /"MESSAGE"\s?:\s?\[/;
/** What is kept of an entry that has to be written anew. */
const KEPT = ['_HOSTNAME', '_SYSTEMD_UNIT', '_COMM', '_PID', 'SYSLOG_IDENTIFIER', 'PRIORITY', '__REALTIME_TIMESTAMP', '__CURSOR'];
const MAX_KEPT = 256;

/** Reads `journalctl -o json`, one entry a line. */
export function createJournalReader(mark: string): ProgramReader {
  let last = mark;
  let from = '';
  return {
    read(line) {
      const cursor = CURSOR.exec(line)?.[1];
      if (cursor === undefined) return { text: line.slice(0, MAX_LINE_BYTES), cut: line.length > MAX_LINE_BYTES };
      // The first line of a run stands at its beginning, or behind where that was, when the journal no longer holds it.
      const repeated = cursor === from;
      from = '';
      last = cursor;
      return repeated ? 'repeated' : { ...plainEntry(line), place: cursor };
    },
    resume() {
      from = last;
      return last === '' ? undefined : { from: last };
    },
    get mark() {
      return last;
    },
  };
}

/**
 * journalctl writes a message that is no printable UTF-8 as an array of its bytes, several messages of one entry as an array of them. Here it becomes one
 * text, in which the bytes that are not ASCII's printable ones stand as `\xHH`: readable, nothing lost, and of a length that fits into a line.
 */
function plainEntry(line: string): Pick<ProgramLine, 'text' | 'cut'> {
  const isLong = line.length > MAX_LINE_BYTES;
  if (!isLong && !ARRAY_MESSAGE.test(line)) return { text: line };
  const entry = entryOf(line);
  if (entry === undefined) return { text: line.slice(0, MAX_LINE_BYTES), cut: isLong };
  const message = messageText(entry['MESSAGE']);
  const fields = KEPT.flatMap((name) => {
    const value = entry[name];
    return typeof value === 'string' ? [`"${name}":${JSON.stringify(value.slice(0, MAX_KEPT))}`] : [];
  });
  const cut = message.length > MAX_MESSAGE;
  return { text: `{${[...fields, `"MESSAGE":"${cut ? firstPart(message) : message}"`].join(',')}}`, cut };
}

function entryOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? { ...entry } : undefined;
  } catch {
    return undefined;
  }
}

/** As the inside of a JSON string. */
function messageText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
  if (!Array.isArray(value)) return '';
  const isByte = (item: unknown): item is number => typeof item === 'number';
  if (value.every(isByte)) return value.map(escapedByte).join('');
  return value.map((item: unknown) => (isByte(item) ? escapedByte(item) : messageText(item))).join('\\n');
}

function escapedByte(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return byte === 0x0a ? '\\n' : `\\x${(byte & 0xff).toString(16).padStart(2, '0')}`;
}

/** The first part of it; no escape is torn apart. */
function firstPart(message: string): string {
  let at = 0;
  while (at < Math.min(message.length, MAX_MESSAGE)) {
    const letter = message[at] === '\\' ? message[at + 1] : undefined;
    at += letter === undefined ? 1 : letter === 'u' ? 6 : letter === 'x' ? 4 : 2;
  }
  return message.slice(0, at);
}
