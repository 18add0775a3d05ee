import { isIP } from 'node:net';
import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { draft, putVerbatim } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader } from './time.ts';

const REJECTED: Rejection = { reason: msg('no fail2ban head: time fail2ban.part [pid]: LEVEL') };
const HEAD = /^[ :]*fail2ban[.\w-]{0,40} *(?:\[\d{1,10}\])?: *([A-Z]{4,8}) +/;
const JAIL = /^\[([^\]\s]{1,100})\] /;
/** What fail2ban does to an address; nothing else puts one behind the jail. */
const DEED = /^(?:Restore |Increase |Repeated )?(?:Ban|Unban|Found|Ignore|already banned) /;

/** fail2ban.log: the address of Ban, Unban and Found, the jail as program. */
function createFail2banParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return {
    parse(line): Entry | Rejection {
      const time = times.iso(line, 0);
      if (time === undefined) return REJECTED;
      return parseFail2ban(line, time.end, time.ms) ?? REJECTED;
    },
  };
}

/** Reads a fail2ban line whose time ends at `from`. */
function parseFail2ban(line: string, from: number, timeMs: number): Entry | undefined {
  const head = HEAD.exec(line.slice(from, from + 160));
  if (head === null) return undefined;
  return fail2banEntry(line, from + head[0].length, { timeMs, level: head[1] ?? '' });
}

/** The entry for a message such as `[sshd] Ban 1.2.3.4` that starts at `from`. */
export function fail2banEntry(line: string, from: number, { timeMs, level }: { timeMs: number | undefined; level: string }): Entry {
  const entry = draft('fail2ban', line);
  entry.timeMs = timeMs;
  entry.level = level;
  entry.program = 'fail2ban';
  putVerbatim(entry, 'message', from, line.length);
  const jail = JAIL.exec(line.slice(from, from + 110));
  if (jail === null) return entry;
  entry.program = jail[1] ?? '';
  const at = from + jail[0].length;
  const deed = DEED.exec(line.slice(at, at + 40));
  const start = at + (deed?.[0].length ?? 0);
  const space = line.indexOf(' ', start);
  const end = space < 0 ? line.length : space;
  const bare = line.slice(start, Math.min(end, start + 64));
  if (isIP(bare) !== 0) putVerbatim(entry, 'address', start, start + bare.length);
  else if (isIP(bare.split('/')[0] ?? '') !== 0 && deed !== null) putVerbatim(entry, 'address', start, start + bare.indexOf('/'));
  return entry;
}

export const fail2ban: Format = {
  id: 'fail2ban',
  title: 'fail2ban.log',
  score: scoreByParsing(createFail2banParser),
  create: createFail2banParser,
};
