import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../clock/clock.ts';
import { bracketKey, characterKey, csiKey, ss3Key } from './key-sequences.ts';

/**
 * One key. `name`: the character itself (`a`, `G`, `?`, `한`) or `space`, `enter`, `esc`, `tab`, `shift-tab`, `backspace`, `up`, `pgdn`, `f1`, `ctrl-c`,
 * `alt-left`, `paste`, … with modifiers in the order ctrl-alt-shift. `text`: what it adds to a line of input, `''` for keys that add nothing.
 */
export interface Key {
  readonly name: string;
  readonly text: string;
}

export interface KeyDecoder {
  /** Takes bytes as read from the terminal; keys come out through `onKey`, in order. */
  push(bytes: Uint8Array): void;
  /** Forgets what is half read. */
  reset(): void;
}

/** How long the rest of an escape sequence may take; a lone Escape is told by nothing but the silence after it. */
const ESCAPE_WAIT_MS = 50;
/** A paste whose end never comes must not swallow the keys for ever. */
const PASTE_WAIT_MS = 1_000;
const MAX_SEQUENCE_CHARS = 64;
export const MAX_PASTE_CHARS = 65_536;
const PASTE_BEGIN = '200';
const PASTE_END = '\x1b[201~';

type Step = { readonly used: number; readonly key?: string | undefined; readonly paste?: boolean };
const INCOMPLETE = undefined;

/** Turns the terminal's bytes into keys: bursts are split, sequences joined, pastes taken whole, what nobody knows is swallowed. Bounded. */
export function createKeyDecoder({ clock, onKey }: { clock: Clock; onKey: (key: Key) => void }): KeyDecoder {
  let utf8 = new StringDecoder('utf8');
  let pending = '';
  let pasted: string | undefined;
  let cancelWait: (() => void) | undefined;

  const emit = (name: string | undefined): void => {
    if (name !== undefined) onKey({ name, text: name === 'space' ? ' ' : [...name].length === 1 ? name : '' });
  };
  const endPaste = (): void => {
    const text = cleanPaste(pasted ?? '');
    pasted = undefined;
    onKey({ name: 'paste', text });
  };
  const takePaste = (): boolean => {
    const end = pending.indexOf(PASTE_END);
    const keep = end >= 0 ? end : Math.max(0, pending.length - PASTE_END.length + 1);
    pasted = ((pasted ?? '') + pending.slice(0, keep)).slice(0, MAX_PASTE_CHARS);
    pending = pending.slice(end >= 0 ? end + PASTE_END.length : keep);
    if (end >= 0) endPaste();
    return end >= 0;
  };
  const take = (final: boolean): void => {
    let at = 0;
    while (at < pending.length || pasted !== undefined) {
      if (pasted !== undefined) {
        pending = pending.slice(at);
        at = 0;
        if (!takePaste()) break;
        continue;
      }
      const step = nextKey(pending, at, final);
      if (step === INCOMPLETE) break;
      at += step.used;
      emit(step.key);
      if (step.paste) pasted = '';
    }
    pending = pending.slice(at);
  };
  const onSilence = (): void => {
    cancelWait = undefined;
    if (pasted !== undefined) {
      pasted += pending;
      pending = '';
      endPaste();
    }
    take(true);
    pending = '';
  };
  return {
    push(bytes) {
      cancelWait?.();
      cancelWait = undefined;
      pending += utf8.write(Buffer.from(bytes));
      take(false);
      if (pending !== '' || pasted !== undefined)
        cancelWait = clock.after(pasted === undefined ? ESCAPE_WAIT_MS : PASTE_WAIT_MS, onSilence);
    },
    reset() {
      cancelWait?.();
      cancelWait = undefined;
      utf8 = new StringDecoder('utf8');
      pending = '';
      pasted = undefined;
    },
  };
}

