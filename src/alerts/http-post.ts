import type { Delivery } from '../model/alert.ts';
import { duration } from '../text/units.ts';
import type { ChannelContext } from './channel.ts';
import { withDeadline } from './deadline.ts';
import { redact } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';
import { type Secret, SecretError } from './secret.ts';

const MAX_REPLY_BYTES = 1_024;
/** Answers that a later try may change, besides 5xx: Request Timeout, Too Early (RFC 8470), Too Many Requests (RFC 6585). */
const PASSING = new Set([408, 425, 429]);

export interface HttpPost {
  /** Where to; everything but the host is treated as secret. */
  readonly url: Secret;
  readonly body: string;
  readonly headers: () => Readonly<Record<string, string>>;
  /** Hidden in whatever is reported. */
  readonly secrets: readonly Secret[];
  readonly signal: AbortSignal;
}

type HttpContext = Pick<ChannelContext, 'clock' | 'fetch' | 'httpTimeoutMs'>;

/** Posts JSON once. 2xx is delivered; 429, 408, 425, 5xx, no answer and no connection may pass; anything else will not. Redirects are not followed. */
export async function httpPost(post: HttpPost, context: HttpContext): Promise<Delivery> {
  const { clock, httpTimeoutMs } = context;
  const { signal } = post;
  const secrets = [post.url, ...post.secrets];
  return withDeadline(
    async (either, timedOut): Promise<Delivery> => {
      let host = 'the server';
      try {
        const target = targetOf(post.url);
        host = target.host;
        const response = await context.fetch(target, {
          method: 'POST',
          redirect: 'manual',
          headers: { 'content-type': 'application/json', 'user-agent': 'secmon', ...post.headers() },
          body: post.body,
          signal: either,
        });
        const answer = redact(`${response.status} ${response.statusText} ${await startOf(response)}`, secrets);
        return classify(response, { answer, host, nowMs: clock.now() });
      } catch (error) {
        if (error instanceof SecretError) return { ok: false, retryable: false, reason: error.message };
        if (timedOut()) return { ok: false, retryable: true, reason: `${host} did not answer within ${duration(httpTimeoutMs)}` };
        if (signal.aborted) return { ok: false, retryable: true, reason: 'interrupted' };
        return { ok: false, retryable: true, reason: redact(`cannot reach ${host}: ${causeOf(error)}`, secrets) };
      }
    },
    { clock, signal, timeoutMs: httpTimeoutMs },
  );
}

/** The address; throws {@link SecretError} when it is none that can be posted to. */
export function targetOf(url: Secret): URL {
  const text = url.reveal();
  const target = URL.canParse(text) ? new URL(text) : undefined;
  if (target?.protocol === 'https:' || target?.protocol === 'http:') {
    if (target.username === '' && target.password === '') return target;
    throw new SecretError('the url holds a user or password: put an Authorization header under headers instead');
  }
  throw new SecretError('the url is none that begins with https:// or http://');
}

/** Host and port for the screen; why there is none when the secret is missing or wrong. */
export function describeTarget(url: Secret): string {
  try {
    return targetOf(url).host;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

function classify(response: Response, seen: { answer: string; host: string; nowMs: number }): Delivery {
  const { status } = response;
  if (response.ok) return { ok: true, reply: seen.answer };
  if (status >= 300 && status < 400) {
    const reason = `${seen.host} answered ${status} and sends elsewhere: secmon follows no redirect, put the final address into url`;
    return { ok: false, retryable: false, reason };
  }
  const reason = `${seen.host} answered ${seen.answer}`;
  if (!PASSING.has(status) && status < 500) return { ok: false, retryable: false, reason };
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), seen.nowMs);
  return { ok: false, retryable: true, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The first bytes of the body; the rest is not read. */
async function startOf(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body.getReader();
  while (size < MAX_REPLY_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
  }
  reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, MAX_REPLY_BYTES).toString('utf8');
}

/** fetch says only "fetch failed"; why stands in its cause. */
function causeOf(error: unknown): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) cause = cause.errors[0];
  return cause instanceof Error ? cause.message || cause.name : 'unknown reason';
}
