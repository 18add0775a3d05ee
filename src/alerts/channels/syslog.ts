import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import type { Delivery } from '../../model/alert.ts';
import { octetCounted, SYSLOG_FACILITIES, SYSLOG_FRAME_BYTES, SYSLOG_MAX_BYTES } from '../../net/syslog.ts';
import { SecretError } from '../../settings/secret.ts';
import { spanWords } from '../../text/span-words.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { withDeadline } from '../deadline.ts';
import { redact } from '../redact.ts';
import { renderSyslog } from '../render-syslog.ts';
import type { SyslogConfig } from './syslog-schema.ts';
import { sendDatagram, sendStream } from './syslog-transports.ts';

/** Syslog by UDP (RFC 5426), TCP with octet counting (RFC 6587, 3.4.1) or TLS (RFC 5425), one connection a message. */
export function createSyslogChannel(name: string, config: SyslogConfig, context: ChannelContext): Channel {
  const { host, transport } = config;
  const port = config.port ?? (transport === 'tls' ? 6514 : 514);
  const server = `${host}:${port}`;
  const maxBytes = SYSLOG_MAX_BYTES[transport];
  const options = { facility: SYSLOG_FACILITIES[config.facility], host: hostname(), maxBytes: maxBytes - SYSLOG_FRAME_BYTES };
  const render: Channel['render'] = (message) => renderSyslog(message, options);
  return {
    name,
    type: 'syslog',
    get destination() {
      return t('syslog at {server} by {transport}', { server, transport });
    },
    maxBytes,
    render,
    send(message, { signal }) {
      const { clock, httpTimeoutMs: timeoutMs } = context;
      const attempt = (either: AbortSignal, timedOut: () => boolean): Promise<Delivery> =>
        deliver(render(message), { config, server, port, clock, signal: either, timedOut, timeoutMs });
      return withDeadline(attempt, { clock, signal, timeoutMs });
    },
  };
}

interface Attempt {
  readonly config: SyslogConfig;
  readonly server: string;
  readonly port: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timedOut: () => boolean;
  readonly timeoutMs: number;
}

async function deliver(line: string, { config, server, port, clock, signal, timedOut, timeoutMs }: Attempt): Promise<Delivery> {
  const bytes = Buffer.from(line);
  const peer = { host: config.host, port, signal, clock };
  try {
    if (config.transport === 'udp') await sendDatagram(bytes, peer);
    else await sendStream(octetCounted(bytes), { ...peer, tls: await tlsOptions(config) });
    return { ok: true, reply: t('sent {n} bytes to {server}; syslog confirms nothing', { n: bytes.length, server }) };
  } catch (error) {
    if (error instanceof SecretError) return { ok: false, retryable: false, reason: error.message };
    if (timedOut())
      return { ok: false, retryable: true, reason: t('{server} did not take it within {span}', { server, span: spanWords(timeoutMs) }) };
    if (signal.aborted) return { ok: false, retryable: true, reason: t('interrupted') };
    const cause = error instanceof Error ? error.message || error.name : t('unknown reason');
    return { ok: false, retryable: true, reason: redact(t('cannot send to {server}: {cause}', { server, cause }), []) };
  }
}

async function tlsOptions({ transport, tls }: SyslogConfig): Promise<{ ca?: string; rejectUnauthorized: boolean } | undefined> {
  if (transport !== 'tls') return undefined;
  const rejectUnauthorized = tls?.insecure !== true;
  if (tls?.ca === undefined) return { rejectUnauthorized };
  try {
    return { rejectUnauthorized, ca: await readFile(tls.ca, 'utf8') };
  } catch (error) {
    throw new SecretError(
      t('cannot read the certificate authority {path}: {code}', { path: tls.ca, code: (error as NodeJS.ErrnoException).code ?? '' }),
      { cause: error },
    );
  }
}
