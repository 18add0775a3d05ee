import { isIP } from 'node:net';
import { t } from '../../lang/lang.ts';
import { cidrContains, parseCidr } from '../../net/cidr.ts';
import type { TlsFiles } from '../../net/tls-files.ts';

/** Ways to listen: lines over TCP, TLS or UDP, or the forward protocol of Fluentd and Fluent Bit. */
export const LISTEN_PROTOCOLS = ['tcp', 'tls', 'udp', 'fluent'] as const;
export type ListenProtocol = (typeof LISTEN_PROTOCOLS)[number];

/** Where the shared key of the forward protocol stands: never in the address itself, which every user of the machine sees. */
export type SharedKeyPlace = { readonly file: string } | { readonly env: string };

/** An address to listen at, read from `tcp://127.0.0.1:5170` and its like. */
export interface ListenTarget {
  readonly protocol: ListenProtocol;
  /** An address or host name, without brackets. */
  readonly host: string;
  readonly port: number;
  /** With TLS: always for `tls`, on request for `fluent`. */
  readonly tls: TlsFiles | undefined;
  readonly sharedKey: SharedKeyPlace | undefined;
  /** Bytes a second that one connection may send before it has to wait. */
  readonly ratePerSecond: number | undefined;
}

export interface TargetProblem {
  readonly error: string;
}

const SHAPE = /^(tcp|tls|udp|fluent):\/\/(\[[0-9A-Fa-f:.%]{2,60}\]|[A-Za-z0-9_.-]{1,253})?(?::(\d{1,5}))?\/?(?:\?(.{0,4096}))?$/;
const BEGINNING = /^(?:tcp|tls|udp|fluent):\/\//;
const NAMES = ['cert', 'key', 'ca', 'shared_key_file', 'shared_key_env', 'rate'];
const FLUENT_PORT = 24_224;
const RATE = /^(\d{1,9})([kKmM]?)$/;
const LOOPBACK = ['127.0.0.0/8', '::1/128'].map(parseCidr);

/** True for a text that is meant as an address to listen at. */
export const isListenUrl = (text: string): boolean => BEGINNING.test(text);

/** What was perhaps meant, with the port that is usual for it. */
const exampleOf = (text: string): string => {
  const protocol = LISTEN_PROTOCOLS.find((one) => text.startsWith(one)) ?? 'tcp';
  return `${protocol}://127.0.0.1:${protocol === 'fluent' ? FLUENT_PORT : 5170}`;
};

/** Reads an address to listen at; the error is a sentence for who typed it. */
export function parseListenUrl(text: string): ListenTarget | TargetProblem {
  const found = SHAPE.exec(text);
  const protocol = LISTEN_PROTOCOLS.find((one) => one === found?.[1]);
  const host = (found?.[2] ?? '').replace(/^\[|\]$/g, '');
  if (found === null || protocol === undefined || host === '')
    return { error: t('{text}: expected an address such as {example}', { text, example: exampleOf(text) }) };
  const port = found[3] === undefined && protocol === 'fluent' ? FLUENT_PORT : Number(found[3] ?? Number.NaN);
  if (!(port >= 0 && port <= 65_535))
    return { error: t('{text}: expected a port behind the address, as in {example}', { text, example: exampleOf(text) }) };
  const settings = new URLSearchParams(found[4] ?? '');
  return readSettings(text, { protocol, host, port }, settings);
}

function readSettings(
  text: string,
  where: Pick<ListenTarget, 'protocol' | 'host' | 'port'>,
  settings: URLSearchParams,
): ListenTarget | TargetProblem {
  if (settings.has('shared_key'))
    return {
      error: t(
        'the shared key would be seen by everybody on this machine: put it into a file (shared_key_file=/path) or an environment variable (shared_key_env=NAME)',
      ),
    };
  const unknown = [...settings.keys()].find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    return { error: t('{text}: there is no setting {name}; there are {names}', { text, name: unknown, names: NAMES.join(', ') }) };
  const tls = readTls(settings);
  const file = settings.get('shared_key_file') ?? '';
  const env = settings.get('shared_key_env') ?? '';
  const sharedKey = file !== '' ? { file } : env !== '' ? { env } : undefined;
  const rate = settings.get('rate');
  const ratePerSecond = rate === null ? undefined : readRate(rate);
  const error = settingsProblem(where.protocol, { tls, sharedKey, rate, ratePerSecond, text });
  if (error !== undefined) return { error };
  return { ...where, tls: tls === 'incomplete' ? undefined : tls, sharedKey, ratePerSecond };
}

