import type { AlertMessage } from '../model/alert.ts';
import { cut } from './harmless.ts';

const SENTENCE = 400;
const PAYLOAD = 4_000;
const NOTE = 2_000;
const COMMAND = 120;
const MAX_FACTS = 24;
const MAX_STEPS = 12;

/** A message whose every text and list is short enough for any channel; what is missing is marked with `…`. */
export function boundMessage(message: AlertMessage, textOf: (text: string, maxCharacters: number) => string = cut): AlertMessage {
  return {
    ...message,
    id: cut(message.id, 100),
    title: textOf(message.title, SENTENCE),
    who: textOf(message.who, SENTENCE),
    outcome: textOf(message.outcome, SENTENCE),
    payload: textOf(message.payload, PAYLOAD),
    facts: message.facts.slice(0, MAX_FACTS).map(([label, value]) => [textOf(label, 60), textOf(value, SENTENCE)] as const),
    steps: message.steps.slice(0, MAX_STEPS).map((step) => textOf(step, SENTENCE)),
    note: textOf(message.note, NOTE),
    origin: textOf(message.origin, SENTENCE),
    ...(message.failed === undefined
      ? {}
      : { failed: { channel: cut(message.failed.channel, 60), reason: textOf(message.failed.reason, SENTENCE) } }),
    ...(message.command === undefined ? {} : { command: textOf(message.command, COMMAND) }),
  };
}
