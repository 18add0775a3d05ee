import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

/** A time as nginx and Apache write it, in UTC. */
export const clfTime = (date: Date): string =>
  `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;

export interface LineFields {
  readonly address?: string;
  readonly target?: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly agent?: string;
  readonly at?: Date;
}

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** One line in nginx's `combined` format (ngx_http_log_module), of now unless told otherwise. */
export const combined = ({
  address = '198.51.100.20',
  target = '/',
  status = 200,
  bytes = 1200,
  agent = AGENT,
  at = new Date(),
}: LineFields = {}): string => `${address} - - [${clfTime(at)}] "GET ${target} HTTP/1.1" ${status} ${bytes} "-" "${agent}"\n`;

/** A log that a test writes. */
export interface TestLog {
  readonly path: string;
  add(...lines: (LineFields | string | Buffer)[]): void;
}

const toBytes = (line: LineFields | string | Buffer): Buffer =>
  Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : combined(line));

/** An empty log in `folder`. */
export function createLog(folder: string, name = 'access.log'): TestLog {
  const path = join(folder, name);
  writeFileSync(path, '');
  return {
    path,
    add(...lines) {
      appendFileSync(path, Buffer.concat(lines.map(toBytes)));
    },
  };
}
