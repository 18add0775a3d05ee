/** What a name in a JSON log can stand for. */
const ROLES = [
  'address',
  'forwardedFor',
  'method',
  'target',
  'query',
  'request',
  'protocol',
  'status',
  'bytes',
  'referer',
  'userAgent',
  'user',
  'host',
  'duration',
  'time',
  'message',
  'program',
  'level',
  'port',
  'call',
  'evidence',
] as const;
export type Role = (typeof ROLES)[number];

/**
 * The names by which servers log each thing, best first: where a line has several, the first counts. Neither case nor `_` and `-` count; objects are flattened with
 * `.`. Sources: nginx variables, Caddy's `http.log.access`, Traefik's access log fields, Envoy's and Istio's default JSON, ECS 8, Cloudflare Logpush,
 * Google Cloud `httpRequest`, pino-http, Bunyan, logrus, zap, python-json-logger, structlog.
 */
const NAMES: Readonly<Record<Role, string>> = {
  address: `source.ip client.ip source.address client.address request.client_ip request.remote_ip clienthost remote_addr remote_address remoteaddr
    remoteip remote_ip client_ip clientip client_addr clientaddr downstream_remote_address downstream_remote_address_without_port
    downstream_direct_remote_address req.remoteaddress httprequest.remoteip sourceip source_ip src_ip srcip c_ip peer client ip ip_address remote attr.remote attr.client context.client_ip ip_addr origin.address remote_host id.orig_h src
    addr.remote sourceipaddress calleripaddress client_address clientipaddress peer_addr peer_ip peer_address src_addr source_address remip login_ip user_ip rhost`,
  forwardedFor: `http_x_forwarded_for x_forwarded_for request.headers.x_forwarded_for.0 http.request.headers.x_forwarded_for
    http.request.headers.x_forwarded_for.0 request_x_forwarded_for req.headers.x_forwarded_for xff forwarded_for`,
  method: `http.request.method request.method request_method requestmethod req.method httprequest.requestmethod clientrequestmethod :method
    http.method http_method cs_method method verb`,
  target: `url.original request.uri request_uri requestpath x_envoy_original_path x_envoy_origin_path x_envoy_origin_path req.url httprequest.requesturl clientrequesturi
    :path requesturi request.url http.url http.target request_url target uri url request_path request.path path url.path`,
  query: 'url.query query_string querystring args query cs_uri_query',
  request: 'request request_line requestline http.request_line',
  protocol:
    'server_protocol request.proto requestprotocol httprequest.protocol clientrequestprotocol protocol proto http.protocol http_version http.version',
  status: `http.response.status_code status downstreamstatus response_code status_code statuscode res.statuscode edgeresponsestatus httprequest.status
    response.status http.status_code http_status response_status sc_status originstatus code`,
  bytes: `http.response.body.bytes body_bytes_sent size downstreamcontentsize edgeresponsebytes httprequest.responsesize http.response.bytes bytes_sent
    response_size responsesize response_bytes bytessent sc_bytes res.headers.content_length bytes content_length`,
  referer: `http.request.referrer http_referer http_referrer request.headers.referer.0 request_referer req.headers.referer clientrequestreferer
    httprequest.referer http.referer referer referrer`,
  userAgent: `user_agent.original http_user_agent request.headers.user_agent.0 request_user_agent req.headers.user_agent clientrequestuseragent
    httprequest.useragent http.useragent http.user_agent user_agent useragent agent ua`,
  user: 'user.name remote_user clientusername user_id auth_user username user attr.principalname attr.user context.username authentication.clientaccount targetusername account login email user_email useridentity.username',
  host: 'url.domain request.host http_host requesthost :authority authority clientrequesthost req.headers.host host server_name requestaddr vhost virtual_host domain',
  duration: `request_time duration event.duration responsetime response_time duration_ms latency_ms elapsed_ms request_time_ms latency
    httprequest.latency upstream_response_time`,
  time: `@timestamp time ts timestamp time_iso8601 time_local msec start_time starttime startutc edgestarttimestamp datetime asctime date eventtime requestreceivedtimestamp published creationtime
    @t event.created startlocal t.$date t`,
  message:
    'alert.signature message msg event short_message text error.message err.message @m textpayload log error event.action errormessage displaymessage',
  program:
    'log.logger syslog_identifier ident process.name log.syslog.appname logger logger_name loggername name service.name service app program module component',
  level: 'log.level level severity levelname lvl log_level loglevel @l priority',
  port: 'id.resp_p dest_port dstport destination.port dst_port',
  // What tells that the line is the record of a call: CloudTrail, Google's, Azure's and Kubernetes' audit logs.
  call: 'eventsource protopayload.methodname operationname auditid',
  evidence: `action event.action event.outcome outcome event error err error.message errormessage errorcode error_code reason event.reason outcome.result outcome.reason resultstatus logonerror
    winlog.logon.failure.reason result success authsuccess failurereason logdesc`,
};

