import type { Severity } from '../model/detection.ts';

/** Numerical codes of the facilities that a security message may come from (RFC 5424, table 1). */
export const SYSLOG_FACILITIES = {
  user: 1,
  daemon: 3,
  auth: 4,
  authpriv: 10,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
export type SyslogFacility = keyof typeof SYSLOG_FACILITIES;

/** Critical, error, warning, notice (RFC 5424, table 2). */
const SYSLOG_SEVERITIES: Readonly<Record<Severity, number>> = { critical: 2, high: 3, medium: 4, low: 5 };

export interface SyslogHeader {
  readonly facility: number;
  readonly severity: Severity;
  /** `''` when not known. */
  readonly timestamp: string;
  readonly host: string;
  /** What kind of message it is. */
  readonly messageId: string;
}

/** PRI, version, timestamp, host name, `secmon`, process id and message id (RFC 5424, 6.2), without a space at the end. */
export function syslogHeader({ facility, severity, timestamp, host, messageId }: SyslogHeader): string {
  const name = printable(host, 255);
  return `<${facility * 8 + SYSLOG_SEVERITIES[severity]}>1 ${timestamp || '-'} ${name} secmon ${process.pid} ${messageId}`;
}

/** PRINTUSASCII (RFC 5424, 6), or the nil value. */
const printable = (text: string, max: number): string => text.replace(/[^\x21-\x7e]/g, '-').slice(0, max) || '-';

/** What receivers should take at least: 2,048 octets (RFC 5424, 6.1), through TLS 8,192 (RFC 5425, 4.3.1). */
export const SYSLOG_MAX_BYTES = { udp: 2_048, tcp: 8_192, tls: 8_192 } as const;
export type SyslogTransport = keyof typeof SYSLOG_MAX_BYTES;
/** `8192 ` before a message that is counted. */
export const SYSLOG_FRAME_BYTES = 5;

/** MSG-LEN SP MSG (RFC 6587, 3.4.1). */
export const octetCounted = (message: Buffer): Buffer => Buffer.concat([Buffer.from(`${message.length} `), message]);
