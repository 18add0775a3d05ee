import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.ts';

/** A certificate as the server showed it. */
export interface ShownCertificate {
  readonly validToMs: number | undefined;
  /** Why it is not trusted; `''` when it is. */
  readonly problem: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Where a redirect leads; `''` when it is none. */
  readonly location: string;
  /** The beginning, as UTF-8. Hostile. */
  readonly body: string;
  readonly isCut: boolean;
  /** Milliseconds until the whole answer was there, or as much as was wanted. */
  readonly tookMs: number;
  /** Of https alone. */
  readonly certificate: ShownCertificate | undefined;
}

export interface HttpGetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Also speaks to servers whose certificate is not trusted, and tells why it is not. Never with secrets. */
  readonly anyCertificate?: boolean;
}

/** Why there was no answer. `code` is Node's, or `ETIMEDOUT`, `ABORTED`. */
export class HttpGetError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpGetError';
    this.code = code;
  }
}

/** One GET request; redirects are not followed. Rejects with {@link HttpGetError} when no whole answer came. */
export type HttpGet = (url: URL, options: HttpGetOptions) => Promise<HttpAnswer>;

/** An {@link HttpGet} over the network, one connection each. No proxy of the environment is used. */
export const createHttpGet =
  ({ clock }: { readonly clock: Clock }): HttpGet =>
  (url, options) =>
    new Promise((resolve, reject) => {
      const { headers = {}, timeoutMs, signal, anyCertificate = false } = options;
      const startedMs = clock.monotonic();
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, { headers: { 'user-agent': 'secmon', ...headers }, agent: false, rejectUnauthorized: !anyCertificate });
      let settled = false;
      const settle = (finish: () => void): void => {
        if (settled) return;
        settled = true;
        cancel();
        signal.removeEventListener('abort', abort);
        finish();
        request.destroy();
      };
      const fail = (code: string, message: string, cause?: unknown): void =>
        settle(() => reject(new HttpGetError(code, message, { cause })));
      const abort = (): void => fail('ABORTED', 'stopped');
      const cancel = clock.after(timeoutMs, () => fail('ETIMEDOUT', 'no answer in time'));
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'ERROR', error.message, error));
      request.on('response', (response) => {
        // Node takes the socket away from a request that has ended.
        const certificate = certificateOf(response.socket);
        gather(response, options.maxBytes, {
          done: (body, isCut) =>
            settle(() =>
              resolve({
                status: response.statusCode ?? 0,
                location: response.headers.location ?? '',
                body,
                isCut,
                tookMs: clock.monotonic() - startedMs,
                certificate,
              }),
            ),
          failed: () => fail('ECONNRESET', 'the answer ended early'),
        });
      });
      request.end();
    });

interface Gathered {
  readonly done: (body: string, isCut: boolean) => void;
  readonly failed: () => void;
}

function gather(response: IncomingMessage, maxBytes: number, { done, failed }: Gathered): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const text = (): string => Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) done(text(), true);
  });
  response.on('end', () => (response.complete ? done(text(), false) : failed()));
  response.on('error', failed);
  response.on('aborted', failed);
}

function certificateOf(socket: Socket): ShownCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const shown = socket.getPeerCertificate();
  const validToMs = Date.parse(shown.valid_to ?? '');
  const reason: unknown = socket.authorizationError;
  const problem = socket.authorized ? '' : reason instanceof Error ? reason.message : String(reason ?? 'not trusted');
  return { validToMs: Number.isNaN(validToMs) ? undefined : validToMs, problem };
}
