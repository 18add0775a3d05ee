import type { z } from 'zod';
import { SYSLOG_FACILITIES, type SyslogFacility } from '../../net/syslog.ts';
import type { SchemaKit } from '../../settings/schema-kit.ts';

const NAMES = Object.keys(SYSLOG_FACILITIES) as SyslogFacility[];

/** The section of a `syslog` channel. */
export function syslogSchema({ z }: SchemaKit) {
  return z.strictObject({
    type: z
      .literal('syslog')
      .describe('A syslog server (RFC 5424), one line an alert. Syslog confirms nothing: sent is all that is known.'),
    host: z.string().min(1).describe('Name or address of the server.').meta({ example: 'log.example.org' }),
    transport: z
      .enum(['udp', 'tcp', 'tls'])
      .describe('`udp` may lose messages; `tcp` counts octets (RFC 6587); `tls` is RFC 5425.')
      .meta({ example: 'tls' }),
    port: z.int().min(1).max(65_535).optional().describe('Port; 514, with tls 6514.').meta({ example: 6514 }),
    facility: z.enum(NAMES).default('authpriv').describe('What kind of program the message comes from.'),
    tls: z
      .strictObject({
        ca: z.string().min(1).optional().describe('File with the certificate authority that signed the server, PEM.'),
        insecure: z.boolean().default(false).describe('Accept any certificate: encrypted, but not against somebody in between.'),
      })
      .optional()
      .describe('Only for servers with a certificate of their own.'),
  });
}

export type SyslogConfig = z.infer<ReturnType<typeof syslogSchema>>;
