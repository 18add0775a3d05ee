import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { t } from '../../lang/lang.ts';
import type { Severity } from '../../model/detection.ts';
import { octetCounted, SYSLOG_FRAME_BYTES, SYSLOG_MAX_BYTES, type SyslogTransport, syslogHeader } from '../../net/syslog.ts';
import { hostAndPort } from '../address.ts';
import { deliverStream, type Peer } from '../connection.ts';
import type { Output, Refusal } from '../output.ts';
import type { OutputRecord } from '../record.ts';
import { fitRecord } from './fit-record.ts';

export interface SyslogSettings {
  readonly peer: Peer;
  readonly transport: SyslogTransport;
  /** Numerical code. */
  readonly facility: number;
  /** Name of this machine. */
  readonly host: string;
  /** Longest message; undefined takes what every receiver should take. */
  readonly maxMessageBytes?: number | undefined;
}

const BATCH = { records: 1_000, bytes: 256 * 1_024 } as const;
const HEADER_ROOM = 400;

/**
 * One message a document (RFC 5424), which is its text, by UDP (RFC 5426), TCP with octet counting (RFC 6587) or TLS (RFC 5425). A
 * stream's messages are taken when the peer has read to their end; a datagram is when it has left.
 */
export function createSyslog(settings: SyslogSettings): Output {
  const { peer, transport } = settings;
  const maxBytes = (settings.maxMessageBytes ?? SYSLOG_MAX_BYTES[transport]) - SYSLOG_FRAME_BYTES;
  return {
    type: 'syslog',
    destination: `syslog+${transport}://${hostAndPort(peer)}`,
    batch: BATCH,
    async send(records, signal) {
      const refused: Refusal[] = [];
      const messages: Buffer[] = [];
      for (const record of records) {
        const message = syslogMessage(record, settings, maxBytes);
        if (message === undefined) refused.push({ record, reason: t('it cannot be cut to {n} bytes', { n: maxBytes }) });
        else messages.push(message);
      }
      if (messages.length > 0) {
        if (transport === 'udp') await sendDatagrams(messages, peer, signal);
        else await deliverStream(Buffer.concat(messages.map(octetCounted)), peer, signal);
      }
      return { ok: true, refused };
    },
    close: async () => {},
  };
}

/** The message; undefined when the document cannot be made to fit. */
function syslogMessage({ kind, text }: OutputRecord, { facility, host }: SyslogSettings, maxBytes: number): Buffer | undefined {
  const fitted = fitRecord(text, maxBytes - HEADER_ROOM);
  if (fitted === undefined) return undefined;
  const { timestamp, severity } = factsOf(fitted);
  return Buffer.from(`${syslogHeader({ facility, severity, timestamp, host, messageId: kind })} - ${fitted}`);
}

/** From ECS `event.severity`, see the table in src/model. */
function factsOf(text: string): { timestamp: string; severity: Severity } {
  const document = JSON.parse(text) as { '@timestamp'?: unknown; event?: { severity?: unknown } };
  const timestamp = document['@timestamp'];
  const number = Number(document.event?.severity ?? 0);
  const severity = number >= 99 ? 'critical' : number >= 73 ? 'high' : number >= 47 ? 'medium' : 'low';
  return { timestamp: typeof timestamp === 'string' ? timestamp : '', severity };
}

/** One datagram a message, one after the other. Rejects when one cannot leave, or the peer's machine says that nobody listens. */
async function sendDatagrams(messages: readonly Buffer[], { host, port }: Peer, signal: AbortSignal): Promise<void> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
      socket.on('error', reject);
      // A connected socket is told of refusals, at the next message.
      socket.connect(port, host, () => {
        const next = (at: number): void => {
          const message = messages[at];
          if (message === undefined) resolve();
          else socket.send(message, (error) => (error ? reject(error) : next(at + 1)));
        };
        next(0);
      });
    });
  } finally {
    // A connect whose name is still being looked up fails later, into this.
    socket.removeAllListeners('error').on('error', () => undefined);
    socket.close();
  }
}
