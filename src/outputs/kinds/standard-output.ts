import type { Writable } from 'node:stream';
import { t } from '../../lang/lang.ts';
import type { Output } from '../output.ts';

const BATCH = { records: 1_000, bytes: 256 * 1_024 } as const;

/** NDJSON to standard output. Taken is what has left the process; a reader that goes away takes nothing more. */
export function createStandardOutput(stream: Writable): Output {
  return {
    type: 'stdout',
    destination: t('standard output'),
    batch: BATCH,
    send: (records) =>
      new Promise((resolve) => {
        stream.write(records.map(({ text }) => `${text}\n`).join(''), (error) =>
          resolve(error ? { ok: false, reason: error.message } : { ok: true }),
        );
      }),
    close: async () => {},
  };
}
