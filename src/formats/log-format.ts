import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { combined, common, vhostCombined } from './combined.ts';
import { type Draft, draft, put, putAddress } from './draft.ts';
import { unescapeField } from './escapes.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { apacheTokens, nginxTokens, type Token } from './log-format-tokens.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { compileStrftime, type PatternReader } from './strftime.ts';
import { createTimeReader, epochMs, type TimeReader } from './time.ts';

/** Why a `--log-format` cannot be used: one sentence for the person who wrote it. */
export interface LogFormatError {
  readonly error: string;
}

type Variable = Exclude<Token, { literal: string }>;
type Reader = Variable & { readonly pattern?: PatternReader };
/** A variable and the literal that ends it; `''`: the end of the line. */
interface Step {
  readonly variable: Reader;
  readonly until: string;
}

/** Tries at placing variables before a line is given up: a field may hold the literal that ends it. */
const MAX_TRIES = 256;
const QUOTE = 34;
const REJECTED: Rejection = { reason: msg('does not fit the given log format') };
const NAMED: ReadonlyMap<string, Format> = new Map([combined, common, vhostCombined].map((format) => [format.id, format]));

/**
 * Compiles what `--log-format` is given: `combined`, `common`, `vhost_combined`, an nginx `log_format` string, an Apache `LogFormat` string, or such a
 * directive as it stands in the configuration. A variable ends where the literal behind it begins; two variables with nothing between them are an error.
 */
export function logFormat(text: string): Format | LogFormatError {
  const given = text.trim();
  const named = NAMED.get(given);
  if (named !== undefined) return named;
  const layout = layoutOf(given);
  const isNginx = /\$\{?\w/.test(layout);
  const tokens = isNginx ? nginxTokens(layout) : apacheTokens(layout);
  if (!tokens.some((token) => 'slot' in token)) {
    return {
      error: `expected a name (${[...NAMED.keys()].join(', ')}), nginx variables ($remote_addr) or Apache directives (%h), got ${JSON.stringify(given.slice(0, 80))}`,
    };
  }
  const steps = compile(tokens);
  return 'error' in steps ? steps : formatOf(steps, isNginx);
}

/** The format string in a pasted directive, its own quotes and backslashes undone; anything else as it stands. */
function layoutOf(given: string): string {
  const nginx = /^log_format\s+\S+\s+(?:escape=\w+\s+)?/.exec(given);
  if (nginx !== null) {
    const pieces = [...given.slice(nginx[0].length).matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)];
    return pieces.map((piece) => unquote(piece[1] ?? piece[2] ?? '')).join('');
  }
  const apache = /^(?:LogFormat|CustomLog\s+\S+)\s+"((?:[^"\\]|\\.)*)"/i.exec(given);
  return unquote(apache?.[1] ?? given);
}

