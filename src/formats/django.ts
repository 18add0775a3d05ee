import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { createCombinedParser } from './combined.ts';
import { draft, put, putVerbatim } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { isRejection } from './format.ts';
import { createTraceback } from './traceback.ts';

const REJECTED: Rejection = { reason: msg("neither runserver's request nor a message of django.request or django.security") };
/** runserver: `[02/Mar/2026 02:13:41] "GET / HTTP/1.1" 200 12`. */
const RUNSERVER = /^\[\d{2}\/[A-Z][a-z]{2}\/\d{4} \d{2}:\d{2}:\d{2}\] "/;
/** `django.request` (django/core/handlers/exception.py, base.py, views/csrf.py): what it says, and the status that it answers. */
const REQUEST =
  /^(Not Found|Forbidden|Forbidden \([^()\n]{1,200}\)|Bad Request|Unauthorized|Internal Server Error|Method Not Allowed \(([A-Z]{1,16})\)|Gone): (?=\/|http)/;
const STATUS: Readonly<Record<string, number>> = {
  Not: 404,
  Forbidden: 403,
  Bad: 400,
  Unauthorized: 401,
  Internal: 500,
  Method: 405,
  Gone: 410,
};
/** `django.security.*`: each logger is named after the exception. */
const SECURITY: readonly (readonly [beginning: string, logger: string])[] = [
  ['Invalid HTTP_HOST header: ', 'DisallowedHost'],
  ['Session data corrupted', 'SuspiciousSession'],
  ['The request’s session was deleted', 'SessionInterrupted'],
  ["The request's session was deleted", 'SessionInterrupted'],
  ['Attempted access to ', 'SuspiciousFileOperation'],
  ['The joined path (', 'SuspiciousFileOperation'],
  ['Detected path traversal attempt', 'SuspiciousFileOperation'],
  ['Unsafe redirect to URL with protocol ', 'DisallowedRedirect'],
  ['Filtering by "', 'DisallowedModelAdminLookup'],
  ['Filtering by ', 'DisallowedModelAdminLookup'],
  ['The number of GET/POST parameters exceeded ', 'TooManyFieldsSent'],
  ['The number of files exceeded ', 'TooManyFilesSent'],
  ['Request body exceeded ', 'RequestDataTooBig'],
];

/** What Django's own loggers print where nobody configured logging: the bare message, and runserver's requests between. */
export function createDjangoParser(context: FormatContext): LineParser {
  const requests = createCombinedParser(context);
  const traceback = createTraceback();
  return {
    parse(line) {
      const entry = RUNSERVER.test(line.slice(0, 32)) ? requests.parse(line) : parseMessage(line);
      if (!isRejection(entry)) traceback.begin(false);
      return entry;
    },
    continues: traceback.continues,
  };
}

function parseMessage(line: string): Entry | Rejection {
  const request = REQUEST.exec(line.slice(0, 300));
  const security = request === null ? SECURITY.find(([beginning]) => line.startsWith(beginning)) : undefined;
  if (request === null && security === undefined) return REJECTED;
  const entry = draft('application', line);
  putVerbatim(entry, 'message', 0, line.length);
  if (security !== undefined) {
    entry.program = `django.security.${security[1]}`;
    entry.level = 'ERROR';
    entry.status = 400;
    return entry;
  }
  const word = /^\w+/.exec(line.slice(0, 20))?.[0] ?? '';
  entry.program = 'django.request';
  entry.status = STATUS[word] ?? 0;
  entry.level = entry.status >= 500 ? 'ERROR' : 'WARNING';
  put(entry, 'target', request?.[0].length ?? 0, line.length);
  const method = request?.[2];
  if (method !== undefined) put(entry, 'method', line.indexOf(method), line.indexOf(method) + method.length);
  return entry;
}

/** A sample in which Django's own words stand: requests alone could be anybody's. */
const score: Format['score'] = (sample) => {
  const parser = createDjangoParser({ timeZone: 'UTC', nowMs: () => 0, isTrustedProxy: () => false });
  let fits = 0;
  let own = 0;
  for (const line of sample) {
    const result = parser.continues?.(line) === true && fits > 0 ? undefined : parser.parse(line);
    if (result !== undefined && isRejection(result)) continue;
    fits += 1;
    if (result !== undefined && (result.kind === 'application' || RUNSERVER.test(line.slice(0, 32)))) own += 1;
  }
  return own * 2 >= fits && fits > 0 ? fits / sample.length : 0;
};

export const django: Format = { id: 'django', title: 'Django', score, create: createDjangoParser };
