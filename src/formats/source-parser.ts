import type { Entry } from '../model/entry.ts';
import { completeJoined, createConnections } from './connections.ts';
import { type Format, type FormatContext, isRejection, type LineParser } from './format.ts';
import { FORMATS } from './index.ts';
import { type JoinedLines, joinLines } from './joined-lines.ts';
import { createPartJoiner } from './line-parts.ts';
import { plain, plainEntry } from './plain.ts';
import { recognise, SAMPLE_LINES } from './sniff.ts';

/** An entry and how it came about. */
export interface ParsedLine {
  readonly entry: Entry;
  /** Number of its first line in the source, from 1. */
  readonly sequence: number;
  /** Lines joined into it (a traceback); 1 for most. */
  readonly lines: number;
  /** Why the line is of no known format; undefined when it is of one. The entry is then plain. */
  readonly rejected: string | undefined;
}

interface ParserCounts {
  /** Lines pushed, blank and joined ones included. */
  readonly lines: number;
  /** Entries that are of no known format. */
  readonly unparsed: number;
  /** Lines that became part of the entry before them. */
  readonly joined: number;
  /** Blank lines: they yield no entry. */
  readonly blank: number;
}

/** Parses one source's lines, recognising their format by itself. */
export interface SourceParser {
  /** Entries that are complete now; none while a line may still be continued. `timeMs`: its time, when it has none itself. Never throws. */
  push(line: string, timeMs?: number): readonly ParsedLine[];
  /** The entry that waits for its continuation, if any. Call at the end of every batch that empties the source, or nothing of it is shown. */
  flush(): readonly ParsedLine[];
  /** All that waits, also a line of which a part is missing: the source has ended. */
  end(): readonly ParsedLine[];
  /** Recognised format; undefined before the first line. */
  readonly format: Format | undefined;
  readonly counts: ParserCounts;
  /** Share of the entries that are of a known format, 0–1; 1 before the first line. */
  readonly ratio: number;
}

/** Lines after which the format is looked at anew at the start of a source: one line is a weak sample. */
const EARLY_LOOKS: readonly number[] = [1, 4, 16, 64];
const FIRST_PATIENCE = SAMPLE_LINES / 2 + 1;
const NONE: readonly ParsedLine[] = [];

interface Parsed {
  readonly entry: Entry;
  readonly parser: LineParser | undefined;
  readonly rejected: string | undefined;
}

export interface SourceParserOptions {
  /** Parse by this format alone (`--log-format`); lines that are not of it become plain, with the reason. */
  readonly forced?: Format;
  /** Number of the line that is pushed, where the source has several parsers; else the lines are counted here. */
  readonly lineNumber?: () => number;
}

export function createSourceParser(context: FormatContext, { forced, lineNumber }: SourceParserOptions = {}): SourceParser {
  const dispatch = createDispatch(context, forced);
  const joiner = createJoiner();
  const connections = createConnections();
  const parts = createPartJoiner();
  let lines = 0;
  let unparsed = 0;
  let blank = 0;
  let entries = 0;
  let inParts = 0;
  const sequence = lineNumber ?? (() => lines);
  const parse = (line: string, timeMs: number | undefined): readonly ParsedLine[] => {
    const parsed = dispatch.parse(line);
    entries += 1;
    if (parsed.rejected !== undefined) unparsed += 1;
    const entry = parsed.entry.kind === 'application' ? connections.complete(parsed.entry) : parsed.entry;
    const undated = entry.timeMs === undefined && timeMs !== undefined;
    return joiner.emit({ ...parsed, entry: undated ? { ...entry, timeMs } : entry }, sequence());
  };
  const take = (line: string, timeMs?: number): readonly ParsedLine[] => {
    const joined = joiner.join(line, sequence());
    if (joined !== undefined) return joined;
    if (line.trim() !== '') return parse(line, timeMs);
    blank += 1;
    return NONE;
  };
  return {
    push(line, timeMs) {
      lines += 1;
      const whole = parts.join(line);
      if (whole !== undefined) return take(whole, timeMs);
      inParts += 1;
      return NONE;
    },
    flush: joiner.flush,
    end: () => [...parts.end().flatMap((line) => take(line)), ...joiner.flush()],
    get format() {
      return dispatch.format();
    },
    get counts() {
      return { lines, unparsed, joined: joiner.joined() + inParts, blank };
    },
    get ratio() {
      return entries === 0 ? 1 : 1 - unparsed / entries;
    },
  };
}

interface Joiner {
  /** Hands on the entry, or keeps it when lines may continue it: only applications write tracebacks. */
  emit(parsed: Parsed, sequence: number): readonly ParsedLine[];
  /** Adds the line to the entry before it; undefined when it does not continue that. */
  join(line: string, sequence: number): readonly ParsedLine[] | undefined;
  flush(): readonly ParsedLine[];
  joined(): number;
}

