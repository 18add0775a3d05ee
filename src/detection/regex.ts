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

function linearSearch(spec: RegexSpec): Search {
  const pattern = RE2JS.compile(linearSource(spec.source, spec.flags), linearFlags(spec.flags));
  return (text) => {
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

/** Searches window by window; a pattern tied to the start or end is tried only where that is the text's own. */
function windowed(search: Search, spec: RegexSpec): Search {
  return (text) => {
    if (text.length <= WINDOW) return search(text);
    for (let start = 0; start < text.length; start += WINDOW - OVERLAP) {
      const last = start + WINDOW >= text.length;
      if ((start === 0 || !spec.anchoredStart) && (last || !spec.anchoredEnd)) {
        const found = search(text.slice(start, start + WINDOW));
        if (found !== undefined) return { start: found.start + start, end: found.end + start };
      }
      if (last) break;
    }
    return undefined;
  };
}

/** A search that compiles its pattern when first used. The pattern must be one that the rule compiler accepted. */
export function createSearch(spec: RegexSpec): Search {
  let search: Search | undefined;
  return (text) => {
    search ??= windowed(spec.native ? nativeSearch(spec) : linearSearch(spec), spec);
    return search(text);
  };
}

/** How a pattern is named in the kept verdicts of recheck. */
export const verdictKey = (source: string, flags: string): string => `/${source}/${flags}`;
