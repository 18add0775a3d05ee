/** Follows a traceback of Python (or a Java or Node stack) line by line behind the line that it belongs to. */
export interface Traceback {
  /** True when the line belongs to what came before. */
  continues(line: string): boolean;
  /** A new log line begins; `opens`: it is itself the head of a traceback. */
  begin(opens: boolean): void;
}

const HEAD = 'Traceback (most recent call last):';
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause|Caused by: |\.{3} \d)/;
/** The first line of a Java stack: `java.lang.NullPointerException: …`. */
const JAVA = /^(?:[a-z_]\w{0,60}\.){1,8}[A-Z]\w{0,80}(?::|$)/;
/** A line of its own that begins with spaces: Spring Boot and tracing set the level to the right, behind a time that a wrapper has taken; Zabbix its process. */
const SET_LEVEL = /^ {1,6}(?:(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) |\d{1,7}:\d{8}:\d{6}\.)/;
/** The last line of a traceback: `ValueError: …`, `django.db.utils.IntegrityError: …`, `KeyboardInterrupt`. */
const EXCEPTION = /^(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}(?::|$)/;

export const isTracebackHead = (line: string): boolean => line.startsWith(HEAD);

export function createTraceback(): Traceback {
  let inside = false;
  return {
    begin(opens) {
      inside = opens;
    },
    continues(line) {
      const head = line.slice(0, 200);
      if (head.startsWith(' ') || head.startsWith('\t')) return !SET_LEVEL.test(head);
      if (isTracebackHead(head) || CHAINED.test(head) || (!inside && JAVA.test(head))) {
        inside = true;
        return true;
      }
      if (!inside) return false;
      if (head === '' || head.startsWith('|') || head.startsWith('+')) return true;
      if (!EXCEPTION.test(head)) return false;
      inside = false;
      return true;
    },
  };
}
