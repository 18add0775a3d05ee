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
] as const;
export type Role = (typeof ROLES)[number];

/**
 * The names by which servers log each thing, best first: where a line has several, the first counts. Lower case, `_` for `-`, objects flattened with
 * `.`. Sources: nginx variables, Caddy's `http.log.access`, Traefik's access log fields, Envoy's and Istio's default JSON, ECS 8, Cloudflare Logpush,
 * Google Cloud `httpRequest`, pino-http, Bunyan, logrus, zap, python-json-logger, structlog.
 */
const NAMES: Readonly<Record<Role, string>> = {
  address: `source.ip client.ip source.address client.address request.client_ip request.remote_ip clienthost remote_addr remote_address remoteaddr
    remoteip remote_ip client_ip clientip client_addr clientaddr downstream_remote_address downstream_remote_address_without_port
    downstream_direct_remote_address req.remoteaddress httprequest.remoteip sourceip source_ip src_ip srcip c_ip peer client ip ip_address remote attr.remote attr.client context.client_ip ip_addr origin.address remote_host id.orig_h src`,
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
  user: 'user.name remote_user clientusername user_id auth_user username user attr.principalname attr.user context.username authentication.clientaccount',
  host: 'url.domain request.host http_host requesthost :authority authority clientrequesthost req.headers.host host server_name requestaddr vhost virtual_host domain',
  duration: `request_time duration event.duration responsetime response_time duration_ms latency_ms elapsed_ms request_time_ms latency
    httprequest.latency upstream_response_time`,
  time: `@timestamp time ts timestamp time_iso8601 time_local msec start_time starttime startutc edgestarttimestamp datetime asctime date eventtime
    @t event.created startlocal t.$date t`,
  message: 'alert.signature message msg event short_message text error.message err.message @m textpayload log error event.action',
  program:
    'log.logger syslog_identifier ident process.name log.syslog.appname logger logger_name loggername name service.name service app program module component',
  level: 'log.level level severity levelname lvl log_level loglevel @l priority',
};

export interface Naming {
  readonly role: Role;
  /** Lower is better. */
  readonly rank: number;
}

const NAMINGS: ReadonlyMap<string, Naming> = new Map(
  ROLES.flatMap((role) => NAMES[role].split(/\s+/).map((name, rank): [string, Naming] => [name, { role, rank }])),
);

const MAX_CACHED = 2048;

/** Finds what a path stands for; keeps the spelling of up to 2,048 paths, which a log's own names never exceed. */
export function createNaming(): (path: string) => Naming | undefined {
  const cache = new Map<string, Naming | undefined>();
  return (path) => {
    if (cache.has(path)) return cache.get(path);
    const naming = NAMINGS.get(path.toLowerCase().replaceAll('-', '_'));
    if (cache.size < MAX_CACHED && path.length <= 200) cache.set(path, naming);
    return naming;
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
