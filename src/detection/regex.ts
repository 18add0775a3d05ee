import { RE2JS } from 're2js';

/** One place where a pattern matched. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** A compiled pattern; linear in the text whatever the text is. */
export type Search = (text: string) => Found | undefined;

export interface RegexSpec {
  readonly source: string;
  /** Of `i`, `m`, `s`. */
  readonly flags: string;
  /** Proved linear: runs in V8. */
  readonly native: boolean;
  readonly anchoredStart: boolean;
  readonly anchoredEnd: boolean;
}

/** Texts longer than this are searched in windows that overlap by {@link OVERLAP}. */
export const WINDOW = 8192;
export const OVERLAP = 1024;

function nativeSearch(spec: RegexSpec): Search {
  const pattern = new RegExp(spec.source, spec.flags);
  return (text) => {
    const match = pattern.exec(text);
    return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
  };
}

function linearFlags(flags: string): number {
  return (
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0)
  );
}

/** `\s` and `.` in JavaScript's sense, and `\u2460`, as re2 writes them. */
const SPACES = '\\s\\v\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_BREAK = '[^\\n\\r\\x{2028}\\x{2029}]';
const TOKEN = /\\(?:u([0-9a-f]{4})|[\s\S])|[[\].]|[^\\[\].]+/gi;

/** A pattern as re2 must read it to mean what it means in JavaScript. */
function linearSource(source: string, flags: string): string {
  let inClass = false;
  return source.replace(TOKEN, (token, code?: string) => {
    if (code !== undefined) return `\\x{${code}}`;
    if (token === '\\s') return inClass ? SPACES : `[${SPACES}]`;
    if (token === '\\S' && !inClass) return `[^${SPACES}]`;
    if (token === '.' && !inClass && !flags.includes('s')) return NO_BREAK;
    if (token === '[' && inClass) return '\\[';
    if (token === '[') inClass = true;
    else if (token === ']') inClass = false;
    return token;
  });
}

/** Bytes that the states which re2 remembers of one pattern may take; its own default of 8 MiB is too much for hundreds of patterns. */
const STATES_BYTES = 512 * 1024;

function limitMemory(pattern: RE2JS): void {
  const { dfa } = pattern.re2();
  dfa.stateBudget = Math.min(dfa.stateBudget, STATES_BYTES);
  dfa.memBudget = Math.min(dfa.memBudget, STATES_BYTES);
}

function linearSearch(spec: RegexSpec): Search {
  const pattern = RE2JS.compile(linearSource(spec.source, spec.flags), linearFlags(spec.flags));
  limitMemory(pattern);
  return (text) => {
    if (!pattern.test(text)) return undefined;
    const matcher = pattern.matcher(text);
    return matcher.find() ? { start: matcher.start(), end: matcher.end() } : undefined;
  };
}

/** Why re2 cannot take a pattern; undefined when it can. */
export function refusalOf(source: string, flags: string): string | undefined {
  try {
    RE2JS.compile(linearSource(source, flags), linearFlags(flags));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A search that compiles its pattern when first used. The pattern must be one that the rule compiler accepted. */
export function createSearch(spec: RegexSpec): Search {
  let search: Search | undefined;
  return (text) => {
    search ??= spec.native ? nativeSearch(spec) : linearSearch(spec);
    return search(text);
  };
}

/** A piece of a long text. */
export interface Window {
  readonly start: number;
  readonly text: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Pieces of at most {@link WINDOW} characters that overlap by {@link OVERLAP}. */
export function windowsOf(text: string): readonly Window[] {
  const windows: Window[] = [];
  for (let start = 0; windows.at(-1)?.isLast !== true; start += WINDOW - OVERLAP)
    windows.push({ start, text: text.slice(start, start + WINDOW), isFirst: start === 0, isLast: start + WINDOW >= text.length });
  return windows;
}

/** How a pattern is named in the kept verdicts of recheck. */
export const verdictKey = (source: string, flags: string): string => `/${source}/${flags}`;
