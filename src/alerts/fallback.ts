import { t } from '../lang/lang.ts';
import type { AlertMessage, AlertRecord } from '../model/alert.ts';

/** Where a message goes that its own channel cannot deliver. */
export interface Fallback {
  readonly channel: string;
  /** Messages of an hour, of whatever kind, beyond which one more says that there are others. */
  readonly ceiling: number;
}

const HOUR_MS = 3_600_000;

/**
 * The message that stands for one that has failed, with which channel could not deliver it and why. Undefined where there is nothing to say:
 * the fallback's own failure, what the fallback channel was told itself, a repeat, and what is above the ceiling.
 */
export function fallbackMessage(
  failed: AlertRecord,
  { channel, ceiling }: Fallback,
  { kept, nowMs }: { readonly kept: () => readonly AlertRecord[]; readonly nowMs: number },
): AlertMessage | undefined {
  const { message } = failed;
  if (failed.channel === channel || message.failed !== undefined) return undefined;
  const own = kept().filter((record) => record.channel === channel);
  const isKept = (id: string): boolean =>
    own.some((record) => record.message.id === id && (id !== message.id || record.state !== 'failed'));
  const id = `fallback-${message.id}`;
  if (isKept(message.id) || isKept(id)) return undefined;
  if (own.filter(({ message: { createdMs } }) => createdMs > nowMs - HOUR_MS).length < ceiling) return standIn(failed, { id, nowMs });
  const lastId = `fallback-more-${Math.floor(nowMs / HOUR_MS)}`;
  return isKept(lastId) ? undefined : lastOfHour(failed, { id: lastId, nowMs });
}

interface Identity {
  readonly id: string;
  readonly nowMs: number;
}

function standIn({ channel, message, result }: AlertRecord, { id, nowMs }: Identity): AlertMessage {
  const why = t('{channel} could not deliver this: {reason}', { channel, reason: result });
  return {
    ...message,
    id,
    createdMs: nowMs,
    title: t('Not delivered by {channel}: {title}', { channel, title: message.title }),
    note: message.note === '' ? why : `${why} ${message.note}`,
    failed: { channel, reason: result },
  };
}

function lastOfHour({ channel, message, result }: AlertRecord, { id, nowMs }: Identity): AlertMessage {
  return {
    id,
    createdMs: nowMs,
    severity: message.severity,
    title: t('More messages could not be delivered, first by {channel}', { channel }),
    who: '',
    outcome: t('This channel has had its messages of the hour; what fails until the next stands on the Alerts screen only.'),
    payload: '',
    facts: [],
    steps: [t('Mend the channel, and try it with: secmon alert test {channel}', { channel })],
    note: result,
    origin: message.origin,
    command: t('Run secmon'),
    failed: { channel, reason: result },
  };
}
