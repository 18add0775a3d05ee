import type { ChannelConfig, ChannelType } from '../../src/alerts/channels/index.ts';
import { secret } from './samples.ts';
import { PASSWORD, USER } from './smtp-peer.ts';

export const SECRETS = {
  password: PASSWORD,
  token: 't0k3n-of-the-channel',
  key: 'k3y-of-the-signature',
  header: 'Bearer h3ader-value',
  botToken: '123456789:AAt0ken_of-the-bot',
};

/** Channels that speak HTTP. */
export const HTTP_TYPES = [
  'slack',
  'webhook',
  'slack-bot',
  'discord',
  'mattermost',
  'teams',
  'telegram',
  'ntfy',
  'pagerduty',
  'opsgenie',
] as const satisfies readonly ChannelType[];
export type HttpType = (typeof HTTP_TYPES)[number];

/** An answer that each of these services could give to a message that it took. */
export const GOOD_ANSWER = '{"ok":true,"ts":"1700000000.000100","result":{"message_id":42}}';

/** One working configuration of each HTTP channel; `url` is the server's. */
export function httpConfigs(url: string): { [T in HttpType]: ChannelConfig & { readonly type: T } } {
  const hook = secret(`${url}/services/${SECRETS.token}`);
  return {
    slack: { type: 'slack', url: hook },
    webhook: {
      type: 'webhook',
      url: secret(`${url}/hook?token=${SECRETS.token}`),
      secret: secret(SECRETS.key),
      headers: { Authorization: secret(SECRETS.header) },
    },
    'slack-bot': { type: 'slack-bot', token: secret(SECRETS.token), channel: 'C0123456789', url: `${url}/api` },
    discord: { type: 'discord', url: hook },
    mattermost: { type: 'mattermost', url: hook },
    teams: { type: 'teams', url: secret(`${url}/workflows/x/triggers/manual/paths/invoke?api-version=1&sig=${SECRETS.token}`) },
    telegram: { type: 'telegram', token: secret(SECRETS.botToken), chat: '-1001234567890', url },
    ntfy: { type: 'ntfy', topic: secret(SECRETS.token), token: secret(SECRETS.key), url },
    pagerduty: { type: 'pagerduty', routing_key: secret(SECRETS.token), url },
    opsgenie: { type: 'opsgenie', key: secret(SECRETS.token), url: `${url}/v2/alerts` },
  };
}

/** Where the peers of the channels that are not HTTP listen. */
export interface Ports {
  readonly smtp: number;
  readonly syslog: number;
  /** File with the certificate of both. */
  readonly ca: string;
}

/** One working configuration of each type; a type without one here does not compile. */
export function configsOf(url: string, { smtp, syslog, ca }: Ports): { [T in ChannelType]: ChannelConfig & { readonly type: T } } {
  return {
    ...httpConfigs(url),
    email: {
      type: 'email',
      host: 'localhost',
      port: smtp,
      security: 'starttls',
      user: USER,
      password: secret(SECRETS.password),
      from: 'secmon@example.org',
      to: 'ops@example.org',
      tls: { ca, insecure: false },
    },
    syslog: { type: 'syslog', host: 'localhost', port: syslog, transport: 'tls', facility: 'authpriv', tls: { ca, insecure: false } },
    desktop: { type: 'desktop' },
    file: { type: 'file' },
  };
}