interface Read {
  readonly tls: TlsFiles | 'incomplete' | undefined;
  readonly sharedKey: SharedKeyPlace | undefined;
  readonly rate: string | null;
  readonly ratePerSecond: number | undefined;
  readonly text: string;
}

function settingsProblem(protocol: ListenProtocol, { tls, sharedKey, rate, ratePerSecond, text }: Read): string | undefined {
  if (tls === 'incomplete' || (protocol === 'tls' && tls === undefined))
    return t(
      '{text}: TLS needs a certificate and its key: ?cert=server.crt&key=server.key, and ca=clients.crt to ask for client certificates',
      { text },
    );
  if (tls !== undefined && protocol === 'tcp') return t('{text}: certificates are for tls://, not tcp://', { text });
  if (tls !== undefined && protocol === 'udp') return t('{text}: there is no TLS over UDP; use tls://', { text });
  if (sharedKey !== undefined && protocol !== 'fluent')
    return t('{text}: a shared key is for fluent:// only; use tls:// with ca=', { text });
  if (rate !== null && (ratePerSecond === undefined || protocol === 'udp'))
    return t('{text}: rate is the bytes a second that a connection may send, such as rate=500k', { text });
  return undefined;
}

function readTls(settings: URLSearchParams): TlsFiles | 'incomplete' | undefined {
  const [cert, key, ca] = [settings.get('cert') ?? '', settings.get('key') ?? '', settings.get('ca') ?? ''];
  if (cert === '' && key === '' && ca === '') return undefined;
  if (cert === '' || key === '') return 'incomplete';
  return ca === '' ? { cert, key } : { cert, key, ca };
}

function readRate(text: string): number | undefined {
  const found = RATE.exec(text);
  const unit = (found?.[2] ?? '').toLowerCase();
  const bytes = Number(found?.[1] ?? 0) * (unit === 'm' ? 1_048_576 : unit === 'k' ? 1024 : 1);
  return bytes > 0 ? bytes : undefined;
}

/** True when only this machine can reach the address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && LOOPBACK.some((network) => network !== undefined && cidrContains(network, host)));

/** Why nobody should listen there, as a sentence; undefined when that is fine. `insecure`: the operator wants it anyway. */
export function exposureProblem(target: ListenTarget, insecure: boolean): string | undefined {
  const { protocol, host, tls, sharedKey } = target;
  if (insecure || isLoopback(host) || tls?.ca !== undefined) return undefined;
  const at = addressText(target);
  if (protocol === 'fluent') {
    return sharedKey === undefined
      ? t(
          '{at} would take lines from anyone who reaches this address: give it a shared key (?shared_key_file=/path) or a client certificate (?cert=&key=&ca=), listen on 127.0.0.1, or say --insecure',
          { at },
        )
      : undefined;
  }
  if (protocol === 'tls')
    return t(
      '{at} would take lines from anyone who reaches this address: name the authority of the client certificates (ca=clients.crt), or say --insecure',
      { at },
    );
  if (protocol === 'udp')
    return t(
      '{at} would take lines from anyone, and UDP knows no proof of who sends: use tls:// with ca=, listen on 127.0.0.1, or say --insecure',
      { at },
    );
  return t(
    '{at} would take lines from anyone who reaches this address: use tls:// with ?cert=&key=&ca=, listen on 127.0.0.1, or say --insecure',
    { at },
  );
}

/** `tcp://127.0.0.1:5170`, without settings. */
export const addressText = ({ protocol, host, port }: Pick<ListenTarget, 'protocol' | 'host' | 'port'>): string =>
  `${protocol}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
