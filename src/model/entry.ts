/** Half-open range of UTF-16 offsets into a string. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a line is about; decides which rules apply and how a row is drawn. */
export type EntryKind = 'http' | 'web-error' | 'sshd' | 'fail2ban' | 'application' | 'plain';

/** The text fields of an entry that rules match on, named as on the wire of {@link Entry}. */
export type TextField =
  | 'method'
  | 'target'
  | 'protocol'
  | 'host'
  | 'referer'
  | 'userAgent'
  | 'user'
  | 'message'
  | 'address'
  | 'forwardedFor';

/**
 * One parsed log line. Text fields hold the value after the log's own escapes were undone (`\x22`, `\"`, JSON escapes), nothing
 * else decoded; `''` stands for absent (`-`). `spans` tells where a field stands in `raw`, escapes included.
 */
export interface Entry {
  readonly kind: EntryKind;
  /** The line as read, without its end, at most 64 KiB. Hostile text. */
  readonly raw: string;
  /** Event time, milliseconds since the epoch; undefined when the line has none. */
  readonly timeMs: number | undefined;
  /** Client (HTTP) or remote peer (sshd, fail2ban): address or host name as logged, after trusted proxies; `''` when unknown. */
  readonly address: string;
  readonly method: string;
  /** Request target as logged: path and query, or absolute form; for an unparsable request line the whole of it. */
  readonly target: string;
  readonly protocol: string;
  /** HTTP status; 0 when absent. */
  readonly status: number;
  /** Bytes of the response body; -1 when absent. */
  readonly bytes: number;
  readonly referer: string;
  readonly userAgent: string;
  readonly user: string;
  readonly host: string;
  /** Time the request took; -1 when absent. */
  readonly durationMs: number;
  readonly forwardedFor: string;
  /** Free text of sshd, fail2ban, application, error and plain lines; `''` for HTTP. */
  readonly message: string;
  /** Program or logger (`sshd`, `myapp.views`); `''` when absent. */
  readonly program: string;
  /** Level word as logged (`ERROR`, `crit`); `''` when absent. */
  readonly level: string;
  readonly spans: Readonly<Partial<Record<TextField, Span>>>;
}

/** An entry with no field set; formats spread over it, so that every entry has the same shape. */
export const EMPTY_ENTRY: Entry = {
  kind: 'plain',
  raw: '',
  timeMs: undefined,
  address: '',
  method: '',
  target: '',
  protocol: '',
  status: 0,
  bytes: -1,
  referer: '',
  userAgent: '',
  user: '',
  host: '',
  durationMs: -1,
  forwardedFor: '',
  message: '',
  program: '',
  level: '',
  spans: {},
};
