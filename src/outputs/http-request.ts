import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { t } from '../lang/lang.ts';
import { type Peer, tlsOptions } from './connection.ts';

/** One request with a body, and what came back. */
export interface HttpPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** No more of the answer is read; a longer one is an error. */
  readonly maxAnswerBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** Posts over connections that are kept and used again. Redirects are not followed. */
export interface HttpClient {
  /** Rejects when no whole answer comes, or on abort. */
  post(post: HttpPost, signal: AbortSignal): Promise<HttpAnswer>;
  close(): void;
}

/** Not `fetch`: that knows no certificate authority of a person's own. */
export function createHttpClient(peer: Peer): HttpClient {
  const { host, port, tls } = peer;
  const agentOptions = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
  const agent = tls === undefined ? new HttpAgent(agentOptions) : new HttpsAgent(agentOptions);
  return {
    async post({ path, headers, body, maxAnswerBytes }, signal) {
      const common = {
        host,
        port,
        path,
        method: 'POST',
        agent,
        signal,
        headers: { 'user-agent': 'secmon', 'content-length': String(body.length), ...headers },
      };
      const secured = tls === undefined ? undefined : { ...(await tlsOptions(tls)), ...(isIP(host) === 0 ? { servername: host } : {}) };
      return new Promise<HttpAnswer>((resolve, reject) => {
        const answered = (response: IncomingMessage): void => void readAnswer(response, maxAnswerBytes).then(resolve, reject);
        const request = secured === undefined ? requestHttp(common, answered) : requestHttps({ ...common, ...secured }, answered);
        request.on('error', reject);
        request.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

function readAnswer(response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) response.destroy(new Error(t('the answer is longer than {n} bytes', { n: maxBytes })));
    });
    response.on('error', reject);
    response.on('close', () => reject(new Error(t('the answer broke off'))));
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
        body: Buffer.concat(chunks).toString('utf8'),
      }),
    );
  });
}
