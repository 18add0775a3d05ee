import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { draft, putAddress, putVerbatim } from './draft.ts';
import type { Format, LineParser, Rejection } from './format.ts';
import { scoreByParsing } from './sample-context.ts';

const REJECTED: Rejection = { reason: msg('no audit record: type=… msg=audit(time:number):') };
const HEAD = /^(?:node=\S{1,255} )?type=([A-Z0-9_]{2,40}) msg=audit\((\d{9,11})\.(\d{3}):\d{1,12}\): ?/;
const PEER = /\baddr=([0-9a-fA-F.:]{3,45})(?= )/d;
const ACCOUNT = /\bacct="([^"]{1,100})"/d;

/** The Linux audit daemon's log (auditd(8), Red Hat's "Understanding audit log files"): type as program, peer and account of user messages. */
function createAuditdParser(): LineParser {
  return {
    parse(line): Entry | Rejection {
      const head = HEAD.exec(line.slice(0, 400));
      if (head === null) return REJECTED;
      const entry = draft('application', line);
      entry.timeMs = Number(head[2]) * 1000 + Number(head[3]);
      entry.program = 'auditd';
      putVerbatim(entry, 'message', 0, line.length);
      const end = Math.min(line.length, 4096);
      const peer = PEER.exec(line.slice(0, end))?.indices?.[1];
      const account = ACCOUNT.exec(line.slice(0, end))?.indices?.[1];
      if (peer !== undefined) putAddress(entry, 'address', ...peer);
      if (account !== undefined) putVerbatim(entry, 'user', ...account);
      return entry;
    },
  };
}

export const auditd: Format = {
  id: 'auditd',
  title: 'Linux audit log',
  score: scoreByParsing(createAuditdParser),
  create: createAuditdParser,
};
