import { type Emit, type Offsets, rewrite } from './rewrite.ts';

const PERCENT_RUN = /(?:%[0-9a-f]{2})+/gi;
const UNICODE = /%u[0-9a-f]{4}/gi;
const OVERLONG = /%c[01]%[0-9a-f]{2}|%e0%[89][0-9a-f]%[89ab][0-9a-f]|%f0%8[0-9a-f]%[89ab][0-9a-f]%[89ab][0-9a-f]/gi;
const HALF = /%(?:%[0-9a-f]{2}){2}/gi;

const byteAt = (run: string, index: number): number => Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);

/** Bytes that a UTF-8 lead byte announces, itself included; 1 for one that announces none. */
const sequenceLength = (lead: number): number =>
  lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;

function codePointAt(run: string, index: number, length: number): number | undefined {
  let codePoint = byteAt(run, index) & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const byte = byteAt(run, index + i);
    if ((byte & 0xc0) !== 0x80) return undefined;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return codePoint <= 0x10ffff ? codePoint : undefined;
}

/** One run of percent-encoded bytes as UTF-8; a byte that is not UTF-8 becomes the character of that number (Latin-1). */
function decodeRun(run: string, emit: Emit): boolean {
  const count = run.length / 3;
  for (let i = 0; i < count; ) {
    const lead = byteAt(run, i);
    const length = sequenceLength(lead);
    const codePoint = length > 1 && i + length <= count ? codePointAt(run, i, length) : undefined;
    emit(String.fromCodePoint(codePoint ?? lead), i * 3);
    i += codePoint === undefined ? 1 : length;
  }
  return true;
}

/** Percent-decoding (RFC 3986 section 2.1), one pass. */
export const percent = (text: string, offsets?: Offsets): string => rewrite(text, PERCENT_RUN, { replace: decodeRun, offsets });

/** `%uXXXX`, which IIS and JavaScript's unescape() decode. */
export const unicode = (text: string, offsets?: Offsets): string =>
  rewrite(text, UNICODE, {
    replace: (piece, emit) => {
      emit(String.fromCharCode(Number.parseInt(piece.slice(2), 16)), 0);
      return true;
    },
    offsets,
  });

/** UTF-8 longer than needed (`%c0%af` for `/`), which RFC 3629 forbids and careless decoders take. */
export const overlong = (text: string, offsets?: Offsets): string =>
  rewrite(text, OVERLONG, {
    replace: (piece, emit) => {
      let codePoint = 0;
      for (let i = 1; i < piece.length / 3; i++) codePoint = (codePoint << 6) | (byteAt(piece, i) & 0x3f);
      if (piece.length === 6) codePoint |= (byteAt(piece, 0) & 1) << 6;
      emit(String.fromCharCode(codePoint), 0);
      return true;
    },
    offsets,
  });

/** A percent sign whose two digits are percent-encoded (`%%32%65` for `%2e`). */
export const nested = (text: string, offsets?: Offsets): string =>
  rewrite(text, HALF, {
    replace: (piece, emit) => {
      emit('%', 0);
      return decodeRun(piece.slice(1), (decoded, at) => emit(decoded, at + 1));
    },
    offsets,
  });

/** `+` for a space, as in form encoding. */
export const plus = (text: string, offsets?: Offsets): string => {
  if (!text.includes('+')) return text;
  if (offsets) for (let i = 0; i < text.length; i++) offsets.push(i);
  return text.replaceAll('+', ' ');
};
