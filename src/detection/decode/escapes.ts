import { type Offsets, rewrite } from './rewrite.ts';

const ESCAPE = /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{0{0,6}[0-9a-f]{1,6}\}|[0-3]?[0-7]{2}|[nrt/])/gi;
const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '/': '/' };

function decode(piece: string): string | undefined {
  const kind = piece.charAt(1).toLowerCase();
  const simple = SIMPLE[kind];
  if (simple !== undefined) return simple;
  const digits = piece.replace(/[^0-9a-f]/gi, '');
  const codePoint = Number.parseInt(digits, kind === 'x' || kind === 'u' ? 16 : 8);
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
}

/** Escapes of JavaScript, JSON and C string literals: `\x3c`, `\u003c`, `\u{3c}`, `\74`, `\n`, `\/`. */
export const escapes = (text: string, offsets?: Offsets): string =>
  rewrite(text, ESCAPE, {
    replace: (piece, emit) => {
      const decoded = decode(piece);
      if (decoded === undefined) return false;
      emit(decoded, 0);
      return true;
    },
    offsets,
  });