const unquote = (text: string): string => text.replace(/\\(["'\\])/g, '$1').replaceAll('\\t', '\t');

interface Compiled {
  readonly head: string;
  readonly steps: readonly Step[];
}

function compile(tokens: readonly Token[]): Compiled | LogFormatError {
  const steps: Step[] = [];
  const [first] = tokens;
  const head = first !== undefined && 'literal' in first ? first.literal : '';
  for (const [i, token] of tokens.entries()) {
    if ('literal' in token) continue;
    const next = tokens[i + 1];
    if (next !== undefined && !('literal' in next)) {
      return {
        error: `${token.name} and ${next.name} (character ${next.at + 1}) touch: with nothing between them it cannot be told where one ends`,
      };
    }
    const pattern = token.strftime === undefined ? undefined : compileStrftime(token.strftime);
    if (token.strftime !== undefined && pattern === undefined) {
      return {
        error: `${token.name} (character ${token.at + 1}): expected sec, msec, usec or a time of %Y %m %d %H %M %S %b %y %e %F %T %R %D %z`,
      };
    }
    steps.push({ variable: pattern === undefined ? token : { ...token, pattern }, until: next?.literal ?? '' });
  }
  return { head, steps };
}

function formatOf(compiled: Compiled, isNginx: boolean): Format {
  const create = (context: FormatContext): LineParser => {
    const times = createTimeReader(context);
    return { parse: (line) => parseBy(compiled, line, { times, context }) };
  };
  return { id: 'log_format', title: isNginx ? 'nginx log_format' : 'Apache LogFormat', score: scoreByParsing(create), create };
}

interface Surroundings {
  readonly times: TimeReader;
  readonly context: FormatContext;
}

function parseBy({ head, steps }: Compiled, line: string, { times, context }: Surroundings): Entry | Rejection {
  if (!line.startsWith(head)) return REJECTED;
  const ends = place(line, head.length, { steps, times });
  if (ends === undefined) return REJECTED;
  const entry = draft('http', line);
  const extra: Extra = { query: '', peer: '' };
  let start = head.length;
  for (const [i, { variable, until }] of steps.entries()) {
    const end = ends[i] ?? start;
    fill(entry, variable, { start, end, times, extra });
    start = end + until.length;
  }
  finish(entry, extra);
  putClient(entry, context.isTrustedProxy);
  return entry;
}

/** Where each variable ends: the first place of its literal at which everything behind it fits too. */
function place(line: string, from: number, { steps, times }: { steps: readonly Step[]; times: TimeReader }): number[] | undefined {
  let tries = 0;
  const ends: number[] = [];
  const at = (i: number, start: number): boolean => {
    const step = steps[i];
    if (step === undefined) return true;
    let end = literalAt(line, start, step.until);
    while (end >= 0 && tries < MAX_TRIES) {
      tries += 1;
      ends[i] = end;
      if (fits(line, step.variable, { start, end, times }) && at(i + 1, end + step.until.length)) return true;
      if (step.until === '') return false;
      end = literalAt(line, end + 1, step.until);
    }
    return false;
  };
  return at(0, from) ? ends : undefined;
}

/** The literal's next place; one that starts with a quote ends a quoted field, so that quote must not be escaped. */
function literalAt(line: string, from: number, literal: string): number {
  if (literal === '') return line.length;
  let at = line.indexOf(literal, from);
  while (at >= 0 && literal.charCodeAt(0) === QUOTE && isEscaped(line, from, at)) at = line.indexOf(literal, at + 1);
  return at;
}

function isEscaped(line: string, from: number, at: number): boolean {
  let slashes = 0;
  while (at - slashes > from && line.charCodeAt(at - slashes - 1) === 92) slashes += 1;
  return slashes % 2 === 1;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly times: TimeReader;
}

/** Whether the text can be what the variable holds: this is what finds the right one of several literals. */
function fits(line: string, { slot, pattern }: Reader, { start, end, times }: Range): boolean {
  if (slot === 'time') return readTime(line.slice(start, Math.min(end, start + 64)), times, pattern) !== undefined;
  if (slot === 'status') return /^(?:\d{3}|-)$/.test(line.slice(start, Math.min(end, start + 4)));
  if (slot === 'bytes' || slot === 'micros' || slot === 'millis')
    return /^(?:\d{1,18}|-)$/.test(line.slice(start, Math.min(end, start + 19)));
  if (slot === 'seconds') return /^(?:\d{1,12}(?:\.\d{1,9})?|-)$/.test(line.slice(start, Math.min(end, start + 24)));
  return true;
}

function readTime(text: string, times: TimeReader, pattern: PatternReader | undefined): number | undefined {
  return pattern === undefined ? (times.clf(text, 0) ?? times.iso(text, 0)?.ms ?? epochMs(text)) : pattern(text, times);
}

interface Extra {
  query: string;
  peer: string;
}

function fill(entry: Draft, { slot, pattern }: Reader, { start, end, times, extra }: Range & { extra: Extra }): void {
  const text = (): string => entry.raw.slice(start, end);
  if (slot === 'request') putRequest(entry, start, end);
  else if (slot === 'time') entry.timeMs = readTime(text(), times, pattern);
  else if (slot === 'status') entry.status = Number(text()) || 0;
  else if (slot === 'bytes') entry.bytes = text() === '-' ? entry.bytes : Number(text());
  else if (slot === 'seconds' || slot === 'millis' || slot === 'micros') entry.durationMs = milliseconds(text(), slot);
  else if (slot === 'query') extra.query = unescapeField(text());
  else if (slot === 'peer') extra.peer = text();
  else if (slot === 'address') putAddress(entry, 'address', start, end);
  else if (slot === 'host') putFirst(entry, start, end);
  else if (slot === 'path') putPath(entry, start, end);
  else if (slot !== 'skip') put(entry, slot, start, end);
}

const MILLISECONDS = { seconds: 1000, millis: 1, micros: 0.001 };
const milliseconds = (text: string, unit: keyof typeof MILLISECONDS): number =>
  text === '-' || text === '' ? -1 : Math.round(Number(text) * MILLISECONDS[unit] * 1e6) / 1e6;

function putFirst(entry: Draft, start: number, end: number): void {
  if (entry.host === '') putAddress(entry, 'host', start, end);
}

/** A path without its query counts only where the whole target is not logged. */
function putPath(entry: Draft, start: number, end: number): void {
  if (entry.target === '') put(entry, 'target', start, end);
}

/** A query of its own goes behind the path: the target then stands nowhere in the line as such. */
function finish(entry: Draft, { query, peer }: Extra): void {
  if (entry.address === '' && peer !== '' && peer !== '-') entry.address = peer;
  const bare = query.startsWith('?') ? query.slice(1) : query;
  if (bare === '' || bare === '-' || entry.target === '' || entry.target.includes('?')) return;
  entry.target += `?${bare}`;
  delete entry.spans.target;
}
