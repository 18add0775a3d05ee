import { defang } from '../text/defang.ts';
import { visible } from '../text/sanitize.ts';

const CUT = '…';
/** A bare IPv4 address (also in a filter, `ip:`) that {@link defang} bracketed: no program makes a link of it, and the reader has to copy it. */
const BARE_IPV4 =
  /(?:(?<![\p{L}\p{N}.\]/@:_-])|(?<=(?<![\p{L}\p{N}])ip:))(\d{1,3})\[\.\](\d{1,3})\[\.\](\d{1,3})\[\.\](\d{1,3})(?![\p{L}\p{N}[_:/-])/gu;
/** Initials such as `B.V.` or `e.V.`: no top-level domain has one letter. */
const INITIALS = /(?<![\p{L}\p{N}@.\]/:_-])(\p{L})\[\.\](\p{L})(?![\p{L}\p{N}[_:/-])/gu;

/** The first `maxCharacters` UTF-16 units of a text, never half a surrogate pair, with `…` where something is missing. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const end = Math.max(0, maxCharacters - CUT.length);
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end) + CUT;
}

/** As much of a text as fits into `maxBytes` of UTF-8, with `…` where something is missing. */
export function cutBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (Buffer.byteLength(cut(text, middle)) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  return cut(text, low);
}

/** Log text for a human reader outside the terminal: one line, nothing hidden, no links. At most about `maxCharacters`. */
export function harmless(text: string, maxCharacters: number): string {
  return cut(
    defang(visible(cut(text, maxCharacters)))
      .replace(BARE_IPV4, '$1.$2.$3.$4')
      .replace(INITIALS, '$1.$2'),
    maxCharacters,
  );
}
