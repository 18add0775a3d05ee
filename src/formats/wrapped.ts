import { msg } from '../lang/lang.ts';
import type { Entry, Span, TextField } from '../model/entry.ts';
import { apacheError } from './apache-error.ts';
import { createApplicationParser } from './application.ts';
import { createCombinedParser } from './combined.ts';
import { createDjangoParser } from './django.ts';
import { type Draft, draft, putVerbatim } from './draft.ts';
import { fail2ban, fail2banEntry } from './fail2ban.ts';
import { type FormatContext, isRejection, type LineParser, type Rejection } from './format.ts';
import { createHaproxyParser } from './haproxy.ts';
import { createJsonParser } from './json.ts';
import { createLogfmtParser } from './logfmt.ts';
import { nginxError } from './nginx-error.ts';
import { putPeer } from './put-peer.ts';
import { parseSshd, SSHD_PROGRAMS } from './sshd.ts';

/** A message taken out of the line that carried it. */
export interface Unwrapped {
  readonly text: string;
  readonly timeMs: number | undefined;
  readonly program: string;
  readonly level: string;
  /** Moves places in `text` to places in the line; undefined when the text stands nowhere in it as such. */
  place(spans: Entry['spans']): Entry['spans'];
}

export interface Wrapper {
  unwrap(line: string): Unwrapped | Rejection;
  /** Refuse a line whose message is of no known format: for wrappers that could be anything. */
  readonly strict: boolean;
}

const UNKNOWN: Rejection = { reason: msg('a known head, but no known format behind it') };

/** Parses what a wrapper carries: sshd and fail2ban by their program's name, everything else by trying, the last success first. */
export function createWrappedParser(context: FormatContext, wrapper: Wrapper): LineParser {
  const inner = createInner(context);
  return {
    parse(line): Entry | Rejection {
      const unwrapped = wrapper.unwrap(line);
      if ('reason' in unwrapped) return unwrapped;
      const entry = inner.parse(unwrapped);
      if (entry === undefined) return wrapper.strict ? UNKNOWN : rewrap(textEntry(unwrapped), line, unwrapped);
      return rewrap(entry, line, unwrapped);
    },
    continues(line) {
      const unwrapped = wrapper.unwrap(line);
      return !('reason' in unwrapped) && inner.continues(unwrapped);
    },
  };
}

function createInner(context: FormatContext): { parse(message: Unwrapped): Entry | undefined; continues(message: Unwrapped): boolean } {
  const parsers: LineParser[] = [
    createCombinedParser(context),
    createJsonParser(context),
    createHaproxyParser(context),
    nginxError.create(context),
    apacheError.create(context),
    fail2ban.create(context),
    createDjangoParser(context),
    createLogfmtParser(context),
    createApplicationParser(context, true),
  ];
  let last: LineParser | undefined;
  let lastProgram = '';
  return {
    parse({ text, program }) {
      lastProgram = program;
      if (SSHD_PROGRAMS.has(program)) return parseSshd(text);
      if (program.startsWith('fail2ban')) return bareFail2ban(text);
      const first = last?.parse(text);
      if (first !== undefined && !isRejection(first)) return first;
      for (const parser of parsers) {
        const entry = parser === last ? undefined : parser.parse(text);
        if (entry === undefined || isRejection(entry)) continue;
        last = parser;
        return entry;
      }
      last = undefined;
      return undefined;
    },
    continues: ({ text, program }) => program === lastProgram && (last?.continues?.(text) ?? false),
  };
}

/** Through syslog fail2ban leaves out its time: `NOTICE [sshd] Ban 1.2.3.4`. */
function bareFail2ban(text: string): Entry {
  const level = /^\s{0,8}([A-Z]{4,8})\s{1,8}/.exec(text);
  return fail2banEntry(text, level?.[0].length ?? 0, { timeMs: undefined, level: level?.[1] ?? '' });
}

function textEntry({ text }: Unwrapped): Draft {
  const entry = draft('application', text);
  putVerbatim(entry, 'message', 0, text.length);
  putPeer(entry, 0);
  return entry;
}

/** The entry as one of the whole line. A request keeps its own time, which has a zone; anything else takes the wrapper's. */
function rewrap(entry: Entry, line: string, { timeMs, program, level, place }: Unwrapped): Entry {
  const own = entry.kind === 'http' ? (entry.timeMs ?? timeMs) : (timeMs ?? entry.timeMs);
  return { ...entry, raw: line, timeMs: own, program: entry.program || program, level: entry.level || level, spans: place(entry.spans) };
}

/** Places for text that stands in the line verbatim from `by` on. */
export const placeBy =
  (by: number): Unwrapped['place'] =>
  (spans) => {
    const moved: Partial<Record<TextField, Span>> = {};
    for (const [field, span] of Object.entries(spans)) moved[field as TextField] = { start: span.start + by, end: span.end + by };
    return moved;
  };

/** Severity words of syslog (RFC 5424, table 2), by the low three bits of a priority. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
export const severityWord = (priority: number): string => SEVERITIES[priority & 7] ?? '';
