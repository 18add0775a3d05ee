import { hostAndPort } from '../address.ts';
import { deliverStream, type Peer } from '../connection.ts';
import type { Output } from '../output.ts';

/** Small enough to lie in the peer's buffers as a whole: what it has not read when it dies comes back as a reset. */
const BATCH = { records: 1_000, bytes: 256 * 1_024 } as const;

/** JSON lines by TCP or TLS: Logstash's `json_lines` codec, Vector's socket source, and others. */
export function createLogstash(peer: Peer): Output {
  return {
    type: 'logstash',
    destination: `logstash+${peer.tls === undefined ? 'tcp' : 'tls'}://${hostAndPort(peer)}`,
    batch: BATCH,
    async send(records, signal) {
      await deliverStream(Buffer.from(records.map(({ text }) => `${text}\n`).join('')), peer, signal);
      return { ok: true };
    },
    close: async () => {},
  };
}
