import { t } from '../lang/lang.ts';
import { spanWords } from '../text/span-words.ts';
import { bytes, count } from '../text/units.ts';

export interface ProgressInput {
  readonly bytesRead: number;
  /** Total, where known. */
  readonly bytesTotal: number | undefined;
  readonly lines: number;
  readonly elapsedMs: number;
}

/** One line of progress: `42 %  1.2 GB of 2.9 GB  210 MB/s  8.1M lines  8 s left`. */
export function progressText({ bytesRead, bytesTotal, lines, elapsedMs }: ProgressInput): string {
  const perSecond = elapsedMs > 0 ? (bytesRead * 1000) / elapsedMs : 0;
  const known = bytesTotal !== undefined && bytesTotal > 0;
  const percent = known ? Math.min(100, Math.floor((100 * bytesRead) / bytesTotal)) : undefined;
  const left = known && perSecond > 0 ? spanWords((1000 * Math.max(0, bytesTotal - bytesRead)) / perSecond) : undefined;
  return [
    percent === undefined ? undefined : `${percent} %`,
    known ? t('{read} of {total}', { read: bytes(bytesRead), total: bytes(bytesTotal) }) : bytes(bytesRead),
    `${bytes(perSecond)}/s`,
    t('{lines} lines', { lines: count(lines) }),
    left === undefined ? undefined : t('{span} left', { span: left }),
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}