/** Names that mean who calls wherever they stand in an object, unless that is about another machine or was filled in by the client. */
const NESTED: Readonly<Partial<Record<Role, string>>> = {
  address: `source.ip client.ip remote.ip peer.ip request.ip req.ip caller.ip actor.ip source.address client.address remote.address client_ip clientip remote_ip
    remote_addr remoteaddress source_ip sourceip src_ip ip_address client_addr client_address caller_ip sourceipaddress clientipaddress remote_host peer_addr
    peer_ip`,
  user: 'user.name user.username user.email targetusername clientaccount username principalname',
};
const FOREIGN: ReadonlySet<string> = new Set(
  `body params parameters query form header headers cookie cookies payload input args variables labels tags host server dest destination target
  upstream local node agent observer container kubernetes`.split(/\s+/),
);
/** Behind every name at the root. */
const NESTED_RANK = 1000;

export interface Naming {
  readonly role: Role;
  /** Lower is better. */
  readonly rank: number;
}

const plainName = (path: string): string => path.toLowerCase().replace(/[_-]/g, '');

const namings = (names: Readonly<Partial<Record<Role, string>>>, from: number): ReadonlyMap<string, readonly Naming[]> => {
  const found = new Map<string, Naming[]>();
  for (const role of ROLES)
    for (const [rank, name] of (names[role] ?? '').split(/\s+/).entries()) {
      const known = found.get(plainName(name)) ?? [];
      if (known.every((other) => other.role !== role)) found.set(plainName(name), [...known, { role, rank: from + rank }]);
    }
  return found;
};

const NAMINGS = namings(NAMES, 0);
const NESTED_NAMINGS = namings(NESTED, NESTED_RANK);
const NOTHING: readonly Naming[] = [];

function nestedNaming(path: string): readonly Naming[] {
  const names = path.split('.');
  if (names.length < 2 || names.slice(0, -1).some((name) => FOREIGN.has(name))) return NOTHING;
  return NESTED_NAMINGS.get(names.slice(-2).join('.')) ?? NESTED_NAMINGS.get(names.at(-1) ?? '') ?? NOTHING;
}

const MAX_CACHED = 2048;

/** Finds what a path can stand for; keeps the spelling of up to 2,048 paths, which a log's own names never exceed. */
export function createNaming(): (path: string) => readonly Naming[] {
  const cache = new Map<string, readonly Naming[]>();
  return (path) => {
    const known = cache.get(path);
    if (known !== undefined) return known;
    const name = plainName(path);
    const found = NAMINGS.get(name) ?? (name.includes('.') ? nestedNaming(name) : NOTHING);
    if (cache.size < MAX_CACHED && path.length <= 200) cache.set(path, found);
    return found;
  };
}

const NANOSECONDS = 1e-6;
const UNITS: Readonly<Record<string, number>> = { ns: NANOSECONDS, us: 0.001, µs: 0.001, ms: 1, s: 1000, '': 1000 };

/** Milliseconds that a duration stands for, by the unit written behind it, else the one its name implies (`isEnvoy`: `duration` in ms); -1 when it is none. */
export function durationMs(path: string, text: string, isEnvoy: boolean): number {
  const read = /^(\d{1,18}(?:\.\d{1,18})?)\s?(ns|us|µs|ms|s|)$/.exec(text.slice(0, 48));
  if (read === null) return -1;
  const value = Number(read[1]);
  const unit = read[2] ?? '';
  return exact(value * (unit === '' ? impliedUnit(path, isEnvoy) : (UNITS[unit] ?? 1000)));
}

/** Without the digits that a product of binary fractions brings in; nanoseconds stay. */
const exact = (ms: number): number => Math.round(ms * 1e6) / 1e6;

function impliedUnit(path: string, isEnvoy: boolean): number {
  if (path === 'Duration' || path === 'event.duration') return NANOSECONDS;
  if (/ms$/i.test(path) || /^response_?time$/i.test(path)) return 1;
  return path === 'duration' && isEnvoy ? 1 : 1000;
}
