import { t } from '../lang/lang.ts';
import type { AlertMessage } from '../model/alert.ts';
import { severityLabel } from '../text/model-words.ts';
import { padEnd, textWidth } from '../text/width.ts';
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
  const width = Math.max(...facts.map(([label]) => textWidth(label)), 0) + 2;
  const blocks = [
    `${leadOf(message)}${bounded.title}`,
    bounded.outcome,
    facts.map(([label, value]) => `${padEnd(label, width)}${value}`).join('\n'),
    bounded.payload === '' ? '' : `${t('Payload (decoded)')}\n    ${bounded.payload}`,
    bounded.steps.length === 0 ? '' : `${t('What to do next')}\n${bounded.steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}`,
    bounded.command === undefined ? '' : `${t('Open it in secmon')}\n    ${bounded.command}`,
    bounded.note === '' ? '' : `${t('Note')}\n    ${bounded.note}`,
    `${t('Seen on {origin}', { origin: bounded.origin })}\n${t('Alert {id}', { id: harmless(bounded.id, 100) })}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Who did it and the facts, without those that have no value. */
export function labelledFacts({ who, facts }: AlertMessage): readonly (readonly [label: string, value: string])[] {
  return [[t('Who'), who] as const, ...facts].filter(([, value]) => value !== '');
}

/** `[HIGH] It got worse: `, with a space or colon at its end. */
function leadOf(message: AlertMessage): string {
  const label = updateLabel(message);
  return `[${severityLabel(message.severity)}] ${label === '' ? '' : `${label}: `}`;
}
