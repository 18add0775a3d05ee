import { msg, t } from '../../lang/lang.ts';
import type { Delivery } from '../../model/alert.ts';
import { below } from '../../settings/schema-kit.ts';
import { createSecret } from '../../settings/secret.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { type HttpAnswer, httpPost, retryLater } from '../http-post.ts';
import { field } from '../json-field.ts';
import { renderSlack, slackText } from '../render-slack.ts';
import type { SlackBotConfig } from './slack-bot-schema.ts';

/** Errors of the Web API that pass by themselves (docs.slack.dev, chat.postMessage, "Errors"); all others need a person. */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);
/** The message that this one replies to is not there any more. */
const NO_THREAD = new Set(['thread_not_found', 'message_not_found', 'cannot_reply_to_message', 'invalid_thread_ts']);
const ADVICE: Readonly<Record<string, string>> = {
  not_in_channel: msg('invite the app into the channel'),
  channel_not_found: msg('give the id of the channel, and invite the app into it if it is private'),
  missing_scope: msg('give the app the scope chat:write and install it again'),
  is_archived: msg('the channel is archived'),
};
const TIMESTAMP = /^\d{1,20}\.\d{1,10}$/;

/** Slack by the Web API. Later messages of a thread are replies to its first one, whose `ts` is the reference. */
export function createSlackBotChannel(name: string, { token, channel, url }: SlackBotConfig, context: ChannelContext): Channel {
  const target = createSecret(below(url, '/chat.postMessage'));
  const headers = (): Record<string, string> => ({
    authorization: `Bearer ${token.reveal()}`,
    'content-type': 'application/json; charset=utf-8',
  });
  return {
    name,
    type: 'slack-bot',
    get destination() {
      return t('Slack channel {channel}', { channel });
    },
    maxBytes: 128 * 1_024,
    render: (message) => slackText(renderSlack(message)),
    async send(message, { signal, reference }) {
      const payload = { channel, ...renderSlack(message) };
      let isGone = false;
      const judge = (answer: HttpAnswer): Delivery | undefined => {
        isGone = NO_THREAD.has(String(field(answer.json, 'error')));
        return meaningOf(answer);
      };
      const post = (body: object): Promise<Delivery> =>
        httpPost({ url: target, body: JSON.stringify(body), headers, secrets: [token], signal, judge }, context);
      if (reference === undefined) return post(payload);
      // What worked must not hide in a thread that nobody has open.
      const delivery = await post({ ...payload, thread_ts: reference, reply_broadcast: message.thread?.kind === 'succeeded' });
      return isGone ? post(payload) : delivery;
    },
  };
}

/** Slack says with status 200 what went wrong. */
function meaningOf(answer: HttpAnswer): Delivery | undefined {
  const { status, json, said, host, retryAfterMs } = answer;
  if (status < 200 || status > 299) return undefined;
  if (field(json, 'ok') === true) {
    const ts = field(json, 'ts');
    return { ok: true, reply: said, ...(typeof ts === 'string' && TIMESTAMP.test(ts) ? { reference: ts } : {}) };
  }
  const error = field(json, 'error');
  if (typeof error !== 'string') return retryLater(t('{host} answered, but not as Slack does: {said}', { host, said }), retryAfterMs);
  if (PASSING.has(error)) return retryLater(t('{host} answered {said}', { host, said }), retryAfterMs);
  const advice = Object.hasOwn(ADVICE, error) ? ADVICE[error] : undefined;
  const reason = t('{host} answered {said}', { host, said });
  return { ok: false, retryable: false, reason: advice === undefined ? reason : `${reason}: ${t(advice)}` };
}
