import type { Writable } from 'node:stream';
import { t } from '../../lang/lang.ts';
import type { Output, SendResult } from '../output.ts';
import type { OutputRecord } from '../record.ts';

const BATCH = { records: 1_000, bytes: 256 * 1_024 } as const;

/** Records on their way to a reader that may rest for as long as it likes. */
interface Writing {
  readonly records: readonly OutputRecord[];
  readonly result: Promise<SendResult>;
}

const isSame = (a: readonly OutputRecord[], b: readonly OutputRecord[]): boolean =>
  a.length === b.length && a.every((record, i) => record === b[i]);

/**
 * NDJSON to standard output. Taken is what has left the process; a reader that goes away takes nothing more. What a slow one has not taken is not
 * written again when it is tried again: it is on its way.
 */
export function createStandardOutput(stream: Writable): Output {
  let writing: Writing | undefined;
  const write = (records: readonly OutputRecord[]): Promise<SendResult> =>
    new Promise((resolve) => {
      stream.write(records.map(({ text }) => `${text}\n`).join(''), (error) =>
        resolve(error ? { ok: false, reason: error.message } : { ok: true }),
      );
    });
  return {
    type: 'stdout',
    destination: t('standard output'),
    batch: BATCH,
    async send(records) {
      if (writing !== undefined && isSame(writing.records, records) && (await writing.result).ok) return { ok: true };
      await writing?.result;
      writing = { records, result: write(records) };
      return writing.result;
    },
    close: async () => {},
  };
}
