import { t } from '../lang/lang.ts';
import type { Delivery } from '../model/alert.ts';
import { type Secret, SecretError } from '../settings/secret.ts';
import { spanWords } from '../text/span-words.ts';
import type { ChannelContext } from './channel.ts';
import { withDeadline } from './deadline.ts';
import { redact } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';

const MAX_REPLY_BYTES = 1_024;
/** Of an answer that is read for what it says: some services send the whole message back. */
const MAX_JUDGED_BYTES = 256 * 1_024;
/** What may stand in a header's value (RFC 9110, 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Answers that a later try may change, besides 5xx: Request Timeout, Misdirected Request (RFC 9110), Too Early (RFC 8470), Too Many Requests (RFC 6585). */
const PASSING = new Set([408, 421, 425, 429]);

export interface HttpPost {
  /** Where to; everything but the host is treated as secret. */
  readonly url: Secret;
  /** JSON; a function where a secret is in it. */
  readonly body: string | (() => string);
  readonly headers: () => Readonly<Record<string, string>>;
  /** Hidden in whatever is reported. */
  readonly secrets: readonly Secret[];
  readonly signal: AbortSignal;
  /** Says what an answer means where its status does not tell; undefined leaves it to the status. */
  readonly judge?: (answer: HttpAnswer) => Delivery | undefined;
}

/** An answer as {@link HttpPost.judge} sees it. */
export interface HttpAnswer {
  readonly status: number;
  /** The body as JSON; undefined when it is none. Hostile. */
  readonly json: unknown;
  /** Status and the beginning of the body, fit to be shown. */
  readonly said: string;
  /** Host and port that answered. */
  readonly host: string;
  /** What the server asks to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;
}

type HttpContext = Pick<ChannelContext, 'clock' | 'fetch' | 'httpTimeoutMs'>;

/** Posts JSON once. 2xx is delivered; 408, 421, 425, 429, 5xx, no answer and no connection may pass; anything else will not. Redirects are not followed. */
export async function httpPost(post: HttpPost, context: HttpContext): Promise<Delivery> {
  const { clock, httpTimeoutMs } = context;
  const { signal } = post;
  const secrets = [post.url, ...post.secrets];
  return withDeadline(
    async (either, timedOut): Promise<Delivery> => {
      let host = t('the server');
      try {
        const target = targetOf(post.url);
        host = target.host;
        const response = await context.fetch(target, {
          method: 'POST',
          redirect: 'manual',
          headers: checkedHeaders({ 'content-type': 'application/json', 'user-agent': 'secmon', ...post.headers() }),
          body: typeof post.body === 'string' ? post.body : post.body(),
          signal: either,
        });
        const body = await startOf(response, post.judge === undefined ? MAX_REPLY_BYTES : MAX_JUDGED_BYTES);
        const said = redact(`${response.status} ${response.statusText} ${body}`, secrets);
        const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), clock.now());
        const answer = { status: response.status, json: parsed(body), said, host, retryAfterMs };
        return post.judge?.(answer) ?? classify(answer);
      } catch (error) {
        if (error instanceof SecretError) return { ok: false, retryable: false, reason: error.message };
        if (timedOut())
          return { ok: false, retryable: true, reason: t('{host} did not answer within {span}', { host, span: spanWords(httpTimeoutMs) }) };
        if (signal.aborted) return { ok: false, retryable: true, reason: t('interrupted') };
        const cause = causeOf(error);
        if (cause === BAD_PORT)
          return { ok: false, retryable: false, reason: t('{host}: this port is reserved for another protocol than HTTP', { host }) };
        return { ok: false, retryable: true, reason: redact(t('cannot reach {host}: {cause}', { host, cause }), secrets) };
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
    throw new SecretError(t('the url holds a user or password: put an Authorization header under headers instead'));
  }
  throw new SecretError(t('the url is none that begins with https:// or http://'));
}

/** Host and port for the screen; why there is none when the secret is missing or wrong. */
export function describeTarget(url: Secret): string {
  try {
    return targetOf(url).host;
  } catch (error) {
    return error instanceof Error ? error.message : t('unknown reason');
  }
}

/** What the status of an answer means. */
function classify({ status, said, host, retryAfterMs }: HttpAnswer): Delivery {
  if (status >= 200 && status < 300) return { ok: true, reply: said };
  if (status >= 300 && status < 400) {
    const reason = t('{host} answered {status} and sends elsewhere: secmon follows no redirect, put the final address into url', {
      host,
      status,
    });
    return { ok: false, retryable: false, reason };
  }
  const reason = t('{host} answered {said}', { host, said });
  if (!PASSING.has(status) && status < 500) return { ok: false, retryable: false, reason };
  return retryLater(reason, retryAfterMs);
}

/** A failure that may pass, after the time that the server asked for if it did. */
export function retryLater(reason: string, retryAfterMs: number | undefined): Delivery {
  return { ok: false, retryable: true, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Throws {@link SecretError} for a value that no header can have; fetch would quote it in its error. */
function checkedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bad = Object.entries(headers).find(([, value]) => !HEADER_VALUE.test(value));
  if (bad === undefined) return headers;
  throw new SecretError(t('the value of the header {header} holds a character that no header may have (a line end?)', { header: bad[0] }));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The first bytes of the body; the rest is not read. */
async function startOf(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body.getReader();
  while (size < maxBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
  }
  reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

/** What fetch gives as cause for a port of its block list (Fetch Standard, "Port blocking"). */
const BAD_PORT = 'bad port';

/** fetch says only "fetch failed"; why stands in its cause. */
function causeOf(error: unknown): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) cause = cause.errors[0];
  return cause instanceof Error ? cause.message || cause.name : t('unknown reason');
}
