import { msg } from '../lang/lang.ts';
import type { Format, LineParser, Rejection } from './format.ts';
import { isRejection } from './format.ts';
import { logFormat } from './log-format.ts';
import { scoreByParsing } from './sample-context.ts';

/** `proxy` and `standard`, as Nginx Proxy Manager configures nginx (its `nginx.conf`). */
const LOG_FORMATS: readonly string[] = [
  '[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to $upstream] "$http_user_agent" "$http_referer"',
  '[$time_local] $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] "$http_user_agent" "$http_referer"',
];
const REJECTED: Rejection = { reason: msg('no Nginx Proxy Manager line: [time] … "target" [Client address]') };

const create: Format['create'] = (context) => {
  const parsers: LineParser[] = LOG_FORMATS.flatMap((text) => {
    const format = logFormat(text);
    return 'error' in format ? [] : [format.create(context)];
  });
  return {
    parse(line) {
      if (!line.startsWith('[') || !line.includes('] [Length ')) return REJECTED;
      for (const parser of parsers) {
        const entry = parser.parse(line);
        if (!isRejection(entry)) return entry;
      }
      return REJECTED;
    },
  };
};

export const proxyManager: Format = { id: 'nginx_proxy_manager', title: 'Nginx Proxy Manager', score: scoreByParsing(create), create };
