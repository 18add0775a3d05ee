import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { createLeafReader } from './json.ts';
import type { Leaf } from './json-scan.ts';
import { scoreByParsing } from './sample-context.ts';

const NOT_LOGFMT: Rejection = { reason: msg('no key=value pairs with a level or message') };
const KEY = /[A-Za-z_@][\w.@/-]{0,63}=/y;
const MAX_PAIRS = 64;
/** One of these tells that the pairs are a line of a log. */
const SIGNS: ReadonlySet<string> = new Set(['level', 'lvl', 'msg', 'message', 'logger', 'severity']);

/** logfmt: `time="2026-03-02T02:13:41Z" level=error msg="words" remote_ip=192.0.2.1`, as logrus, go-kit, slog and Grafana write it. */
export function createLogfmtParser(context: FormatContext): LineParser {
  const read = createLeafReader(context);
  return {
    parse(line): Entry | Rejection {
      const leaves = scanPairs(line);
      return leaves.length > 1 && leaves.some(({ path }) => SIGNS.has(path)) ? read(line, leaves) : NOT_LOGFMT;
    },
  };
}

/** The pairs of a line from its beginning on; empty when something else stands between them. */
function scanPairs(line: string): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let at = 0;
  while (at < line.length && leaves.length < MAX_PAIRS) {
    KEY.lastIndex = at;
    const key = KEY.exec(line);
    if (key === null) return leaves.length > 3 ? leaves : [];
    const valueAt = at + key[0].length;
    const quoted = line.charCodeAt(valueAt) === 34;
    const start = quoted ? valueAt + 1 : valueAt;
    const end = quoted ? closingQuote(line, start) : spaceFrom(line, start);
    leaves.push({ path: key[0].slice(0, -1), kind: 'string', start, end });
    at = quoted ? end + 1 : end;
    while (line.charCodeAt(at) === 32) at += 1;
  }
  return leaves;
}

function closingQuote(line: string, from: number): number {
  let at = from;
  while (at < line.length && line.charCodeAt(at) !== 34) at += line.charCodeAt(at) === 92 ? 2 : 1;
  return Math.min(at, line.length);
}

function spaceFrom(line: string, from: number): number {
  const space = line.indexOf(' ', from);
  return space < 0 ? line.length : space;
}

export const logfmt: Format = {
  id: 'logfmt',
  title: 'logfmt (key=value)',
  score: scoreByParsing(createLogfmtParser, 0.95),
  create: createLogfmtParser,
};
