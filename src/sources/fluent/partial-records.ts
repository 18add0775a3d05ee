import { MAX_LINE_BYTES } from '../split-rules.ts';
import type { Event } from './forward.ts';

const MAX_WAITING = 64;

/** Joins records that hold a part of a long line. */
export interface PartialRecords {
  /** The record to go on with; undefined when it waits for the rest of its line. */
  join(tag: string, event: Event): Event | undefined;
  /** Lines whose end never came. */
  end(): Event[];
}

interface Part {
  /** Which line it belongs to. */
  readonly key: string;
  readonly field: 'log' | 'message';
  readonly text: string;
  readonly last: boolean;
}

/**
 * Container runtimes cut lines at 16 KiB. Docker's fluentd driver says so by `partial_message` and `partial_id`, the CRI parsers of Fluentd and Fluent
 * Bit by `logtag` P or F. At most 64 lines wait, each for at most 64 KiB.
 */
export function createPartialRecords(): PartialRecords {
  const waiting = new Map<string, { event: Event; field: Part['field']; text: string }>();
  const finished = ({ event, field, text }: { event: Event; field: Part['field']; text: string }): Event => ({
    ...event,
    record: { ...event.record, [field]: text },
  });
  return {
    join(tag, event) {
      const part = partOf(tag, event);
      if (part === undefined) return event;
      const held = waiting.get(part.key) ?? { event, field: part.field, text: '' };
      held.text += part.text.slice(0, MAX_LINE_BYTES - held.text.length);
      if (part.last) {
        waiting.delete(part.key);
        return finished(held);
      }
      waiting.set(part.key, held);
      if (waiting.size <= MAX_WAITING) return undefined;
      const [oldest] = waiting;
      if (oldest === undefined) return undefined;
      waiting.delete(oldest[0]);
      return finished(oldest[1]);
    },
    end() {
      const rest = [...waiting.values()].map(finished);
      waiting.clear();
      return rest;
    },
  };
}

function partOf(tag: string, { record }: Event): Part | undefined {
  const field = typeof record['log'] === 'string' ? 'log' : 'message';
  const text = record[field];
  if (typeof text !== 'string') return undefined;
  if (record['partial_message'] === 'true' || record['partial_message'] === true) {
    const id = record['partial_id'];
    if (typeof id !== 'string') return undefined;
    return { key: `id ${id}`, field, text, last: record['partial_last'] === 'true' || record['partial_last'] === true };
  }
  const mark = record['logtag'];
  if (mark !== 'P' && mark !== 'F') return undefined;
  return { key: `cri ${tag} ${String(record['stream'])}`, field, text, last: mark === 'F' };
}
