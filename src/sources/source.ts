import type { Position } from '../model/position.ts';

/** What happened to a source, for the header and notices. */
export type SourceEvent =
  | { readonly type: 'live' }
  | { readonly type: 'waiting'; readonly detail: string }
  | { readonly type: 'notice'; readonly detail: string }
  | { readonly type: 'failed'; readonly detail: string }
  /** A file was cut in place, and rotation left no copy: `rewritten` begins as before, `emptied` does not. */
  | { readonly type: 'cut'; readonly how: 'emptied' | 'rewritten'; readonly detail: string }
  | { readonly type: 'spawned' | 'exited'; readonly pid: number };

/** Lines in order, without their ends. Invalid UTF-8 became U+FFFD; NUL is kept. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** Bytes read for this batch. */
  readonly bytes: number;
  /** How many of the lines were cut at 64 KiB. */
  readonly cut: number;
  /** After the last line of the batch; only where the source can resume. */
  readonly position?: Position;
  readonly event?: SourceEvent;
  /** Which of several peers of the source the lines came from: each may write a format of its own. */
  readonly stream?: string;
  /** When each line was written, milliseconds since the epoch, where the peer says so beside the line. */
  readonly times?: readonly (number | undefined)[];
  /**
   * Where each line stands, by its index: the same whenever it is read, another for every line. Only where the source knows such a place; to be
   * called before the next batch but one is asked for.
   */
  readonly places?: (index: number) => string;
  /** Lines lost before this batch, because they came faster than they could be taken. */
  readonly dropped?: number;
  /** To be called once what the lines led to is kept: tells the peer that it need not send them again. */
  readonly acknowledge?: () => void;
}

export interface SourceContext {
  readonly signal: AbortSignal;
  readonly resumeFrom?: Position;
}

/** One place where lines come from. The consumer pulls: a source reads no further than asked (back-pressure). */
export interface Source {
  /** Stable identity for positions, e.g. the absolute path. */
  readonly key: string;
  /** Short name for the screen. */
  readonly name: string;
  /** Ends when the input ends (standard input, a finite file) or `signal` aborts; never throws: problems are `failed` events. */
  read(context: SourceContext): AsyncIterable<LineBatch>;
  /** Total size in bytes where known before reading (progress of scan); gz: compressed size. */
  size?(): number | undefined;
}
