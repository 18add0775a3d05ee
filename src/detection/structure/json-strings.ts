/** Strings of one value at most; what lies beyond is judged as part of the whole. */
const MAX_STRINGS = 256;
const MAX_DEPTH = 32;
const BEGINS = /^\s*[[{]/;

/**
 * The names and texts in a value that is JSON as a whole (RFC 8259), or undefined for one that is none: an application reads it as data, so
 * that its own quotes and braces break out of nothing, and only what stands inside its strings may.
 */
export function jsonStrings(text: string): readonly string[] | undefined {
  if (!BEGINS.test(text)) return undefined;
  const value = parsed(text) ?? parsed(repaired(text));
  if (value === undefined) return undefined;
  const found: string[] = [];
  return collect(value, found, 0) ? found : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Control characters and backslashes that a careless client did not escape. */
const repaired = (text: string): string =>
  text.replace(/\\(?:["\\/bfnrt]|u[0-9a-f]{4})|\\/gi, (found) => (found === '\\' ? '\\\\' : found)).replace(/[\0-\x1f]/g, ' ');

/** False when there is more than may be looked at. */
function collect(value: unknown, found: string[], depth: number): boolean {
  if (typeof value === 'string') return found.push(value) <= MAX_STRINGS;
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => collect(item, found, depth + 1));
  return Object.entries(value).every(([name, item]) => found.push(name) <= MAX_STRINGS && collect(item, found, depth + 1));
}
