import type { AlertMessage } from '../model/alert.ts';
import { boundMessage } from './bounded-message.ts';
import { cut } from './harmless.ts';

/** Characters that JSON would let through raw and that act on a terminal or hide in an editor. */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu;

const MAX_KEY = 100;

/** What the webhook and file channels hand on: one JSON object, texts as in the log. Fields may be added; `version` rises if one changes. */
export interface AlertDocument {
  readonly version: 1;
  /** Idempotency key: the same alert delivered twice has the same id. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly severity: string;
  readonly title: string;
  readonly who: string;
  readonly outcome: string;
  readonly payload: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly steps: readonly string[];
  readonly note: string;
  readonly origin: string;
  /** `worked`, `open` or `stopped`; missing when unknown. */
  readonly verdict?: string;
  /** How to see the same in secmon. */
  readonly command?: string;
  /** The channel that could not deliver it, where this one stands in for another. */
  readonly failed?: { readonly channel: string; readonly reason: string };
  /** Which messages belong together; missing when this one stands alone. */
  readonly thread?: { readonly key: string; readonly sequence: number; readonly kind: string };
}

/**
 * The message as JSON (RFC 8259) on one line, or indented by `indent`. Control, bidi and zero-width characters are written as `\u` escapes:
 * the value is the same, and the text is harmless where it is printed.
 */
export function renderJson(message: AlertMessage, indent = 0): string {
  const { id, createdMs, severity, title, who, outcome, payload, facts, steps, note, origin, verdict, command } = boundMessage(message);
  const labelled = facts.map(([label, value]) => ({ label, value }));
  const basic = { version: 1, id, created: isoTime(createdMs), severity, title, who, outcome, payload, facts: labelled } as const;
  const document: AlertDocument = {
    ...basic,
    steps,
    note,
    origin,
    ...(verdict === undefined ? {} : { verdict }),
    ...(command === undefined ? {} : { command }),
    ...(message.failed === undefined ? {} : { failed: message.failed }),
    ...(message.thread === undefined ? {} : { thread: { ...message.thread, key: cut(message.thread.key, MAX_KEY) } }),
  };
  return toJson(document, indent);
}

/** Any value as JSON, with characters that act on a terminal or hide in an editor written as `\u` escapes. */
export function toJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(HIDDEN, (character) => (character === '\n' ? '\n' : escaped(character)));
}

/** ISO 8601 in UTC; `''` for what is no time. */
export function isoTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '';
}

function escaped(character: string): string {
  let out = '';
  for (let index = 0; index < character.length; index++) out += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  return out;
}
