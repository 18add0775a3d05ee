import { EMPTY_ENTRY, type Entry, type EntryKind, type TextField } from '../model/entry.ts';

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
  const starts = new Uint16Array(slots * TEXTS.length);
  const lengths = new Uint16Array(slots * TEXTS.length);
  /** Texts that do not stand in their line just so. */
  const others = new Map<number, Partial<Record<TextName, string>>>();

  const putTexts = (slot: number, entry: Entry): void => {
    const { raw, spans } = entry;
    let other: Partial<Record<TextName, string>> | undefined;
    for (let i = 0; i < TEXTS.length; i++) {
      const name = TEXTS[i] as TextName;
      const text = entry[name];
      const at = slot * TEXTS.length + i;
      lengths[at] = 0;
      if (text === '') continue;
      const start = placeOf(raw, text, name === 'program' || name === 'level' ? undefined : spans[name]?.start);
      if (start >= 0 && start + text.length <= END) {
        starts[at] = start;
        lengths[at] = text.length;
      } else {
        other ??= {};
        other[name] = text;
      }
    }
    if (other !== undefined) others.set(slot, other);
    else if (others.size > 0) others.delete(slot);
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
        const place = slot * TEXTS.length + i;
        const length = lengths[place] ?? 0;
        const start = starts[place] ?? 0;
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
