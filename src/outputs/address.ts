import { t } from '../lang/lang.ts';

/** What the first part of an output's address may be. */
export const SCHEMES = {
  'logstash+tcp': { type: 'logstash', tls: false, port: undefined },
  'logstash+tls': { type: 'logstash', tls: true, port: undefined },
  'elasticsearch+https': { type: 'elasticsearch', tls: true, port: 9_200 },
  'elasticsearch+http': { type: 'elasticsearch', tls: false, port: 9_200 },
  fluent: { type: 'fluent', tls: false, port: 24_224 },
  'fluent+tls': { type: 'fluent', tls: true, port: 24_224 },
  'syslog+udp': { type: 'syslog', tls: false, port: 514 },
  'syslog+tcp': { type: 'syslog', tls: false, port: 514 },
  'syslog+tls': { type: 'syslog', tls: true, port: 6_514 },
  syslog: { type: 'syslog', tls: false, port: 514 },
} as const;
export type Scheme = keyof typeof SCHEMES;
type NetworkType = (typeof SCHEMES)[Scheme]['type'];
export type OutputType = NetworkType | 'file' | 'stdout';

interface NetworkAddress<T extends NetworkType> {
  readonly type: T;
  readonly scheme: Scheme;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Begins with a slash, without one at its end; `''` for none. */
  readonly path: string;
}

/** Where an output goes, read from its address. */
export type OutputAddress =
  | { readonly type: 'stdout' }
  | { readonly type: 'file'; readonly path: string }
  | { readonly [T in NetworkType]: NetworkAddress<T> }[NetworkType];

const ADDRESS = /^([a-z+]{1,20}):\/\/(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::(\d{1,5}))?(\/[A-Za-z0-9/._~%-]{0,500})?$/;
const EXAMPLES = 'elasticsearch+https://es.example.org:9200, logstash+tls://…, fluent://…, syslog+tls://…, file:/path or -';

/**
 * Reads `SCHEME://HOST[:PORT][/PATH]`, `file:PATH` or `-`. The reason why not, otherwise: a password in the address is refused, since
 * addresses are shown.
 */
export function parseAddress(text: string): OutputAddress | { readonly problem: string } {
  if (text === '-') return { type: 'stdout' };
  const file = /^file:(?:\/\/)?(.+)$/.exec(text)?.[1];
  if (file !== undefined) return { type: 'file', path: file };
  if (/^[a-z+]+:\/\/[^/]*@/.test(text))
    return { problem: t('a user or password does not belong into the address: use `user`, `password`, `api_key` or `shared_key`') };
  const [, schemeText = '', host = '', portText, path = ''] = ADDRESS.exec(text) ?? [];
  if (!isScheme(schemeText)) return { problem: t('expected an address such as {examples}', { examples: EXAMPLES }) };
  const { type, tls, port: usual } = SCHEMES[schemeText];
  const port = portText === undefined ? usual : Number(portText);
  if (port === undefined || port < 1 || port > 65_535) return { problem: t('expected a port from 1 to 65535 at the end of the address') };
  if (path.length > 1 && type !== 'elasticsearch') return { problem: t('a path belongs to elasticsearch alone') };
  return { type, scheme: schemeText, host: host.replace(/^\[|\]$/g, ''), port, tls, path: path.replace(/\/+$/, '') };
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(SCHEMES, text);
}

/** `es.example.org:9200`, `[2001:db8::1]:514`. */
export const hostAndPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
