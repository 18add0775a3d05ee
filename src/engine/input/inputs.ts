import type { Clock } from '../../clock/clock.ts';
import type { ParsedLine } from '../../formats/source-parser.ts';
import { t } from '../../lang/lang.ts';
import type { Entry } from '../../model/entry.ts';
import type { Position } from '../../model/position.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import type { LineBatch, Source, SourceEvent } from '../../sources/source.ts';
import type { LineOrigin } from '../pipeline.ts';
import type { Pace } from './pace.ts';
import { createSourcePlaces } from './source-places.ts';
import type { StreamParsers } from './stream-parsers.ts';

/** A parsed line on its way into the pipeline. */
export interface ReadLine {
  readonly timeMs: number | undefined;
  /** Processes it; what comes back, if anything, is to be awaited (the slice of the thread is over). */
  hand(): Promise<void> | undefined;
}

/** One source that is being read. */
export interface Input {
  readonly id: number;
  readonly key: string;
  status(): SourceStatus;
  /** After the last line that was processed; undefined where the source cannot resume. */
  position(): Position | undefined;
  /** Bytes read so far. */
  bytes(): number;
  /** Lines lost because they came faster than they could be taken. */
  dropped(): number;
  /** The source's lines, for who wants to order them himself. */
  batches(): AsyncIterable<readonly ReadLine[]>;
  /** Reads and processes to the end. */
  readAll(): Promise<void>;
}

export interface InputParts {
  readonly source: Source;
  readonly id: number;
  readonly parser: StreamParsers;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly resumeFrom: Position | undefined;
  /** It came while secmon was there: nothing of it is history. */
  readonly appeared?: boolean;
  readonly onEntry: (entry: Entry, origin: LineOrigin) => void;
  readonly onRejected: (origin: LineOrigin, reason: string, text: string) => void;
  readonly onEvent: (event: SourceEvent) => void;
  /** A batch was processed whose sender waits for word that it is kept. */
  readonly onTaken?: (acknowledge: () => void) => void;
}

interface State {
  state: SourceStatus['state'];
  detail: string;
  cut: number;
  bytes: number;
  dropped: number;
  lastLineMs: number | undefined;
  position: Position | undefined;
}

function applyEvent(state: State, event: SourceEvent): void {
  if (event.type === 'live') {
    state.state = 'live';
    state.detail = '';
  } else if (event.type === 'waiting' || event.type === 'failed') {
    state.state = event.type;
    state.detail = t(event.detail);
  }
}

export function openInput({
  source,
  id,
  parser,
  clock,
  pace,
  signal,
  resumeFrom,
  appeared,
  onEntry,
  onRejected,
  onEvent,
  onTaken,
}: InputParts): Input {
  // What stood there before secmon came is history; what was not read yet since its last run is not.
  let isLive = resumeFrom !== undefined || appeared === true;
  const places = createSourcePlaces(source.key);
  const state: State = { state: 'opening', detail: '', cut: 0, bytes: 0, dropped: 0, lastLineMs: undefined, position: resumeFrom };

  const hand = ({ entry, sequence, rejected }: ParsedLine): Promise<void> | undefined => {
    const origin = { sourceId: id, sourceName: source.name, sequence, live: isLive, places };
    if (rejected !== undefined) onRejected(origin, rejected, entry.raw);
    onEntry(entry, origin);
    return pace.rest();
  };
  const note = (batch: LineBatch): void => {
    places.next(batch);
    if (batch.event) {
      applyEvent(state, batch.event);
      isLive ||= batch.event.type === 'live';
      onEvent(batch.event);
    }
    state.cut += batch.cut;
    state.bytes += batch.bytes;
    state.dropped += batch.dropped ?? 0;
    if (batch.lines.length > 0) {
      if (state.state !== 'live') state.state = 'live';
      state.lastLineMs = clock.now();
    }
  };
  /** A source whose last word was a failure has not simply ended. */
  const finish = (): void => {
    if (state.state !== 'failed') state.state = 'ended';
  };
  const process = async ({ lines, stream, times }: LineBatch): Promise<void> => {
    let i = 0;
    for (const line of lines) {
      for (const parsed of parser.push(line, stream, times?.[i++])) {
        const rest = hand(parsed);
        if (rest) await rest;
      }
    }
    // What waits for its continuation is shown now: a parser knows a later one by itself.
    for (const parsed of parser.flush(stream)) hand(parsed);
  };
  const read = () => source.read(resumeFrom ? { signal, resumeFrom } : { signal });

  return {
    id,
    key: source.key,
    position: () => state.position,
    bytes: () => state.bytes,
    dropped: () => state.dropped,
    status: () => {
      const { lines, unparsed } = parser.counts;
      return {
        id,
        name: source.name,
        state: state.state,
        detail: state.detail,
        format: parser.format?.title ?? '',
        lines,
        unparsed,
        cut: state.cut,
        lastLineMs: state.lastLineMs,
      };
    },
    async *batches() {
      const readable = (parsed: readonly ParsedLine[]): ReadLine[] =>
        parsed.map((line) => ({ timeMs: line.entry.timeMs, hand: () => hand(line) }));
      let position = state.position;
      for await (const batch of read()) {
        note(batch);
        position = batch.position ?? position;
        yield batch.lines.flatMap((line, i) => readable(parser.push(line, batch.stream, batch.times?.[i])));
      }
      yield readable(parser.end());
      state.position = position;
      finish();
    },
    async readAll() {
      for await (const batch of read()) {
        note(batch);
        await process(batch);
        if (batch.position) state.position = batch.position;
        if (batch.acknowledge) onTaken?.(batch.acknowledge);
        if (signal.aborted) break;
      }
      for (const parsed of parser.end()) hand(parsed);
      finish();
    },
  };
}
