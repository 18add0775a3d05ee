import { join } from 'node:path';
import type { Refusal } from './output.ts';
import { machineFiles, type SpoolFiles } from './spool/spool-files.ts';

/** What a peer refused for good: counted, and kept as long as there is room. */
export interface DeadLetters {
  add(refusals: readonly Refusal[]): void;
  readonly count: number;
}

const NAME = 'refused.ndjson';
const MAX_BYTES = 10 * 1_024 * 1_024;

/** One line each in `refused.ndjson`: the peer's reason and the document. @param folder undefined only counts */
export function openDeadLetters(folder: string | undefined, files: SpoolFiles = machineFiles): DeadLetters {
  const path = folder === undefined ? undefined : join(folder, NAME);
  let count = 0;
  let size = path === undefined ? 0 : sizeOf(path, files);
  return {
    add(refusals) {
      count += refusals.length;
      if (path === undefined) return;
      const lines = refusals.map(({ record, reason }) => `{"reason":${JSON.stringify(reason)},"document":${record.text}}\n`);
      const bytes = Buffer.from(lines.join(''));
      if (size + bytes.length > MAX_BYTES) return;
      try {
        files.write(path, bytes, size);
        size += bytes.length;
      } catch {
        // A full disk: they are counted all the same.
      }
    },
    get count() {
      return count;
    },
  };
}

function sizeOf(path: string, files: SpoolFiles): number {
  try {
    return files.size(path);
  } catch {
    return 0;
  }
}
