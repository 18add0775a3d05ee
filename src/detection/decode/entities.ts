import { type Offsets, rewrite } from './rewrite.ts';

const ENTITY = /&(?:#x[0-9a-f]{1,8}|#[0-9]{1,8}|[a-z]{2,14});?/gi;

/** Those of HTML's named characters that stand in payloads (https://html.spec.whatwg.org/#named-character-references). */
const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  colon: ':',
  tab: '\t',
  newline: '\n',
  lpar: '(',
  rpar: ')',
  sol: '/',
  bsol: '\\',
  equals: '=',
  lsqb: '[',
  rsqb: ']',
  lcub: '{',
  rcub: '}',
  semi: ';',
  comma: ',',
  period: '.',
  excl: '!',
  num: '#',
  dollar: '$',
  percnt: '%',
  ast: '*',
  plus: '+',
  grave: '`',
  verbar: '|',
  vert: '|',
  lowbar: '_',
  quest: '?',
  commat: '@',
  nbsp: ' ',
  hyphen: '-',
  lbrace: '{',
  rbrace: '}',
  lbrack: '[',
  rbrack: ']',
};

/** The character of a named entity; names come from the log, so what objects inherit (`constructor`) is none. */
const namedCharacter = (name: string): string | undefined =>
  Object.hasOwn(NAMED, name.toLowerCase()) ? NAMED[name.toLowerCase()] : undefined;

/** The names that HTML takes without a semicolon. */
const BARE = /^(?:lt|gt|amp|quot|nbsp)/i;

function entity(piece: string): { readonly text: string; readonly length: number } | undefined {
  if (piece[1] === '#') {
    const hex = piece[2] === 'x' || piece[2] === 'X';
    const codePoint = Number.parseInt(piece.slice(hex ? 3 : 2), hex ? 16 : 10);
    return codePoint > 0 && codePoint <= 0x10ffff ? { text: String.fromCodePoint(codePoint), length: piece.length } : undefined;
  }
  const name = piece.slice(1).replace(';', '');
  const named = namedCharacter(name);
  if (named !== undefined && piece.endsWith(';')) return { text: named, length: piece.length };
  const bare = BARE.exec(name)?.[0];
  return bare === undefined ? undefined : { text: namedCharacter(bare) ?? '', length: bare.length + 1 };
}

/** HTML character references: named, decimal, hexadecimal, with or without the semicolon. */
export const html = (text: string, offsets?: Offsets): string =>
  text.includes('&')
    ? rewrite(text, ENTITY, {
        replace: (piece, emit) => {
          const found = entity(piece);
          if (found === undefined) return false;
          emit(found.text, 0);
          for (let i = found.length; i < piece.length; i++) emit(piece.charAt(i), i);
          return true;
        },
        offsets,
      })
    : rewrite(text, ENTITY, { replace: () => false, offsets });
