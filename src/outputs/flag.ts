import { t } from '../lang/lang.ts';
import { parseAddress } from './address.ts';

/** What `--output` says, in the form of the configuration's `outputs`. */
export interface FlaggedOutput {
  readonly name: string;
  /** To be checked by the schema. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const TLS = ['ca', 'cert', 'key', 'insecure'];
const NUMBERS = ['max_bytes', 'keep', 'buffer_mb', 'max_message_bytes'];
const SECRETS = ['api_key', 'password', 'shared_key'];
const REFERENCE = /^\$\{(?:env|file):[^{}]+\}$/;

/**
 * Reads `ADDRESS[?SETTING=VALUE&…]`; the problem, otherwise. Secrets only as `${env:NAME}` or `${file:/path}`: a command line is seen by
 * everybody on the machine.
 */
export function parseOutputFlag(text: string): FlaggedOutput | { readonly problem: string } {
  const query = text.indexOf('?');
  const url = query < 0 ? text : text.slice(0, query);
  const address = parseAddress(url);
  if ('problem' in address) return address;
  const settings: Record<string, unknown> = { url };
  const tls: Record<string, unknown> = {};
  for (const pair of query < 0 ? [] : text.slice(query + 1).split('&')) {
    const [key = '', ...rest] = pair.split('=');
    const value = decoded(rest.join('='));
    if (SECRETS.includes(key) && !REFERENCE.test(value))
      return {
        problem: t('{key} would be seen by everybody on this machine: write {key}={environment} or {key}={file}', {
          key,
          environment: '${env:NAME}',
          file: '${file:/path}',
        }),
      };
    if (TLS.includes(key)) tls[key] = key === 'insecure' ? value === 'true' || value === '' : value;
    else settings[key] = NUMBERS.includes(key) ? Number(value) : value;
  }
  if (Object.keys(tls).length > 0) settings['tls'] = tls;
  return { name: nameOf(url), settings };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same at every start: what waits is found again by it. */
function nameOf(url: string): string {
  if (url === '-') return 'stdout';
  const name = url.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
  return name.length <= 40 ? name : `${name.slice(0, 20)}-${name.slice(-19)}`;
}
