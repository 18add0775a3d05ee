import { EMPTY_ENTRY, type Entry, type EntryKind, type Span, type TextField } from '../../model/entry.ts';

/** Fields of an entry that hold text: nearly all of them stand in its line just so. */
const TEXTS = [
  'address',
  'method',
  'target',
  'protocol',
  'referer',
  'userAgent',
  'user',
  'host',
  'forwardedFor',
  'message',
  'program',
  'level',
] as const satisfies readonly (TextField | 'program' | 'level')[];
type TextName = (typeof TEXTS)[number];
const NUMBERS = ['timeMs', 'status', 'bytes', 'durationMs'] as const;
const KINDS: readonly EntryKind[] = ['http', 'web-error', 'sshd', 'fail2ban', 'application', 'plain'];
/** Places in a line are kept in 16 bits. */
const END = 65_535;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Entries by slot. */
export interface EntryColumns {
  put(slot: number, entry: Entry): void;
  /** A new object with what was put, but for `spans`. */
  get(slot: number): Entry;
  rawAt(slot: number): string;
  /** Forgets what stands there. */
  clear(slot: number): void;
}

/** Longer texts are not searched for: that takes as many steps as both lengths multiplied, at worst. */
const SEARCHED = 64;

/** Where a text stands in the line, if that is known or soon found; else -1. */
function placeOf(raw: string, text: string, near: number | undefined): number {
  if (near === undefined) return text.length > SEARCHED ? -1 : raw.indexOf(text);
  return raw.startsWith(text, near) ? near : -1;
}

/**
 * Holds entries as their lines, and numbers beside them that say where the fields stand: an entry as an object takes four times the memory,
 * and as much work of the garbage collector as all else that a line needs.
 */
export function createEntryColumns(slots: number): EntryColumns {
  const raws: string[] = new Array<string>(slots).fill('');
  const kinds = new Uint8Array(slots);
  const numbers = new Float64Array(slots * NUMBERS.length);
  /** Where each text begins and how long it is. */
  const places = new Uint16Array(slots * TEXTS.length * 2);
  /** Texts that do not stand in their line just so. */
  const others = new Map<number, Partial<Record<TextName, string>>>();

  /** Remembers the place of the `i`-th text; a text that has none is kept itself. */
  const putText = (slot: number, i: number, { raw, text, near }: { raw: string; text: string; near: Span | undefined }): void => {
    const at = (slot * TEXTS.length + i) * 2;
    const start = text === '' ? -1 : placeOf(raw, text, near?.start);
    const isPlaced = start >= 0 && start + text.length <= END;
    places[at] = isPlaced ? start : 0;
    places[at + 1] = isPlaced ? text.length : 0;
    if (!isPlaced && text !== '') others.set(slot, { ...others.get(slot), [TEXTS[i] ?? 'message']: text });
  };
  /** One by one: reading fields by their names in a loop takes longer than all the rest. */
  const putTexts = (slot: number, entry: Entry): void => {
    const { raw, spans } = entry;
    if (others.size > 0) others.delete(slot);
    putText(slot, 0, { raw, text: entry.address, near: spans.address });
    putText(slot, 1, { raw, text: entry.method, near: spans.method });
    putText(slot, 2, { raw, text: entry.target, near: spans.target });
    putText(slot, 3, { raw, text: entry.protocol, near: spans.protocol });
    putText(slot, 4, { raw, text: entry.referer, near: spans.referer });
    putText(slot, 5, { raw, text: entry.userAgent, near: spans.userAgent });
    putText(slot, 6, { raw, text: entry.user, near: spans.user });
    putText(slot, 7, { raw, text: entry.host, near: spans.host });
    putText(slot, 8, { raw, text: entry.forwardedFor, near: spans.forwardedFor });
    putText(slot, 9, { raw, text: entry.message, near: spans.message });
    putText(slot, 10, { raw, text: entry.program, near: undefined });
    putText(slot, 11, { raw, text: entry.level, near: undefined });
  };

  return {
    put(slot, entry) {
      raws[slot] = entry.raw;
      kinds[slot] = KINDS.indexOf(entry.kind);
      const at = slot * NUMBERS.length;
      numbers[at] = entry.timeMs ?? Number.NaN;
      numbers[at + 1] = entry.status;
      numbers[at + 2] = entry.bytes;
      numbers[at + 3] = entry.durationMs;
      putTexts(slot, entry);
    },
    get(slot) {
      const raw = raws[slot] ?? '';
      const at = slot * NUMBERS.length;
      const timeMs = numbers[at] ?? Number.NaN;
      const entry: Writable<Entry> = { ...EMPTY_ENTRY, raw, kind: KINDS[kinds[slot] ?? 0] ?? 'plain' };
      entry.timeMs = Number.isNaN(timeMs) ? undefined : timeMs;
      entry.status = numbers[at + 1] ?? 0;
      entry.bytes = numbers[at + 2] ?? -1;
      entry.durationMs = numbers[at + 3] ?? -1;
      for (let i = 0; i < TEXTS.length; i++) {
        const place = (slot * TEXTS.length + i) * 2;
        const start = places[place] ?? 0;
        const length = places[place + 1] ?? 0;
        if (length > 0) entry[TEXTS[i] as TextName] = raw.slice(start, start + length);
      }
      return Object.assign(entry, others.get(slot));
    },
    rawAt: (slot) => raws[slot] ?? '',
    clear(slot) {
      raws[slot] = '';
      others.delete(slot);
    },
  };
}
