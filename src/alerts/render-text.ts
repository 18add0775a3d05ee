import type { AlertMessage } from '../model/alert.ts';
import { boundMessage } from './bounded-message.ts';
import { cut, harmless } from './harmless.ts';
import { updateLabel } from './thread.ts';

const SUBJECT_CHARACTERS = 150;

/** One line for a mail's subject or a notification: `[HIGH] SQL injection on /item · 203.0.113.7`. */
export function renderHeadline(message: AlertMessage): string {
  const who = message.who === '' ? '' : ` · ${harmless(message.who, 60)}`;
  return cut(`${leadOf(message)}${harmless(message.title, 120)}${who}`, SUBJECT_CHARACTERS);
}

/** The whole message as plain text, for mail and for reading. Lines end with `\n`; nothing in it is a link, a control or a bidi character. */
export function renderText(message: AlertMessage): string {
  const bounded = boundMessage(message, harmless);
  const facts = labelledFacts(bounded);
  const width = Math.max(...facts.map(([label]) => label.length), 0) + 2;
  const blocks = [
    `${leadOf(message)}${bounded.title}`,
    bounded.outcome,
    facts.map(([label, value]) => `${label.padEnd(width)}${value}`).join('\n'),
    bounded.payload === '' ? '' : `Payload (decoded)\n    ${bounded.payload}`,
    bounded.steps.length === 0 ? '' : `What to do next\n${bounded.steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}`,
    bounded.command === undefined ? '' : `Open it in secmon\n    ${bounded.command}`,
    bounded.note === '' ? '' : `Note\n    ${bounded.note}`,
    `Seen on ${bounded.origin}\nAlert ${harmless(bounded.id, 100)}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Who did it and the facts, without those that have no value. */
export function labelledFacts({ who, facts }: AlertMessage): readonly (readonly [label: string, value: string])[] {
  return [['Who', who] as const, ...facts].filter(([, value]) => value !== '');
}

/** `[HIGH] It got worse: `, with a space or colon at its end. */
function leadOf(message: AlertMessage): string {
  const label = updateLabel(message);
  return `[${message.severity.toUpperCase()}] ${label === '' ? '' : `${label}: `}`;
}
