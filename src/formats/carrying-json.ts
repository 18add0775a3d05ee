import type { Entry } from '../model/entry.ts';
import { apacheError } from './apache-error.ts';
import { createCombinedParser } from './combined.ts';
import { placeInString } from './containers.ts';
import { fail2ban } from './fail2ban.ts';
import type { FormatContext, LineParser } from './format.ts';
import { isRejection } from './format.ts';
import { createHaproxyParser } from './haproxy.ts';
import { createJsonParser } from './json.ts';
import { nginxError } from './nginx-error.ts';
import { parseSshd, SSHD_PROGRAMS } from './sshd.ts';

/**
 * JSON lines as collectors send them: what Logstash, Filebeat or Vector read as a line stands in `message`, and is parsed as the line that it was. All
 * other JSON as {@link createJsonParser} reads it.
 */
export function createCarryingJsonParser(context: FormatContext): LineParser {
  const json = createJsonParser(context);
  const inner: readonly LineParser[] = [
    createCombinedParser(context),
    nginxError.create(context),
    apacheError.create(context),
    fail2ban.create(context),
    createHaproxyParser(context),
  ];
  const carried = ({ message, program }: Entry): Entry | undefined => {
    if (SSHD_PROGRAMS.has(program)) return parseSshd(message);
    for (const parser of inner) {
      const entry = parser.parse(message);
      if (!isRejection(entry)) return entry;
    }
    return undefined;
  };
  return {
    parse(line) {
      const entry = json.parse(line);
      if (isRejection(entry) || entry.kind !== 'application' || entry.message === '') return entry;
      const found = carried(entry);
      if (found === undefined) return entry;
      const span = entry.spans.message;
      const isString = span !== undefined && line.charCodeAt(span.start - 1) === 34;
      return {
        ...found,
        raw: line,
        timeMs: (found.kind === 'http' ? found.timeMs : entry.timeMs) ?? found.timeMs ?? entry.timeMs,
        program: found.program || entry.program,
        level: found.level || entry.level,
        spans: isString ? placeInString(line, span, found.spans) : {},
      };
    },
  };
}
