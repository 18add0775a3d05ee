import { messageLine } from '../listen/octet-frames.ts';
import { MAX_LINE_BYTES } from '../split-rules.ts';
import type { Event } from './forward.ts';

/** Where collectors put the line that they read. */
const TEXTS = ['log', 'message', 'MESSAGE', 'msg'];
/** What tells which program wrote the line, so that the line alone would say too little; or shows that a collector parsed the line into fields. */
const TELLING = new Set(
  'ident SYSLOG_IDENTIFIER _COMM program appname app_name process.name logger method path uri url request status code verb request_uri'.split(
    ' ',
  ),
);

/** A line, and whether it was cut at 64 KiB. */
export interface RecordLine {
  readonly line: string;
  readonly cut: boolean;
}

/**
 * The line of a record: its `log` or `message` where that is the line as it was read, else the record as JSON, for the JSON formats. A journal entry gets
 * the time that journald's own JSON would have.
 */
export function recordLine(event: Event): RecordLine {
  const line = lineOf(event);
  if (line.length <= MAX_LINE_BYTES / 3) return { line, cut: false };
  const bytes = Buffer.from(line);
  return bytes.length <= MAX_LINE_BYTES ? { line, cut: false } : { line: bytes.toString('utf8', 0, MAX_LINE_BYTES), cut: true };
}

function lineOf({ record, seconds }: Event): string {
  const text = TEXTS.map((name) => record[name]).find((value) => typeof value === 'string');
  if (typeof text === 'string' && !Object.keys(record).some((name) => TELLING.has(name))) return messageLine(text);
  const isJournal = typeof record['MESSAGE'] === 'string' && record['__REALTIME_TIMESTAMP'] === undefined && seconds !== undefined;
  const whole = isJournal ? { ...record, __REALTIME_TIMESTAMP: String(Math.round(seconds * 1e6)) } : record;
  return JSON.stringify(whole);
}
