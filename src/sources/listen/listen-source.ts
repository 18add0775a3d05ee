import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, Server as TlsServer } from 'node:tls';
import { type Clock, systemClock } from '../../clock/clock.ts';
import { msg, t } from '../../lang/lang.ts';
import { serverTlsOptions, type TlsFiles } from '../../net/tls-files.ts';
import { messageOf } from '../failure.ts';
import { createNoticeQueue, type NoticeQueue } from '../notice-queue.ts';
import type { LineBatch, Source } from '../source.ts';
import { eventBatch } from '../split.ts';
import { createWake, type Wake } from '../wake.ts';
import { type ConnectionLimits, type Connections, createConnections, DEFAULT_LIMITS } from './connections.ts';
import type { CreateFramer } from './framer.ts';
import { keepListening } from './keep-listening.ts';
import { addressText, type ListenTarget } from './target.ts';

const RENEWAL_MS = 3_600_000;

export interface ListenSourceOptions {
  readonly target: ListenTarget;
  readonly name?: string | undefined;
  readonly createFramer: CreateFramer;
  /** Peers have to prove themselves before they send lines. */
  readonly handshake?: boolean;
  readonly limits?: Partial<ConnectionLimits>;
  readonly clock?: Clock;
  /** In [0, 1); spreads attempts. */
  readonly random?: () => number;
}

/** What one reading of the source needs. */
interface Reading extends Required<Pick<ListenSourceOptions, 'target' | 'createFramer' | 'handshake' | 'clock'>> {
  readonly limits: ConnectionLimits;
  readonly notices: NoticeQueue;
  readonly wake: Wake;
  readonly signal: AbortSignal;
}

/**
 * Lines that others send over TCP or TLS. Every connection is a stream of its own; they are read in turn, one chunk each, and only when lines are asked
 * for: a fast sender waits (TCP's own back-pressure), and a slow one delays nobody.
 */
export function createListenSource(options: ListenSourceOptions): Source {
  const { target, createFramer, handshake = false, clock = systemClock, random = Math.random } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    key: addressText(target),
    name: options.name ?? addressText(target),
    async *read({ signal }) {
      const wake = createWake();
      const reading: Reading = { target, createFramer, handshake, clock, limits, notices: wakingNotices(clock, wake), wake, signal };
      signal.addEventListener('abort', wake.notify);
      try {
        yield* keepListening({ target, clock, random, signal }, () => listenOnce(reading));
      } finally {
        signal.removeEventListener('abort', wake.notify);
      }
    },
  };
}

/** Notices that are told even when no line comes. */
function wakingNotices(clock: Clock, wake: Wake): NoticeQueue {
  const queue = createNoticeQueue(clock);
  return {
    take: queue.take,
    add(text) {
      queue.add(text);
      wake.notify();
    },
  };
}

/** Listens and reads until the signal; returns why it could not. */
async function* listenOnce(reading: Reading): AsyncGenerator<LineBatch, unknown> {
  const { target, notices, wake } = reading;
  const connections = createConnections({
    ...reading,
    ratePerSecond: target.ratePerSecond,
    notice: notices.add,
    wake: wake.notify,
  });
  let server: Server | undefined;
  let cancelRenewal = (): void => {};
  try {
    server = createServerFor(target, connections, notices);
    if (target.tls !== undefined && server instanceof TlsServer) cancelRenewal = renewHourly(server, target.tls, reading);
    server.maxConnections = reading.limits.connections * 2;
    await listening(server, target);
    server.on('error', (error) => notices.add(messageOf(error)));
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : target.port;
    yield eventBatch({ type: 'live' });
    yield eventBatch({ type: 'notice', detail: t('listens at {at}', { at: addressText({ ...target, port }) }) });
    yield* readAll({ ...reading, connections });
    return undefined;
  } catch (error) {
    return error;
  } finally {
    cancelRenewal();
    server?.close();
    connections.closeAll();
  }
}

function createServerFor({ tls }: ListenTarget, connections: Connections, notices: NoticeQueue): Server {
  // Half open: the answer to a sender's end tells it that all is kept, and is given only then.
  if (tls === undefined) return createServer({ allowHalfOpen: true }, connections.accept);
  const server = createTlsServer({ ...serverTlsOptions(tls), allowHalfOpen: true }, connections.accept);
  server.on('tlsClientError', (error: Error, socket: TLSSocket) =>
    notices.add(t('{address}: no TLS connection: {reason}', { address: socket.remoteAddress ?? '?', reason: tlsReason(error, socket) })),
  );
  return server;
}

/** OpenSSL's reasons that say something of the sender (err(3)), in words. */
const TLS_REASONS: Readonly<Record<string, string>> = {
  'peer did not return a certificate': msg('it shows no certificate'),
  'wrong version number': msg('it does not speak TLS'),
  'http request': msg('it does not speak TLS'),
  'tlsv1 alert unknown ca': msg('it does not trust the certificate shown to it'),
  'sslv3 alert bad certificate': msg('it does not trust the certificate shown to it'),
};

/** Why there is no connection, without OpenSSL's places in its source. */
function tlsReason(error: Error & { readonly reason?: unknown }, { authorizationError }: TLSSocket): string {
  // Node only hangs up on who is not authorized.
  const refused = authorizationError === undefined || authorizationError === null ? '' : String(authorizationError);
  if (refused !== '')
    return refused === 'CERT_HAS_EXPIRED' ? t('its certificate has expired') : t('its certificate is not of this authority');
  const reason = typeof error.reason === 'string' ? error.reason : messageOf(error);
  const known = Object.hasOwn(TLS_REASONS, reason) ? TLS_REASONS[reason] : undefined;
  return known === undefined ? reason : t(known);
}

/** Reads the certificate again every hour: one that was renewed counts for new connections, one that cannot be used leaves the old. */
function renewHourly(server: TlsServer, tls: TlsFiles, { clock, notices }: Pick<Reading, 'clock' | 'notices'>): () => void {
  let cancel = (): void => {};
  const renew = (): void => {
    try {
      server.setSecureContext(serverTlsOptions(tls));
    } catch (error) {
      notices.add(messageOf(error));
    }
    cancel = clock.after(RENEWAL_MS, renew);
  };
  cancel = clock.after(RENEWAL_MS, renew);
  return () => cancel();
}

const listening = (server: Server, { host, port }: ListenTarget): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });

async function* readAll({
  connections,
  notices,
  wake,
  signal,
}: Reading & { readonly connections: Connections }): AsyncGenerator<LineBatch> {
  while (!signal.aborted) {
    const notice = notices.take();
    if (notice !== undefined) yield eventBatch({ type: 'notice', detail: notice });
    const connection = connections.next();
    if (connection === undefined) {
      if (notice === undefined) await wake.wait();
      continue;
    }
    const { socket, framer, id, address } = connection;
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) {
      for (const batch of framer.push(chunk)) {
        if (signal.aborted) return;
        yield { stream: id, ...batch };
      }
      if (framer.failure === undefined) connections.took(connection, chunk.length);
      else connections.close(connection, `${address}: ${framer.failure}`);
    } else if (socket.readableEnded || socket.destroyed) {
      for (const batch of framer.end()) if (batch.lines.length > 0) yield { stream: id, ...batch };
      if (socket.destroyed) connections.close(connection);
      else yield { lines: [], bytes: 0, cut: 0, stream: id, acknowledge: () => connections.finish(connection) };
    }
  }
}
