import { join } from 'node:path';
import { crc32 } from './crc32.ts';
import type { SpoolFiles } from './spool-files.ts';

/** Up to where a spool was acknowledged. */
export interface Mark {
  readonly segment: number;
  readonly offset: number;
}

const NAME = 'acknowledged';
/** Always as long, so that the next mark covers the last one whole. */
const TEXT = /^(\d{10}) (\d{10}) ([0-9a-f]{8})\n$/;
const BYTES = 31;

const digits = (n: number): string => String(n).padStart(10, '0');
const sum = (text: string): string => crc32(Buffer.from(text)).toString(16).padStart(8, '0');

/** The mark of the folder; undefined when there is none that can be believed: everything held is then sent again. */
export function readMark(folder: string, files: SpoolFiles): Mark | undefined {
  try {
    const [, segment = '', offset = '', check] = TEXT.exec(files.read(join(folder, NAME), 0, BYTES).toString('latin1')) ?? [];
    return check === sum(`${segment} ${offset}`) ? { segment: Number(segment), offset: Number(offset) } : undefined;
  } catch {
    return undefined;
  }
}

/** One write of a few bytes in place. Throws the file system's error. */
export function writeMark(folder: string, files: SpoolFiles, { segment, offset }: Mark): void {
  const text = `${digits(segment)} ${digits(offset)}`;
  files.write(join(folder, NAME), Buffer.from(`${text} ${sum(text)}\n`), 0);
}
