import { isIP } from 'node:net';
import type { Span } from '../model/entry.ts';
import type { Draft } from './draft.ts';
import { addressSpan } from './draft.ts';

const MAX_HOPS = 64;

/**
 * The client's address: the peer's, or, when the peer is a trusted proxy, the rightmost address in X-Forwarded-For that is not
 * itself trusted. What stands left of an untrusted hop was written by that hop and proves nothing (RFC 7239, section 8.1). An entry
 * that is no address ends the walk at the last trusted hop.
 */
export function clientAddress(peer: string, forwardedFor: string, isTrusted: (address: string) => boolean): string {
  const span = clientSpan(peer, forwardedFor, isTrusted);
  return span === undefined ? peer : forwardedFor.slice(span.start, span.end);
}

/** Where in X-Forwarded-For the client's address stands; undefined when it is the peer. */
function clientSpan(peer: string, forwardedFor: string, isTrusted: (address: string) => boolean): Span | undefined {
  if (forwardedFor === '' || peer === '' || !isTrusted(peer)) return undefined;
  let client: Span | undefined;
  let end = forwardedFor.length;
  for (let hop = 0; hop < MAX_HOPS && end > 0; hop += 1) {
    const comma = forwardedFor.lastIndexOf(',', end - 1);
    const span = trim(forwardedFor, comma + 1, end);
    const address = forwardedFor.slice(span.start, span.end);
    if (address.length > 64 || isIP(address) === 0) return client;
    client = span;
    if (!isTrusted(address)) return client;
    end = comma;
  }
  return client;
}

function trim(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && text.charCodeAt(start) === 32) start += 1;
  while (end > start && text.charCodeAt(end - 1) === 32) end -= 1;
  return addressSpan(text, start, end);
}

/** Replaces a trusted peer by the client that X-Forwarded-For names. */
export function putClient(entry: Draft, isTrusted: (address: string) => boolean): void {
  const span = clientSpan(entry.address, entry.forwardedFor, isTrusted);
  if (span === undefined) return;
  entry.address = entry.forwardedFor.slice(span.start, span.end);
  const field = entry.spans.forwardedFor;
  const verbatim = field !== undefined && entry.raw.slice(field.start, field.end) === entry.forwardedFor;
  if (verbatim) entry.spans.address = { start: field.start + span.start, end: field.start + span.end };
  else delete entry.spans.address;
}
