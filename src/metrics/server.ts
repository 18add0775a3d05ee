import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { t } from '../lang/lang.ts';
import type { MetricsAddress } from './address.ts';
import { CONTENT_TYPES, negotiate, writeExposition } from './exposition.ts';
import type { MetricFamily } from './family.ts';

/** What is asked when somebody looks. */
export interface MetricsSubject {
  families(): readonly MetricFamily[];
  /** What is wrong, one sentence each; empty when all is well. */
  troubles(): readonly string[];
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Metrics cannot be served there; the message is for the person who asked for it. */
export class MetricsError extends Error {
  override readonly name = 'UsageError';
}

/** Limits for whoever is slow on purpose, milliseconds. Requests have no body and few headers. */
export interface MetricsLimits {
  readonly headersMs: number;
  readonly idleMs: number;
  readonly connections: number;
}

const LIMITS: MetricsLimits = { headersMs: 5_000, idleMs: 10_000, connections: 32 };
const MAX_HEADER_BYTES = 8_192;
const TEXT = 'text/plain; charset=utf-8';

/** Serves `/metrics` and `/healthz`, GET and HEAD alone. Rejects with {@link MetricsError}. */
export async function serveMetrics(
  address: MetricsAddress,
  subject: MetricsSubject,
  limits: MetricsLimits = LIMITS,
): Promise<MetricsServer> {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.headersMs,
      connectionsCheckingInterval: Math.ceil(limits.headersMs / 4),
      keepAliveTimeout: limits.idleMs,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => answer(request, response, subject),
  );
  server.maxConnections = limits.connections;
  server.maxHeadersCount = 50;
  // Whoever does not read what was asked for is let go.
  server.setTimeout(limits.idleMs, (socket) => socket.destroy());
  await listening(server, address);
  // Serving alone is no reason to go on.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: MetricsAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
      const reason = cause.code === 'EADDRINUSE' ? t('another program listens there already') : cause.message;
      reject(new MetricsError(t('cannot serve metrics at {where}: {reason}', { where, reason }), { cause }));
    });
    server.listen({ host, port }, resolve);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, subject: MetricsSubject): void {
  const isHead = request.method === 'HEAD';
  const say = (status: number, type: string, text: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    response.end(isHead ? undefined : text);
  };
  if (request.method !== 'GET' && !isHead) {
    // A body is not read: the connection ends with the answer.
    say(405, TEXT, 'GET or HEAD\n', { allow: 'GET, HEAD', connection: 'close' });
    return;
  }
  switch ((request.url ?? '').split('?', 1)[0]) {
    case '/metrics': {
      const format = negotiate(request.headers.accept);
      say(200, CONTENT_TYPES[format], writeExposition(subject.families(), format), { vary: 'Accept' });
      break;
    }
    case '/healthz': {
      const troubles = subject.troubles();
      if (troubles.length === 0) say(200, TEXT, 'ok\n');
      else say(503, TEXT, `${troubles.join('\n')}\n`);
      break;
    }
    case '/':
      say(200, TEXT, 'secmon: /metrics /healthz\n');
      break;
    default:
      say(404, TEXT, 'there are /metrics and /healthz\n');
  }
}
