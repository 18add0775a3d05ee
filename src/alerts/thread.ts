import { msg, t } from '../lang/lang.ts';
import type { AlertMessage, AlertRecord, ThreadKind } from '../model/alert.ts';

export interface ThreadState {
  /** An earlier message of the same thread that still waits in the same channel. */
  readonly ahead: AlertRecord | undefined;
  /** What the first delivery of the thread through this channel returned. */
  readonly reference: string | undefined;
}

const ALONE: ThreadState = { ahead: undefined, reference: undefined };

/** What the kept messages say about the thread of this one. Every delivered message of a thread carries the reference on. */
export function inThread(record: AlertRecord, kept: () => readonly AlertRecord[]): ThreadState {
  const { thread } = record.message;
  if (thread === undefined) return ALONE;
  const same = kept().filter(({ id, channel, message }) => {
    return id !== record.id && channel === record.channel && message.thread?.key === thread.key;
  });
  return {
    ahead: same.find(({ state, message }) => state === 'waiting' && (message.thread?.sequence ?? 0) < thread.sequence),
    reference: same.find(({ reference }) => reference !== undefined)?.reference,
  };
}

const LABELS: Readonly<Record<ThreadKind, string>> = {
  opened: '',
  worse: msg('It got worse'),
  succeeded: msg('It succeeded'),
  acknowledged: msg('Somebody took it over'),
  ended: msg('It ended'),
  digest: msg('Digest'),
};

const KIND_WORDS: Readonly<Record<ThreadKind, string>> = {
  opened: msg('opened'),
  worse: msg('worse'),
  succeeded: msg('succeeded'),
  acknowledged: msg('acknowledged'),
  ended: msg('ended'),
  digest: msg('digest'),
};

/** Why a message is sent, in one word. */
export const kindWord = (kind: ThreadKind): string => t(KIND_WORDS[kind]);

/** What is new in a later message of a thread, short; `''` for the first message and for one without a thread. */
export function updateLabel({ thread }: AlertMessage): string {
  const label = thread === undefined ? '' : LABELS[thread.kind];
  return label === '' ? '' : t(label);
}

/** True for a message that stands below an earlier one. */
export function isReply({ thread }: AlertMessage): boolean {
  return thread !== undefined && thread.sequence > 0;
}

/** What the key of a digest begins with: of the scheduled one, and of what a ceiling held back. */
export const DIGEST_KEY = 'digest-';
export const HELD_KEY = 'held-';

/** True for a digest that nobody has to be called for: all but one that is the first to tell of a success. */
export function isForReading({ thread, verdict }: AlertMessage): boolean {
  return thread?.kind === 'digest' && !(thread.key.startsWith(HELD_KEY) && verdict === 'worked');
}

const MAX_TOKEN = 100;

/** What names the message's thread (or the message, when it stands alone) to another system: letters, digits and hyphens. */
export function threadToken({ id, thread }: AlertMessage): string {
  return (thread?.key ?? id).replace(/[^A-Za-z0-9-]/g, '-').slice(0, MAX_TOKEN);
}
