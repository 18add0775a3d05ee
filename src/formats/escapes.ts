const BACKSLASH = 92;
const LETTER_X = 120;
const LETTER_U = 117;

/** What `\n` and its like stand for, by the code of the letter. */
const LETTERS: Readonly<Record<number, string>> = {
  110: '\n',
  116: '\t',
  114: '\r',
  98: '\b',
  102: '\f',
  118: '\v',
  34: '"',
  92: '\\',
  39: "'",
  47: '/',
};

/**
 * Undoes the escapes that servers and JSON encoders write into a field: `\"`, `\\`, `\/`, `\n` and its like, `\xHH` (nginx `log_format` with
 * escape=default, Apache's `ap_escape_logitem`) and `\uHHHH` (JSON, nginx escape=json). A run of `\xHH` bytes is read as UTF-8; a byte that is no
 * valid UTF-8 becomes U+00HH. A backslash before anything else stays.
 */
export function unescapeField(text: string): string {
  let slash = text.indexOf('\\');
  if (slash < 0) return text;
  let out = '';
  let from = 0;
  while (slash >= 0 && slash + 1 < text.length) {
    out += text.slice(from, slash);
    const step = readEscape(text, slash);
    out += step.text;
    from = step.end;
    slash = text.indexOf('\\', from);
  }
  return out + text.slice(from);
}

interface Unescaped {
  readonly text: string;
  readonly end: number;
}

function readEscape(text: string, slash: number): Unescaped {
  const code = text.charCodeAt(slash + 1);
  if (code === LETTER_X && hex(text, slash + 2, 2) >= 0) return readByteRun(text, slash);
  if (code === LETTER_U) {
    const unit = hex(text, slash + 2, 4);
    if (unit >= 0) return { text: String.fromCharCode(unit), end: slash + 6 };
  }
  const letter = LETTERS[code];
  return letter === undefined ? { text: '\\', end: slash + 1 } : { text: letter, end: slash + 2 };
}

function readByteRun(text: string, slash: number): Unescaped {
  const bytes: number[] = [];
  let at = slash;
  while (text.charCodeAt(at) === BACKSLASH && text.charCodeAt(at + 1) === LETTER_X) {
    const byte = hex(text, at + 2, 2);
    if (byte < 0) break;
    bytes.push(byte);
    at += 4;
  }
  return { text: decodeBytes(bytes), end: at };
}

/** How many characters of `text` at `at` make one of the unescaped text; -1 for `\xHH`, where a run makes as many as its UTF-8 says. */
export function escapedLength(text: string, at: number): number {
  if (text.charCodeAt(at) !== BACKSLASH) return 1;
  const code = text.charCodeAt(at + 1);
  if (code === LETTER_X && hex(text, at + 2, 2) >= 0) return -1;
  if (code === LETTER_U && hex(text, at + 2, 4) >= 0) return 6;
  return LETTERS[code] === undefined ? 1 : 2;
}

/** The number that `count` hex digits at `at` stand for; -1 when they are none. */
function hex(text: string, at: number, count: number): number {
  if (at + count > text.length) return -1;
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const digit = hexDigit(text.charCodeAt(i));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** UTF-8 (RFC 3629) where valid, else one U+00HH a byte, so that nothing an attacker sent gets lost. */
export function decodeBytes(bytes: ArrayLike<number>): string {
  let out = '';
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length =
      first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    const point = length > 1 ? codePoint(bytes, at, length) : -1;
    out += String.fromCodePoint(point < 0 ? first : point);
    at += point < 0 ? 1 : length;
  }
  return out;
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

function codePoint(bytes: ArrayLike<number>, at: number, length: number): number {
  let point = (bytes[at] ?? 0) & (0xff >> (length + 1));
  for (let i = 1; i < length; i += 1) {
    const next = bytes[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (next & 0x3f);
  }
  if (point < (SMALLEST[length] ?? 0) || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return -1;
  return point;
}

/** Index of the first `"` at or after `from` that no backslash escapes; -1 when there is none. Linear: runs of backslashes do not overlap. */
export function closingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote >= 0) {
    let slashes = 0;
    while (quote - slashes > from && text.charCodeAt(quote - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}
