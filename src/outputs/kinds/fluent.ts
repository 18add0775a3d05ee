import { randomBytes } from 'node:crypto';
import { t } from '../../lang/lang.ts';
import { isMap } from '../../net/msgpack/decode.ts';
import { type Packable, pack, packBinary, packEventTime, packList } from '../../net/msgpack/pack.ts';
import { hostAndPort } from '../address.ts';
import { reasonOf } from '../clean-reason.ts';
import type { Peer } from '../connection.ts';
import { type FluentLogin, type Session, startSession } from '../fluent/session.ts';
import type { Output } from '../output.ts';
import type { OutputRecord } from '../record.ts';

const BATCH = { records: 1_000, bytes: 512 * 1_024 } as const;

/**
 * Fluentd, Fluent Bit and others by the forward protocol (Fluentd Forward Protocol Specification v1): PackedForward messages with the tags
 * `secmon.detection`, `secmon.incident` and `secmon.check`. Taken is what the server has acknowledged.
 */
export function createFluent(peer: Peer, login: FluentLogin): Output {
  const destination = `fluent${peer.tls === undefined ? '' : '+tls'}://${hostAndPort(peer)}`;
  let session: Session | undefined;
  return {
    type: 'fluent',
    destination,
    batch: BATCH,
    async send(records, signal) {
      const abort = (): void => session?.close();
      signal.addEventListener('abort', abort, { once: true });
      try {
        if (session?.isOpen !== true) session = await startSession(peer, login, signal);
        await deliver(session, records);
        return { ok: true };
      } catch (error) {
        // What it still says would be taken for an answer to the next message.
        session?.close();
        session = undefined;
        return {
          ok: false,
          reason: t('cannot send to {destination}: {reason}', { destination, reason: reasonOf(error, [login.sharedKey, login.password]) }),
        };
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    close: async () => session?.close(),
  };
}

/** A message for each run of documents of one kind, and the server's word for each. */
async function deliver(session: Session, records: readonly OutputRecord[]): Promise<void> {
  const wanted = new Set<string>();
  for (let from = 0; from < records.length; ) {
    const kind = records[from]?.kind;
    let to = from;
    while (to < records.length && records[to]?.kind === kind) to++;
    const chunk = randomBytes(16).toString('base64');
    wanted.add(chunk);
    session.write(message(records.slice(from, to), `secmon.${kind}`, chunk));
    from = to;
  }
  while (wanted.size > 0) {
    const answer = await session.next();
    const ack = isMap(answer) ? answer['ack'] : undefined;
    if (!Buffer.isBuffer(ack) || !wanted.delete(ack.toString('latin1')))
      throw new Error(t('it answered something else than an acknowledgement'));
  }
}

/** `[tag, entries, option]`; `chunk` asks for an acknowledgement. */
function message(records: readonly OutputRecord[], tag: string, chunk: string): Buffer {
  const entries = records.map(({ text }) => {
    const document = JSON.parse(text) as { readonly [name: string]: Packable };
    return packList([packEventTime(timeOf(document['@timestamp'])), pack(document)]);
  });
  return packList([pack(tag), packBinary(Buffer.concat(entries)), pack({ size: records.length, chunk })]);
}

function timeOf(timestamp: Packable): number {
  const ms = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isFinite(ms) && ms >= 0 ? ms : 0;
}
