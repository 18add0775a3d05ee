import { type Offsets, rewrite } from './rewrite.ts';

const FULL_WIDTH = /[\uff01-\uff5e\u02bc\u2018\u2019\u2044\u2215\u2216\u3000]/g;
const SLASH_LIKE: Readonly<Record<string, string>> = { '\u2044': '/', '\u2215': '/', '\u2216': '\\' };
const NULLS = /\0+/g;
const COMMENTS = /(?:\/\*!\d{0,6}|\/\*[^*/]{0,200}\*\/|\*\/|--[^\n-]{0,200}\n|#[^\n#]{0,200}\n|[\s\u00a0])+/g;
const SHELL = /\$\{IFS[^}]{0,20}\}|\$IFS(?:\$\d)?|\$[@*!]|\$\{[@*]\}|\\\n|[\\'"^]|``|\{(?=[a-z/]{1,20},)|[\t\n\v\f\r]/gi;
const BREAKS = /[\t\n\r\0\u200b\u00ad]+/g;
const SLASHES = /[/\\](?:[/\\]|\.[/\\])*|;[^/?;]{0,100}(?=\/)/g;

/** Characters that best-fit conversions turn into ASCII: full-width forms, typographic quotes, slashes of mathematics. */
export const fullWidth = (text: string, offsets?: Offsets): string =>
  rewrite(text, FULL_WIDTH, {
    replace: (piece, emit) => {
      const code = piece.charCodeAt(0);
      emit(code >= 0xff01 ? String.fromCharCode(code - 0xfee0) : code === 0x3000 ? ' ' : (SLASH_LIKE[piece] ?? "'"), 0);
      return true;
    },
    offsets,
  });

/** Null bytes taken out, as C string functions and some filters lose them. */
export const nulls = (text: string, offsets?: Offsets): string => rewrite(text, NULLS, { replace: () => true, offsets });

/** SQL and C comments to a space (MySQL's conditional comments to what they hold), white space to one space. */
export const comments = (text: string, offsets?: Offsets): string =>
  rewrite(text, COMMENTS, {
    replace: (_piece, emit) => {
      emit(' ', 0);
      return true;
    },
    offsets,
  });

/** What a shell makes of quoting tricks: `c'a't`, `c\at`, `c^at`, `wh$@oami` joined, `${IFS}` and `{cat,x}` to spaces. */
export const shell = (text: string, offsets?: Offsets): string =>
  rewrite(text, SHELL, {
    replace: (piece, emit) => {
      if (/^\$\{?IFS|^[\t\n\v\f\r]/i.test(piece)) emit(' ', 0);
      return true;
    },
    offsets,
  });

/** Paths with one kind of slash: backslashes, `//`, `/./` and `;parameters` gone; `..` is left, being the evidence. */
export const slashes = (text: string, offsets?: Offsets): string =>
  rewrite(text, SLASHES, {
    replace: (piece, emit) => {
      if (piece[0] !== ';') emit('/', 0);
      return true;
    },
    offsets,
  });

/** Line breaks and tabs taken out, as browsers do inside addresses (`java\tscript:`; https://url.spec.whatwg.org/#url-parsing). */
export const breaks = (text: string, offsets?: Offsets): string => rewrite(text, BREAKS, { replace: () => true, offsets });