function createJoiner(): Joiner {
  let waiting: { joined: JoinedLines; sequence: number; lines: number } | undefined;
  let latest: { entry: Entry; parser: LineParser } | undefined;
  let joinedLines = 0;
  const flush = (): readonly ParsedLine[] => {
    if (waiting === undefined) return NONE;
    const { joined, sequence, lines } = waiting;
    waiting = undefined;
    const entry = joined.finish();
    return [{ entry: lines === 1 ? entry : completeJoined(entry, entry.message.indexOf('\n')), sequence, lines, rejected: undefined }];
  };
  const emit: Joiner['emit'] = ({ entry, parser, rejected }, sequence) => {
    const before = flush();
    latest = parser?.continues === undefined || entry.kind !== 'application' ? undefined : { entry, parser };
    if (latest !== undefined) {
      waiting = { joined: joinLines(entry), sequence, lines: 1 };
      return before;
    }
    const parsed: ParsedLine = { entry, sequence, lines: 1, rejected };
    return before.length === 0 ? [parsed] : [...before, parsed];
  };
  return {
    emit,
    flush,
    joined: () => joinedLines,
    join(line, sequence) {
      if (latest?.parser.continues?.(line) !== true) return undefined;
      if (waiting?.joined.add(line) !== true)
        return emit({ entry: continuation(latest.entry, line), parser: latest.parser, rejected: undefined }, sequence);
      joinedLines += 1;
      waiting.lines += 1;
      return NONE;
    },
  };
}

/** A line that continues an entry which has gone out already: an entry of its own, with that one's time and names. */
function continuation(of: Entry, line: string): Entry {
  return { ...plainEntry(line), kind: of.kind, timeMs: of.timeMs, program: of.program, level: of.level };
}

interface Dispatch {
  parse(line: string): Parsed;
  format(): Format | undefined;
}

/**
 * Parses by the recognised format, and a line that is not of it by the first other format that takes it, so that mixed logs lose nothing.
 */
function createDispatch(context: FormatContext, forced: Format | undefined): Dispatch {
  // By what makes them: formats that differ in name only share one, and what it has learnt (the columns of a header row).
  const parsers = new Map<Format['create'], LineParser>();
  const choice = forced === undefined ? createChoice() : { look: () => undefined, misfit: () => undefined, format: () => forced };
  const parserOf = (of: Format): LineParser => {
    const known = parsers.get(of.create);
    if (known !== undefined) return known;
    const created = of.create(context);
    parsers.set(of.create, created);
    return created;
  };
  const tryOthers = (line: string, main: Format): Parsed | undefined => {
    for (const other of DISTINCT) {
      if (other.create === main.create) continue;
      const parser = parserOf(other);
      const entry = parser.parse(line);
      if (!isRejection(entry)) return { entry, parser, rejected: undefined };
    }
    return undefined;
  };
  return {
    format: choice.format,
    parse(line) {
      choice.look(line);
      const main = choice.format() ?? plain;
      const parser = parserOf(main);
      const result = main === plain ? undefined : parser.parse(line);
      if (result !== undefined && !isRejection(result)) return { entry: result, parser, rejected: undefined };
      const other = forced === undefined ? tryOthers(line, main) : undefined;
      choice.misfit(other !== undefined);
      return other ?? { entry: plainEntry(line), parser: undefined, rejected: result?.reason };
    },
  };
}

/** One format of each parser, without plain. */
const DISTINCT: readonly Format[] = FORMATS.filter(
  (format, i) => format !== plain && FORMATS.findIndex(({ create }) => create === format.create) === i,
);

interface Choice {
  look(line: string): void;
  /** The line was not of the format; `taken`: it was of another. */
  misfit(taken: boolean): void;
  format(): Format | undefined;
}

/**
 * Chooses the format by the last 64 lines: at the start, and again whenever 33 lines were not of it since the last look (each look that changes
 * nothing doubles that number, up to 2,112, so that a log of no format costs little). Where a log of no format turns into one, 33 lines in a row
 * that another format takes are enough.
 */
function createChoice(): Choice {
  const recent: string[] = [];
  let format: Format | undefined;
  let seen = 0;
  let misfits = 0;
  let patience = FIRST_PATIENCE;
  let inARow = 0;
  let rowPatience = FIRST_PATIENCE;
  return {
    format: () => format,
    misfit(taken) {
      misfits += 1;
      inARow = taken && format === plain ? inARow + 1 : 0;
    },
    look(line) {
      recent[seen % SAMPLE_LINES] = line;
      seen += 1;
      const isOther = inARow >= rowPatience;
      const due = misfits >= patience || isOther;
      if (!due && !EARLY_LOOKS.includes(seen)) return;
      const found = recognise(recent, FORMATS);
      if (isOther) rowPatience = found === format ? Math.min(rowPatience * 2, FIRST_PATIENCE * 64) : FIRST_PATIENCE;
      inARow = 0;
      if (due) patience = found === format ? Math.min(patience * 2, FIRST_PATIENCE * 64) : FIRST_PATIENCE;
      misfits = 0;
      format = found;
    },
  };
}
