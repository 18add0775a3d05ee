import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import { openLogFiles } from './files.ts';
import { type AuditRecord, readLine } from './record.ts';

/** Records of a log and its full files whose line holds every word of `filter`, whatever the case; lines that are no record are passed over. */
export async function* auditRecords(path: string, filter: readonly string[] = []): AsyncGenerator<AuditRecord> {
  const words = filter.map((word) => word.toLowerCase());
  for (const { file } of openLogFiles(path).files) {
    const lines = createInterface({ input: createReadStream('', { fd: file }), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const read = readLine(Buffer.from(line, 'utf8'));
      if (!('record' in read)) continue;
      const text = auditText(read.record).toLowerCase();
      if (words.every((word) => text.includes(word))) yield read.record;
    }
  }
}

/** A record on one line, for people: `17  2026-03-02T02:00:00.000Z  alice as root from 192.0.2.1  ban  203.0.113.9: … (note)`. */
export function auditText({ sequence, time, who, action, what, result, why }: AuditRecord): string {
  const named = who.login === '' || who.login === who.user ? who.user : t('{login} as {user}', { login: who.login, user: who.user });
  const person = who.ssh === '' ? named : t('{person} from {address}', { person: named, address: who.ssh });
  const note = why === '' ? '' : ` (${why})`;
  return visible(`${sequence}  ${time}  ${person}  ${action}  ${what}: ${result}${note}`);
}
