import { msg, t } from '../lang/lang.ts';
import type { AlertMessage, AlertThread, Verdict } from '../model/alert.ts';
import type { Outcome } from '../model/detection.ts';
import { familyWord } from '../text/family-word.ts';
import { spanWords } from '../text/span-words.ts';
import { count } from '../text/units.ts';
import type { AlertFacts } from './alert-facts.ts';
import { boundMessage } from './bounded-message.ts';
import { nextSteps } from './next-steps.ts';
import { openCommand } from './open-command.ts';

export interface MessageOptions {
  /** Idempotency key; unique, letters, digits and hyphens (a UUID). */
  readonly id: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly createdMs: number;
  /** How times are written for people, with their zone. */
  readonly dateTime: (ms: number) => string;
  /** Where the message stands among those about the same incident; without it it stands alone. */
  readonly thread?: AlertThread;
}

/** More is not read on a phone at night. */
const STEPS = 3;

/** What the outcome means in a sentence; `{status}` is filled in. */
const OUTCOME: Readonly<Record<Outcome, string>> = {
  blocked: msg('Blocked by the server{status}.'),
  refused: msg('Refused by the server{status}.'),
  redirected: msg('Redirected{status}; where to decides whether it worked.'),
  abandoned: msg('The client gave up before the answer{status}; whether it worked is open.'),
  error: msg('The server failed on it{status}; whether it worked is open.'),
  answered: msg('The server answered it{status}; whether it worked is open.'),
  none: msg('The log does not tell whether it worked.'),
};

const VERDICT: Readonly<Record<Outcome, Verdict>> = {
  blocked: 'stopped',
  refused: 'stopped',
  redirected: 'open',
  abandoned: 'open',
  error: 'open',
  answered: 'open',
  none: 'open',
};

/** The message to people about an entry, address or incident, from plain facts; the same facts give the same message. */
export function buildMessage(facts: AlertFacts, { id, createdMs, dateTime, thread }: MessageOptions): AlertMessage {
  const { counts, firstMs, lastMs, host, sourceNames } = facts;
  const labelled: [string, string][] = [
    [t('First seen'), firstMs === undefined ? '' : dateTime(firstMs)],
    [t('Last seen'), lastMs === undefined ? '' : dateTime(lastMs)],
    [t('Lasted'), firstMs === undefined || lastMs === undefined || lastMs - firstMs < 1_000 ? '' : spanWords(lastMs - firstMs)],
    [t('Requests'), counts.requests === 0 ? '' : count(counts.requests)],
    [t('Detections'), counts.detections === 0 ? '' : count(counts.detections)],
    [t('Successes'), counts.successes === 0 ? '' : count(counts.successes)],
    [t('Families'), facts.families.map(familyWord).join(', ')],
    [t('Rules'), listed(facts.rules.map((title) => t(title)))],
    [t('Path'), facts.path],
  ];
  return boundMessage({
    id,
    createdMs,
    severity: facts.severity,
    title: facts.title,
    who: facts.actorNote === '' ? facts.actor : `${facts.actor} (${facts.actorNote})`,
    outcome: facts.checks === undefined ? outcomeSentence(facts) : t('Found by a check; nobody was seen using it.'),
    payload: facts.payload,
    facts: labelled.filter(([, value]) => value !== ''),
    steps: (facts.checks?.map((check) => t('See what to do about it: secmon check {check}', { check })) ?? nextSteps(facts)).slice(
      0,
      STEPS,
    ),
    note: facts.note,
    origin: sourceNames.length === 0 ? host : `${host}: ${listed(sourceNames)}`,
    verdict: facts.success ? 'worked' : VERDICT[facts.outcome],
    command: openCommand(facts.actor),
    ...(thread === undefined ? {} : { thread }),
  });
}

function outcomeSentence({ outcome, status, success, successNote }: AlertFacts): string {
  const answer = status > 0 ? ` (${status})` : '';
  if (success && successNote !== '') return t('It probably worked{status}: {note}.', { status: answer, note: successNote });
  return success ? t('It probably worked{status}.', { status: answer }) : t(OUTCOME[outcome], { status: answer });
}

function listed(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return more > 0 ? t('{names} and {more} more', { names: names.slice(0, most).join(', '), more }) : names.join(', ');
}
