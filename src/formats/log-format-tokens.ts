/** What a variable of a log format fills in; `skip`: located, but nothing that an entry holds. */
type Slot =
  | 'address'
  | 'peer'
  | 'user'
  | 'host'
  | 'request'
  | 'method'
  | 'target'
  | 'path'
  | 'query'
  | 'protocol'
  | 'status'
  | 'bytes'
  | 'referer'
  | 'userAgent'
  | 'forwardedFor'
  | 'time'
  | 'seconds'
  | 'millis'
  | 'micros'
  | 'skip';

export type Token =
  | { readonly literal: string }
  /** `name` as written; `at` its offset in the format's text. `strftime`: the pattern of a time that has one. */
  | { readonly slot: Slot; readonly name: string; readonly at: number; readonly strftime?: string };

/** nginx variables (ngx_http_log_module, ngx_http_core_module, ngx_http_upstream_module). */
const NGINX: Readonly<Record<string, Slot>> = {
  remote_addr: 'address',
  realip_remote_addr: 'peer',
  proxy_protocol_addr: 'skip',
  time_local: 'time',
  time_iso8601: 'time',
  msec: 'time',
  request: 'request',
  request_method: 'method',
  request_uri: 'target',
  uri: 'path',
  document_uri: 'path',
  args: 'query',
  query_string: 'query',
  server_protocol: 'protocol',
  status: 'status',
  body_bytes_sent: 'bytes',
  bytes_sent: 'bytes',
  http_referer: 'referer',
  http_user_agent: 'userAgent',
  http_x_forwarded_for: 'forwardedFor',
  host: 'host',
  server_name: 'host',
  http_host: 'host',
  remote_user: 'user',
  request_time: 'seconds',
  upstream_response_time: 'skip',
};

export function nginxTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const variable = /\$(?:\{(\w{1,64})\}|(\w{1,64}))/g;
  let from = 0;
  for (const found of text.matchAll(variable)) {
    if (found.index > from) tokens.push({ literal: text.slice(from, found.index) });
    const name = found[1] ?? found[2] ?? '';
    tokens.push({ slot: Object.hasOwn(NGINX, name) ? (NGINX[name] ?? 'skip') : 'skip', name: found[0], at: found.index });
    from = found.index + found[0].length;
  }
  if (from < text.length) tokens.push({ literal: text.slice(from) });
  return tokens;
}

/** Apache directives without an argument (mod_log_config, mod_logio). */
const APACHE: Readonly<Record<string, Slot>> = {
  h: 'address',
  a: 'address',
  u: 'user',
  t: 'time',
  r: 'request',
  m: 'method',
  U: 'path',
  q: 'query',
  H: 'protocol',
  s: 'status',
  b: 'bytes',
  B: 'bytes',
  O: 'bytes',
  D: 'micros',
  T: 'seconds',
  v: 'host',
  V: 'host',
  I: 'skip',
  l: 'skip',
  p: 'skip',
  P: 'skip',
  k: 'skip',
  X: 'skip',
  f: 'skip',
  L: 'skip',
  A: 'skip',
  R: 'skip',
  S: 'skip',
  e: 'skip',
  i: 'skip',
  o: 'skip',
  n: 'skip',
  C: 'skip',
  c: 'skip',
};
const APACHE_HEADERS: Readonly<Record<string, Slot>> = {
  'user-agent': 'userAgent',
  referer: 'referer',
  'x-forwarded-for': 'forwardedFor',
  host: 'host',
};

/** `%`, perhaps `<` or `>` or `!200,304`, perhaps `{argument}`, then a letter; `^ti`, `^to`, `^FB` have a letter more. */
const DIRECTIVE = /%(?:(%)|(?:!?\d{3}(?:,\d{3}){0,20})?[<>]?(?:\{([^}]{0,200})\})?(\^[A-Za-z]{2}|[A-Za-z]))/g;

export function apacheTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let literal = '';
  let from = 0;
  for (const found of text.matchAll(DIRECTIVE)) {
    literal += text.slice(from, found.index) + (found[1] ?? '');
    from = found.index + found[0].length;
    if (found[1] !== undefined) continue;
    const variable = apacheToken(found[0], found.index, { argument: found[2], letter: found[3] ?? '' });
    if (literal !== '' || variable.opening !== '') tokens.push({ literal: literal + variable.opening });
    literal = variable.closing;
    tokens.push(variable.token);
  }
  literal += text.slice(from);
  if (literal !== '') tokens.push({ literal });
  return tokens;
}

interface ApacheToken {
  readonly token: Token;
  /** `%t` brings brackets of its own. */
  readonly opening: string;
  readonly closing: string;
}

function apacheToken(name: string, at: number, { argument, letter }: { argument: string | undefined; letter: string }): ApacheToken {
  const bare = (slot: Slot): ApacheToken => ({ token: { slot, name, at }, opening: '', closing: '' });
  if (letter === 't' && argument === undefined) return { token: { slot: 'time', name, at }, opening: '[', closing: ']' };
  if (letter === 't') return timeToken(name, at, argument ?? '');
  if (letter === 'i')
    return bare(
      Object.hasOwn(APACHE_HEADERS, (argument ?? '').toLowerCase()) ? (APACHE_HEADERS[(argument ?? '').toLowerCase()] ?? 'skip') : 'skip',
    );
  if (letter === 'a' && argument === 'c') return bare('peer');
  if (letter === 'T') return bare(argument === 'ms' ? 'millis' : argument === 'us' ? 'micros' : 'seconds');
  if (argument !== undefined && letter !== 'p' && letter !== 'a') return bare('skip');
  return bare(APACHE[letter] ?? 'skip');
}

/** `%{…}t`: `sec`, `msec`, `usec`, perhaps behind `begin:` or `end:`, or a strftime pattern; the fractions alone tell no time. */
function timeToken(name: string, at: number, argument: string): ApacheToken {
  const format = argument.replace(/^(?:begin|end):/, '');
  if (format === 'msec_frac' || format === 'usec_frac') return { token: { slot: 'skip', name, at }, opening: '', closing: '' };
  const epoch = format === '' || format === 'sec' || format === 'msec' || format === 'usec';
  return { token: epoch ? { slot: 'time', name, at } : { slot: 'time', name, at, strftime: format }, opening: '', closing: '' };
}
