import type { Offsets } from './rewrite.ts';

const BASE64 = /^(?:data:[a-z/+.;=-]{0,60},)?([a-z0-9+/_-]{12,}={0,2})$/i;
const HEX = /^(?:0x|\\x)?((?:[0-9a-f]{2}){6,})$/i;
const MAX_ENCODED = 16_384;

/** True for what a person would call text: almost only printable ASCII. */
function isText(decoded: string): boolean {
  let printable = 0;
  for (let i = 0; i < decoded.length; i++) {
    const code = decoded.charCodeAt(i);
    if ((code >= 32 && code < 127) || code === 9 || code === 10 || code === 13) printable++;
    else if (code < 32) return false;
  }
  return decoded.length > 0 && printable >= decoded.length * 0.95;
}

/** Fills the offsets of a decoding where `ratio` encoded characters make one decoded character. */
function spread(offsets: Offsets, options: { readonly from: number; readonly length: number; readonly ratio: number }): void {
  for (let i = 0; i < options.length; i++) offsets.push(options.from + Math.floor(i * options.ratio));
}

/** A whole value that is base64 (RFC 4648, both alphabets, also as a data: URL) of text; any other value is returned as it is. */
export function base64(value: string, offsets?: Offsets): string {
  const encoded = value.length > MAX_ENCODED ? undefined : BASE64.exec(value)?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('latin1');
  const usable = encoded !== undefined && isText(decoded);
  if (offsets)
    spread(
      offsets,
      usable ? { from: value.length - encoded.length, length: decoded.length, ratio: 4 / 3 } : { from: 0, length: value.length, ratio: 1 },
    );
  return usable ? decoded : value;
}

/** A whole value that is hexadecimal of text (`0x3c736372...`); any other value is returned as it is. */
export function hex(value: string, offsets?: Offsets): string {
  const encoded = value.length > MAX_ENCODED ? undefined : HEX.exec(value)?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'hex').toString('latin1');
  const usable = encoded !== undefined && isText(decoded);
  if (offsets)
    spread(
      offsets,
      usable ? { from: value.length - encoded.length, length: decoded.length, ratio: 2 } : { from: 0, length: value.length, ratio: 1 },
    );
  return usable ? decoded : value;
}
