import { t } from '../lang/lang.ts';
import type { AlertMessage } from '../model/alert.ts';
import { syslogHeader } from '../net/syslog.ts';
import { boundMessage } from './bounded-message.ts';
import { cutBytes, harmless } from './harmless.ts';
import { isoTime } from './render-json.ts';
import { updateLabel } from './thread.ts';

/** `32473` is the enterprise number for documentation (RFC 5612): secmon has none of its own. */
const SD_ID = 'secmon@32473';
const MAX_PARAMETER = 200;

export interface SyslogOptions {
  /** Numerical code (RFC 5424, table 1). */
  readonly facility: number;
  /** Name of this machine. */
  readonly host: string;
  /** Longest line, bytes. */
  readonly maxBytes: number;
}

/**
 * The message as one line (RFC 5424), without framing: header, structured data `[secmon@32473 id="…" severity="…" …]`, and a sentence. No
 * byte order mark before it: the text is UTF-8, yet many receivers would show the mark.
 */
export function renderSyslog(message: AlertMessage, { facility, host, maxBytes }: SyslogOptions): string {
  const bounded = boundMessage(message, harmless);
  const { severity, createdMs, thread } = message;
  const head = syslogHeader({ facility, severity, timestamp: isoTime(createdMs), host, messageId: thread?.kind ?? 'alert' });
  const label = updateLabel(message);
  const { title, who } = bounded;
  const what = who === '' ? `${title}.` : t('{title} by {who}.', { title, who });
  const payload = bounded.payload === '' ? '' : ` ${t('Payload: {payload}', { payload: bounded.payload })}`;
  const sentence = `${label === '' ? '' : `${label}: `}${what} ${bounded.outcome}${payload}`;
  return cutBytes(`${head} ${structured(message, bounded)} ${sentence}`, maxBytes);
}

function structured(message: AlertMessage, bounded: AlertMessage): string {
  const parameters: readonly (readonly [name: string, value: string])[] = [
    ['id', message.id],
    ['severity', message.severity],
    ['verdict', message.verdict ?? ''],
    ['incident', message.thread?.key ?? ''],
    ['sequence', message.thread === undefined ? '' : String(message.thread.sequence)],
    ['who', bounded.who],
    ['title', bounded.title],
  ];
  const given = parameters.filter(([, value]) => value !== '');
  return `[${SD_ID} ${given.map(([name, value]) => `${name}="${parameter(value)}"`).join(' ')}]`;
}

/** Quotation mark, backslash and closing bracket are escaped (RFC 5424, 6.3.3). */
const parameter = (value: string): string => harmless(value, MAX_PARAMETER).replace(/["\\\]]/g, '\\$&');
