import { type Draft, put } from './draft.ts';

/** True for what stands where a method stands: 1–32 letters, `-` or `_` (RFC 9110 tokens, less what no method uses). */
function isMethod(text: string, start: number, end: number): boolean {
  if (end <= start || end - start > 32) return false;
  for (let i = start; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (!((code | 32) >= 97 && (code | 32) <= 122) && code !== 45 && code !== 95) return false;
  }
  return !(end === start + 1 && text.charCodeAt(start) === 45);
}

/**
 * Splits a request line in `entry.raw`: the method is the first word, the protocol the last when it starts with `HTTP/`, the target all
 * between, spaces included; HTTP/0.9 has no protocol. Anything else (TLS bytes, garbage) becomes the target whole. JSON's `HTTP\/1.1` counts too.
 */
export function putRequest(entry: Draft, start: number, end: number): void {
  const raw = entry.raw;
  const space = raw.indexOf(' ', start);
  if (space < 0 || space >= end || !isMethod(raw, start, space)) {
    put(entry, 'target', start, end);
    return;
  }
  const last = raw.lastIndexOf(' ', end - 1);
  const versioned = raw.startsWith('HTTP/', last + 1) || raw.startsWith('HTTP\\/', last + 1);
  put(entry, 'method', start, space);
  put(entry, 'target', space + 1, versioned ? last : end);
  if (versioned) put(entry, 'protocol', last + 1, end);
}
