/** Names of keys by what terminals send: xterm, VT220, rxvt, the Linux console, tmux and screen. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
  // rxvt: shifted arrows
  a: 'shift-up',
  b: 'shift-down',
  c: 'shift-right',
  d: 'shift-left',
};
/** After ESC O: application mode, and the keypad's digits and signs. */
const BY_SS3: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  M: 'enter',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  a: 'ctrl-up',
  b: 'ctrl-down',
  c: 'ctrl-right',
  d: 'ctrl-left',
  j: '*',
  k: '+',
  l: ',',
  m: '-',
  n: '.',
  o: '/',
  p: '0',
  q: '1',
  r: '2',
  s: '3',
  t: '4',
  u: '5',
  v: '6',
  w: '7',
  x: '8',
  y: '9',
  X: '=',
};
const BY_NUMBER: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pgup',
  6: 'pgdn',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
  25: 'f13',
  26: 'f14',
  28: 'f15',
  29: 'f16',
  31: 'f17',
  32: 'f18',
  33: 'f19',
  34: 'f20',
};
/** Linux console, after ESC [ [. */
const BY_BRACKET: Readonly<Record<string, string>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' };
/** rxvt's way to say shift, control and both. */
const RXVT_ENDS: Readonly<Record<string, string>> = { $: 'shift-', '^': 'ctrl-', '@': 'ctrl-shift-' };
const CONTROLS: Readonly<Record<number, string>> = {
  0: 'ctrl-space',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'esc',
  32: 'space',
  127: 'backspace',
};

/** Key of one character that is not part of a sequence: `a`, `G`, `space`, `ctrl-c`, `한`; undefined for C1 controls and the like. */
export function characterKey(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  const named = CONTROLS[code];
  if (named !== undefined) return named;
  if (code < 32) return `ctrl-${String.fromCharCode(code < 27 ? code + 96 : code + 64)}`;
  return (code >= 0x80 && code < 0xa0) || code === 0xfffd ? undefined : character;
}

export const ss3Key = (letter: string): string | undefined => BY_SS3[letter];
export const bracketKey = (letter: string): string | undefined => BY_BRACKET[letter];

/** Key of a control sequence: `parameters` between `CSI` and its final character. Undefined for reports, mouse and what nobody knows. */
export function csiKey(parameters: string, final: string): string | undefined {
  if (!/^[\d;]*$/.test(parameters)) return undefined;
  const [first = 0, second = 1, third = 0] = parameters.split(';').map(Number);
  if (final === '~' && first === 27) return withModifiers(second, characterKey(fromCode(third)));
  if (final === '~') return withModifiers(second, BY_NUMBER[first]);
  if (final === 'u') return withModifiers(second, characterKey(fromCode(first)));
  const rxvt = RXVT_ENDS[final];
  if (rxvt !== undefined) return BY_NUMBER[first] === undefined ? undefined : rxvt + BY_NUMBER[first];
  // `CSI 1;2 R` is shift-F3, but also looks like an answer about the cursor; nobody asked for one in row 1.
  return first <= 1 ? withModifiers(second, BY_LETTER[final]) : undefined;
}

/** xterm's modifier parameter less one is a set of bits: shift, alt, control. */
function withModifiers(parameter: number, key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  const bits = Math.max(0, parameter - 1);
  const shift = bits & 1 && (key.length > 1 || bits & 6) ? 'shift-' : '';
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${shift}${key}`;
}

const fromCode = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
