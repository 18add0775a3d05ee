import type { Format } from '../../formats/format.ts';
import type { ParsedLine, SourceParser } from '../../formats/source-parser.ts';

/** Parsers held at a time; beyond, the one that was not used for longest goes. */
const MAX_STREAMS = 256;

/** Parses the lines of one source, the lines of each of its peers by a format of their own. */
export interface StreamParsers {
  /** Entries that are complete now. `timeMs`: when the line was written, for one that does not say it. */
  push(line: string, stream?: string, timeMs?: number): readonly ParsedLine[];
  /** What waits for its continuation in a stream; call at the end of a batch. */
  flush(stream?: string): readonly ParsedLine[];
  /** All that waits; call at the end of the source. */
  end(): readonly ParsedLine[];
  /** Format of the stream that was heard last; undefined before the first line. */
  readonly format: Format | undefined;
  readonly counts: { readonly lines: number; readonly unparsed: number };
}

/** `create` makes the parser of a stream; it asks for the number of the line in the source. */
export function createStreamParsers(create: (lineNumber: () => number) => SourceParser): StreamParsers {
  const parsers = new Map<string, SourceParser>();
  const gone = { unparsed: 0, waiting: [] as ParsedLine[] };
  let lines = 0;
  let latest: SourceParser | undefined;
  let latestStream = '';

  const parserOf = (stream: string): SourceParser => {
    if (latest !== undefined && stream === latestStream) return latest;
    const known = parsers.get(stream) ?? create(() => lines);
    parsers.delete(stream);
    parsers.set(stream, known);
    const [oldest] = parsers;
    if (parsers.size > MAX_STREAMS && oldest !== undefined) {
      parsers.delete(oldest[0]);
      gone.waiting.push(...oldest[1].end());
      gone.unparsed += oldest[1].counts.unparsed;
    }
    latest = known;
    latestStream = stream;
    return known;
  };
  const withGone = (parsed: readonly ParsedLine[]): readonly ParsedLine[] =>
    gone.waiting.length === 0 ? parsed : [...gone.waiting.splice(0), ...parsed];
  return {
    push(line, stream = '', timeMs?: number) {
      lines += 1;
      return withGone(parserOf(stream).push(line, timeMs));
    },
    flush: (stream = '') => parsers.get(stream)?.flush() ?? [],
    end: () => withGone([...parsers.values()].flatMap((parser) => parser.end())),
    get format() {
      return latest?.format;
    },
    get counts() {
      return { lines, unparsed: [...parsers.values()].reduce((sum, { counts }) => sum + counts.unparsed, gone.unparsed) };
    },
  };
}
