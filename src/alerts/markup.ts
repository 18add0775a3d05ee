import { t } from '../lang/lang.ts';
import type { AlertMessage } from '../model/alert.ts';
import { severityLabel } from '../text/model-words.ts';
import { boundMessage } from './bounded-message.ts';
import { harmless } from './harmless.ts';
import { labelledFacts } from './render-text.ts';
import { updateLabel } from './thread.ts';

/** How a chat writes things. What it gets is harmless text of one line; it keeps that text from being read as its own markup. */
export interface Dialect {
  /** A word of letters and digits, perhaps with a bracket, quote or full stop around it. */
  plain(word: string): string;
  strong(text: string): string;
  /** Text in which the chat reads no markup, mention or link. */
  code(text: string): string;
  codeBlock(text: string): string;
}

/** In what a chat is given to read as its markup, only such words stand outside code. */
const PLAIN_WORD = /^[("'“‘]?[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}’-]*[\p{L}\p{M}\p{N}’])?[)"'”’]?[.,;:!?%]*$/u;
/** `41`, `1,284`, `41×`, and a time of day. */
const NUMBER = /^(?:\d{1,3}(?:,\d{3}){0,4}×?|\d\d:\d\d(?::\d\d)?)[.,;]?$/;
/**
 * A word of a Korean sentence: particles and counters stand right behind numbers, Latin words and brackets (`1,284건`, `위조(SSRF)`). Letters, digits
 * and middle dots only, as a chat reads nothing into these.
 */
const KOREAN_WORD =
  /^(?=.*\p{Script=Hangul})[("'“‘]?(?:[\p{L}\p{N}·]|(?<=\d),(?=\d))+(?:\([\p{L}\p{N}·]{1,40}\)\p{L}{0,10})?[)"'”’]?[.,;:!?%]{0,3}$/u;
/** Not words, but harmless, and common in our own sentences. */
const HARMLESS_SIGNS = new Set(['·', '–', '—', '…']);
const BACKTICK = /`/g;

/** Sentences stay sentences; every word in which a chat could see more than a word is shown as code. */
export function prose(text: string, dialect: Dialect): string {
  const runs: { odd: boolean; words: string[] }[] = [];
  for (const word of text.split(/ +/)) {
    if (word === '') continue;
    const odd = !PLAIN_WORD.test(word) && !NUMBER.test(word) && !KOREAN_WORD.test(word) && !HARMLESS_SIGNS.has(word);
    const last = runs.at(-1);
    if (last?.odd === odd) last.words.push(word);
    else runs.push({ odd, words: [word] });
  }
  return runs.map(({ odd, words }) => (odd ? dialect.code(words.join(' ')) : words.map(dialect.plain).join(' '))).join(' ');
}

/** For code between backticks: the look-alike does not end it. */
export const withoutBackticks = (text: string): string => text.replace(BACKTICK, 'ˋ');

/** Names that call everybody (Slack, Discord, Mattermost) lose their `@` to the full-width one, even where a chat should not read them. */
export const withoutMassMentions = (text: string): string => text.replace(/@(?=channel|here|everyone|all)/gi, '＠');

/** Shares of the usual lengths that are tried, until a message fits. */
const SCALES = [1, 0.6, 0.3, 0.12, 0.05];
const SHORTEST_TEXT = 6;
/** Of a message that has to be shorter than this share of its usual length. */
const SHORT = 0.6;
const MAX_FACTS_IF_SHORT = 10;
const MAX_STEPS_IF_SHORT = 3;

/** Harmless pieces of a message, each at most `scale` of its usual length. */
export function scaledMessage(message: AlertMessage, scale: number): AlertMessage {
  const textOf = (text: string, max: number): string => harmless(text, Math.max(SHORTEST_TEXT, Math.floor(max * scale)));
  const bounded = boundMessage(message, textOf);
  const whole = { ...bounded, id: textOf(bounded.id, 100) };
  if (scale >= SHORT) return whole;
  return { ...whole, facts: whole.facts.slice(0, MAX_FACTS_IF_SHORT), steps: whole.steps.slice(0, MAX_STEPS_IF_SHORT) };
}

/** The longest form of a message that `fits`; `make` gets it with its texts shortened more and more. The last form is taken as it is. */
export function fitted<T>(message: AlertMessage, make: (scaled: AlertMessage) => T, fits: (made: T) => boolean): T {
  for (const scale of SCALES) {
    const made = make(scaledMessage(message, scale));
    if (fits(made)) return made;
  }
  const { id, createdMs, severity, title, ...texts } = scaledMessage(message, 0);
  return make({ ...texts, id, createdMs, severity, title, facts: [], steps: [], note: '', payload: '' });
}

/** `HIGH`, or `HIGH · It got worse`. */
export function severityLine(message: AlertMessage): string {
  const label = updateLabel(message);
  const severity = severityLabel(message.severity);
  return label === '' ? severity : `${severity} · ${label}`;
}

/** A whole message in a chat's markup, from texts that are harmless already. */
export function markupOf(message: AlertMessage, dialect: Dialect): string {
  const facts = labelledFacts(message).map(([label, value]) => `${prose(label, dialect)}: ${prose(value, dialect)}`);
  const steps = message.steps.map((step, index) => `${index + 1}) ${prose(step, dialect)}`);
  const blocks = [
    `${dialect.strong(severityLine(message))} · ${prose(message.title, dialect)}`,
    prose(message.outcome, dialect),
    message.payload === '' ? '' : dialect.codeBlock(message.payload),
    facts.join('\n'),
    steps.length === 0 ? '' : [dialect.strong(t('What to do next')), ...steps].join('\n'),
    message.command === undefined ? '' : `${dialect.strong(t('Open it in secmon'))}\n${prose(message.command, dialect)}`,
    message.note === '' ? '' : `${dialect.strong(t('Note'))}\n${prose(message.note, dialect)}`,
    t('Seen on {origin} · alert {id}', { origin: prose(message.origin, dialect), id: prose(message.id, dialect) }),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}
