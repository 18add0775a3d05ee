import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyDecoder, type Key, MAX_PASTE_CHARS } from '../../../src/ui/terminal/keys.ts';
import { createFakeClock } from './fake-terminal.ts';

function setUp() {
  const clock = createFakeClock();
  const keys: Key[] = [];
  const decoder = createKeyDecoder({ clock, onKey: (key) => keys.push(key) });
  return { clock, keys, decoder, names: () => keys.map(({ name }) => name), push: (text: string) => decoder.push(Buffer.from(text)) };
}

/** Names of the keys that come of these bytes and the silence after them. */
function namesOf(text: string): string[] {
  const { push, clock, names } = setUp();
  push(text);
  clock.advance(2_000);
  return names();
}

test('a burst is split into keys', () => {
  expect(namesOf('jjjq')).toEqual(['j', 'j', 'j', 'q']);
  expect(namesOf('j\x1b[B\x1b[Bq\x1bOAG')).toEqual(['j', 'down', 'down', 'q', 'up', 'G']);
});

test.each([
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\x1b[Z', 'shift-tab'],
  ['\x7f', 'backspace'],
  ['\x08', 'backspace'],
  [' ', 'space'],
  ['\x03', 'ctrl-c'],
  ['\x04', 'ctrl-d'],
  ['\x0c', 'ctrl-l'],
  ['\x15', 'ctrl-u'],
  ['\x1a', 'ctrl-z'],
  ['\x00', 'ctrl-space'],
  ['?', '?'],
  ['G', 'G'],
  ['=', '='],
])('%j is %s', (text, name) => expect(namesOf(text)).toEqual([name]));

test.each([
  ['xterm', '\x1b[A \x1b[H \x1b[F \x1b[5~ \x1b[6~ \x1b[3~ \x1bOP \x1b[15~ \x1b[24~', 'up home end pgup pgdn delete f1 f5 f12'],
  ['application mode', '\x1bOA \x1bOB \x1bOC \x1bOD \x1bOH \x1bOF', 'up down right left home end'],
  ['the Linux console', '\x1b[[A \x1b[[E \x1b[17~ \x1b[1~ \x1b[4~', 'f1 f5 f6 home end'],
  [
    'rxvt',
    '\x1b[11~ \x1b[7~ \x1b[8~ \x1b[a \x1bOb \x1b[5^ \x1b[5@ \x1b\x1b[A',
    'f1 home end shift-up ctrl-down ctrl-pgup ctrl-shift-pgup alt-up',
  ],
  ['the keypad', '\x1bOM \x1bOp \x1bOk', 'enter 0 +'],
  [
    'modifiers',
    '\x1b[1;5C \x1b[1;2A \x1b[1;3D \x1b[6;5~ \x1b[1;2R \x1b[1;8P',
    'ctrl-right shift-up alt-left ctrl-pgdn shift-f3 ctrl-alt-shift-f1',
  ],
  ['modified letters', '\x1b[97;5u \x1b[27;5;13~ \x1b[120;3u', 'ctrl-a ctrl-enter alt-x'],
])('function keys of %s', (_, text, names) => {
  for (const [index, one] of text.split(' ').entries()) expect(namesOf(one)).toEqual([names.split(' ')[index]]);
});

test('shifted keys of rxvt end in a dollar sign, with or without a key behind them', () => {
  expect(namesOf('\x1b[5$')).toEqual(['shift-pgup']);
  expect(namesOf('\x1b[5$j')).toEqual(['shift-pgup', 'j']);
});

describe('a lone Escape', () => {
  test('is told by 50 ms of silence', () => {
    const { push, clock, names } = setUp();
    push('\x1b');
    clock.advance(49);
    expect(names()).toEqual([]);
    clock.advance(1);
    expect(names()).toEqual(['esc']);
  });

  test('is not seen where the rest of a sequence comes in time, however it is cut', () => {
    const sequences = ['\x1b[A', '\x1b[1;5C', '\x1bOP', '\x1b[[B', '\x1b[24~', '\x1b[200~x\x1b[201~'];
    for (const sequence of sequences) {
      const whole = namesOf(sequence);
      const { push, clock, names } = setUp();
      for (const character of sequence) {
        push(character);
        clock.advance(40);
      }
      expect(names()).toEqual(whole);
    }
  });

  test('twice is two', () => expect(namesOf('\x1b\x1b')).toEqual(['esc', 'esc']));
  test.each([
    ['\x1bj', 'j'],
    ['\x1b한', '한'],
    ['\x1b\r', 'enter'],
    ['\x1b\x7f', 'backspace'],
    ['\x1b[', '['],
    ['\x1bO', 'O'],
    ['\x1bX', 'X'],
  ])('and a key in the same packet (%j) are both, as over a slow line', (text, key) => expect(namesOf(text)).toEqual(['esc', key]));
  test('and two keys in the same packet are all three', () => expect(namesOf('\x1bjq')).toEqual(['esc', 'j', 'q']));
  test('before a later key is both', () => {
    const { push, clock, names } = setUp();
    push('\x1b');
    clock.advance(60);
    push('[');
    expect(names()).toEqual(['esc', '[']);
  });
});

test('Korean, Chinese and emoji come whole although their bytes come one by one', () => {
  const { decoder, keys } = setUp();
  for (const byte of Buffer.from('한글漢🙂')) decoder.push(Uint8Array.of(byte));
  expect(keys).toEqual(['한', '글', '漢', '🙂'].map((text) => ({ name: text, text })));
});

test('only keys that add to a line of input carry text', () => {
  const { push, keys } = setUp();
  push('a \r\x1b[A\x1b[120;3u\x01');
  expect(keys.map(({ text }) => text)).toEqual(['a', ' ', '', '', '', '']);
});

describe('a paste', () => {
  test('is one key, its line ends made plain and its controls taken out', () => {
    const { push, keys } = setUp();
    push('a\x1b[200~one\r\ntwo\x1b[31m\x07\tq\x1b[201~b');
    expect(keys).toEqual([
      { name: 'a', text: 'a' },
      { name: 'paste', text: 'one\ntwo[31m\tq' },
      { name: 'b', text: 'b' },
    ]);
  });

  test('is bounded', () => {
    const { push, keys } = setUp();
    push('\x1b[200~');
    for (let n = 0; n < 100; n += 1) push('x'.repeat(10_000));
    push('\x1b[201~q');
    expect(keys.map(({ name, text }) => [name, text.length])).toEqual([
      ['paste', MAX_PASTE_CHARS],
      ['q', 1],
    ]);
  });

  test('that never ends gives the keys back after a second of silence', () => {
    const { push, clock, names } = setUp();
    push('\x1b[200~half');
    clock.advance(1_000);
    push('q');
    expect(names()).toEqual(['paste', 'q']);
  });
});

test.each([
  ['a mouse report', '\x1b[<0;10;20M'],
  ['an old mouse report', '\x1b[M !!'],
  ['a focus report', '\x1b[I'],
  ['a cursor report', '\x1b[12;40R'],
  ['device attributes', '\x1b[?64;1;2c'],
  ['a window title', '\x1b]lsecmon\x1b\\'],
  ['a colour answer', '\x1b]11;rgb:0000/0000/0000\x07'],
  ['a status string', '\x1bP1$r0m\x1b\\'],
  ['an unknown function key', '\x1b[99~'],
  ['a sequence without end', `\x1b[${'1;'.repeat(200)}`],
])('%s is swallowed whole', (_, text) => {
  const { push, clock, names } = setUp();
  push(text);
  clock.advance(50);
  push('q');
  expect(names()).toEqual(['q']);
});

test('a sequence broken off by another leaves the other whole', () => expect(namesOf('\x1b[1;\x1b[Aq')).toEqual(['up', 'q']));

test('whatever bytes come, nothing throws, keys are harmless, and the decoder answers again after a silence', () => {
  const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x1b, 0x5b, 0x4f, 0x7e, 0x32, 0x30, 0x3b));
  fc.assert(
    fc.property(fc.array(fc.array(byte, { maxLength: 12 }), { maxLength: 6 }), (chunks) => {
      const { decoder, clock, keys, push } = setUp();
      for (const chunk of chunks) decoder.push(Uint8Array.from(chunk));
      clock.advance(5_000);
      // A half UTF-8 character may still wait for its end, which the first letter breaks off.
      push('zq');
      expect(keys.at(-1)).toEqual({ name: 'q', text: 'q' });
      for (const { text } of keys) expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    }),
    { numRuns: 2_000 },
  );
});
