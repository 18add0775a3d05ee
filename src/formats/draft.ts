import { isIP } from 'node:net';
import type { Entry, EntryKind, Span, TextField } from '../model/entry.ts';
import { unescapeField } from './escapes.ts';

/** An entry being filled in; every parser starts from one, so that all entries have the same shape. */
export type Draft = { -readonly [K in keyof Entry]: K extends 'spans' ? Partial<Record<TextField, Span>> : Entry[K] };

export const draft = (kind: EntryKind, raw: string): Draft => ({
  kind,
  raw,
  timeMs: undefined,
  address: '',
  method: '',
  target: '',
  protocol: '',
  status: 0,
  bytes: -1,
  referer: '',
  userAgent: '',
  user: '',
  host: '',
  durationMs: -1,
  forwardedFor: '',
  message: '',
  program: '',
  level: '',
  spans: {},
});

/** Sets a field from a range of the raw line, undoing its escapes, and remembers the range. `-` and nothing leave it absent. */
export function put(entry: Draft, field: TextField, start: number, end: number): void {
  if (end <= start || (end === start + 1 && entry.raw.charCodeAt(start) === 45)) return;
  entry[field] = unescapeField(entry.raw.slice(start, end));
  entry.spans[field] = { start, end };
}

/** Sets a field from a range of the raw line as it stands, without undoing escapes. */
export function putVerbatim(entry: Draft, field: TextField, start: number, end: number): void {
  if (end <= start) return;
  entry[field] = entry.raw.slice(start, end);
  entry.spans[field] = { start, end };
}

/** Sets an address or host field without brackets, quotes and port. */
export function putAddress(entry: Draft, field: 'address' | 'host', start: number, end: number): void {
  const span = addressSpan(entry.raw, start, end);
  put(entry, field, span.start, span.end);
}

/** Where the bare address stands in `1.2.3.4`, `1.2.3.4:80`, `[::1]`, `[::1]:80`, `"1.2.3.4"`, `example.org:443`, `unix:`. */
export function addressSpan(text: string, from: number, to: number): Span {
  const quoted = text.charCodeAt(from) === 34;
  const start = quoted ? from + 1 : from;
  const end = quoted && to > start && text.charCodeAt(to - 1) === 34 ? to - 1 : to;
  if (text.charCodeAt(start) === 91) {
    const close = text.indexOf(']', start);
    if (close > start && close < end) return { start: start + 1, end: close };
  }
  let colon = end - 1;
  while (colon > start && isDigit(text.charCodeAt(colon))) colon -= 1;
  const portOnly = colon > start && colon < end - 1 && text.charCodeAt(colon) === 58;
  if (portOnly && text.indexOf(':', start) === colon) return { start, end: colon };
  return { start, end };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** True for four decimal numbers up to 255: what nearly every line starts with, so it is looked for first, and by hand. */
function isIpv4(text: string, from: number, to: number): boolean {
  let part = -1;
  let dots = 0;
  for (let i = from; i < to; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46 && part >= 0) {
      dots += 1;
      part = -1;
    } else if (isDigit(code) && part !== 0) {
      part = part < 0 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return false;
    } else return false;
  }
  return dots === 3 && part >= 0;
}

/** True for an IPv4 or IPv6 address, perhaps with brackets, quotes or port, or nginx's `unix:`. */
export function isAddressAt(text: string, from: number, to: number): boolean {
  if (to - from > 64 || to <= from) return false;
  if (isIpv4(text, from, to)) return true;
  const { start, end } = addressSpan(text, from, to);
  let marks = 0;
  for (let i = start; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46 || code === 58) marks += 1;
    else if (code === 37) break;
    else if (!isDigit(code) && !((code | 32) >= 97 && (code | 32) <= 102)) return text.startsWith('unix:', start);
  }
  return marks >= 2 && isIP(text.slice(start, end)) !== 0;
}
