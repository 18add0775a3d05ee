/** From where a program is to give lines: all; this much history; what was written since this time; or from the line with this mark on, that line included. */
export type CommandStart = 'all' | { readonly lines: number } | { readonly sinceMs: number } | { readonly from: string };

/** A line that a program gave. */
export interface ProgramLine {
  /** Without what the program put around it. */
  readonly text: string;
  /** When it was written, milliseconds since the epoch. */
  readonly timeMs?: number | undefined;
  /** Where it stands: the same whenever it is read, another for every line. */
  readonly place?: string | undefined;
  /** It was too long. */
  readonly cut?: boolean;
}

/** Which lines of a program were read, over its runs and those of secmon. */
export interface ProgramReader {
  /** A line of one of its outputs; `repeated` when it was read before, `said` for the program's own words. */
  read(line: string, output: ProgramOutput): ProgramLine | 'repeated' | 'said';
  /** From where the next run is to give lines; undefined while nothing is known. From then on lines that come again are `repeated`. */
  resume(): CommandStart | undefined;
  /** For the store; `''` while nothing is known. */
  readonly mark: string;
}

export type ProgramOutput = 'stdout' | 'stderr';

/** A program with arguments of its own: no shell. */
export interface ProgramCommand {
  readonly name: string;
  readonly program: string;
  /** `follow`: goes on with what comes, else ends with what is there. */
  arguments(start: CommandStart, follow: boolean): readonly string[];
  /** Its standard error holds lines of the log, too. */
  readonly bothOutputs: boolean;
  /** What is written while it does not run is never read. */
  readonly isLossy?: boolean;
  /** Longer lines are cut. Default: 64 KiB. */
  readonly maxLineBytes?: number;
  /** Where lines tell where they stand: then nothing is lost or read twice between two runs, of secmon either. `mark` is what the last reader knew. */
  createReader?(mark: string): ProgramReader;
  /** What is wrong, in a sentence for people, by what the program said; `''` for what need not be told. */
  explain?(said: string): string | undefined;
  /** What an end without an error means. */
  readonly ended?: string;
  /** What it means when there is not a single line. */
  readonly nothing?: string;
}