/** The key at `at`, or undefined when more must come to know; `final` says that nothing more comes. */
function nextKey(text: string, at: number, final: boolean): Step | undefined {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character !== '\x1b') return { used: character.length, key: characterKey(character) };
  const next = text[at + 1];
  if (next === undefined) return final ? { used: 1, key: 'esc' } : INCOMPLETE;
  if (next === '[') return controlSequence(text, at, final);
  if (next === 'O') return singleShift(text, at, final);
  if (next === ']' || next === 'P' || next === '_' || next === '^' || next === 'X') return controlString(text, at, final);
  if (next === '\x1b') return metaSequence(text, at, final);
  // Alt and a letter look like Escape and a letter that came in one packet, and nothing here is on Alt: over a slow line it was Escape.
  return { used: 1, key: 'esc' };
}

/** CSI: parameters, a final character. Another control character within it breaks it off. */
function controlSequence(text: string, at: number, final: boolean): Step | undefined {
  if (text[at + 2] === '[') {
    const letter = text[at + 3];
    return letter === undefined ? unfinished(text, at, final) : { used: 4, key: bracketKey(letter) };
  }
  let end = at + 2;
  while (end < text.length && isParameter(text.charCodeAt(end))) end += 1;
  const last = text[end];
  if (last === undefined) return end - at > MAX_SEQUENCE_CHARS ? { used: end - at } : unfinished(text, at, final);
  if (last < ' ') return { used: end - at };
  const parameters = text.slice(at + 2, end);
  const used = end + 1 - at;
  if (used > MAX_SEQUENCE_CHARS) return { used };
  if (last === '~' && parameters === PASTE_BEGIN) return { used, paste: true };
  // rxvt ends shifted keys with `$`, which by the standard goes on.
  if (/^\d+\$$/.test(parameters)) return { used: used - 1, key: csiKey(parameters.slice(0, -1), '$') };
  // The old mouse report has three more bytes of any kind.
  if (last === 'M' && parameters === '')
    return text.length - at >= used + 3 || final ? { used: Math.min(used + 3, text.length - at) } : INCOMPLETE;
  return { used, key: csiKey(parameters, last) };
}

const isParameter = (code: number): boolean => code >= 0x20 && code < 0x40;

function singleShift(text: string, at: number, final: boolean): Step | undefined {
  const letter = text[at + 2];
  if (letter === undefined) return unfinished(text, at, final);
  return letter < ' ' ? { used: 1, key: 'esc' } : { used: 3, key: ss3Key(letter) };
}

/** What never came to its end: Escape and a key when that is all there is, else swallowed. */
function unfinished(text: string, at: number, final: boolean): Step | undefined {
  if (!final) return INCOMPLETE;
  const length = text.length - at;
  if (length === 2) return { used: 1, key: 'esc' };
  return /^\x1b\[\d+\$$/.test(text.slice(at)) ? { used: length, key: csiKey(text.slice(at + 2, -1), '$') } : { used: length };
}

/** OSC, DCS and their like (answers to questions nobody asked), up to BEL or ST. */
function controlString(text: string, at: number, final: boolean): Step | undefined {
  const bell = text.indexOf('\x07', at);
  const terminator = text.indexOf('\x1b\\', at + 2);
  const ends = [bell < 0 ? -1 : bell + 1, terminator < 0 ? -1 : terminator + 2].filter((end) => end > 0);
  if (ends.length > 0) return { used: Math.min(...ends) - at };
  if (text.length - at > MAX_PASTE_CHARS) return { used: text.length - at };
  return unfinished(text, at, final);
}

/** ESC ESC: Escape pressed twice, or Alt with a key that sends a sequence (rxvt). */
function metaSequence(text: string, at: number, final: boolean): Step | undefined {
  const after = text[at + 2];
  if (after === undefined && !final) return INCOMPLETE;
  if (after !== '[' && after !== 'O') return { used: 1, key: 'esc' };
  const inner = nextKey(text, at + 1, final);
  if (inner === undefined) return INCOMPLETE;
  return { used: 1 + inner.used, key: inner.key === undefined ? undefined : `alt-${inner.key}` };
}

/** A paste may hold anything: line ends become `\n`, a tab stays, every other control character goes. */
function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}
