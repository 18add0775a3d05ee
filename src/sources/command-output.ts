import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../clock/clock.ts';
import type { Said, ToldFault } from './command-said.ts';
import type { ProgramCommand, ProgramOutput, ProgramReader } from './program-command.ts';
import type { LineBatch } from './source.ts';
import { createStreamSplitter } from './split.ts';
import type { SplitLines } from './split-rules.ts';

/** Stands for the device in positions that are marks of a program. */
export const MARKED = 'mark';

/** A command that is read, over all its runs. */
export interface CommandReading {
  readonly command: string | ProgramCommand;
  readonly reader: ProgramReader | undefined;
  readonly follow: boolean;
  /** What the last run of a program left without an end of line, by output. */
  readonly unfinished: Map<ProgramOutput, string>;
  readonly told: ToldFault;
  /** Since when nothing is read of a program that loses what is written meanwhile. */
  readonly away: { sinceMs: number | undefined };
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface CommandOutput {
  /** What came since; undefined when nothing did. */
  read(): LineBatch | undefined;
  /** The last line, when it has no end. */
  end(): LineBatch | undefined;
}

/** The lines of one output of one run. */
export function createCommandOutput(
  stream: ChildProcess['stdout'],
  output: ProgramOutput,
  { command, reader, follow, unfinished }: Pick<CommandReading, 'command' | 'reader' | 'follow' | 'unfinished'>,
  said: Said,
): CommandOutput {
  const splitter = createStreamSplitter(typeof command === 'string' ? undefined : command.maxLineBytes);
  const peer = output === 'stderr' ? { stream: output } : {};
  const plain = ({ lines, cut }: SplitLines, bytes: number): LineBatch => {
    if (output === 'stderr') for (const line of lines.slice(-1)) said.remember(line);
    return { lines, cut, bytes, ...peer };
  };
  const taken = (split: SplitLines, bytes: number): LineBatch => {
    if (reader === undefined) return plain(split, bytes);
    const read = split.lines.flatMap((line) => {
      const made = reader.read(line, output);
      if (made === 'said') said.add(line);
      return typeof made === 'string' ? [] : [made];
    });
    const places = read.flatMap(({ place }) => place ?? []);
    return {
      lines: read.map(({ text }) => text),
      cut: split.cut + read.filter(({ cut }) => cut === true).length,
      bytes,
      ...peer,
      ...(read.some(({ timeMs }) => timeMs !== undefined) ? { times: read.map(({ timeMs }) => timeMs) } : {}),
      ...(places.length === read.length ? { places: (index: number) => places[index] ?? '' } : {}),
      ...(reader.mark === '' ? {} : { position: { device: MARKED, inode: '', fingerprint: reader.mark, offset: 0 } }),
    };
  };
  return {
    read() {
      const chunk: unknown = stream?.read();
      return Buffer.isBuffer(chunk) ? taken(splitter.push(chunk), chunk.length) : undefined;
    },
    end() {
      const rest = splitter.end();
      const line = rest.lines[0];
      if (line === undefined) return undefined;
      // The connection may have broken in the middle of it. Then the next run gives it whole; when it gives the same, that is the line.
      if (reader !== undefined && follow && !isSaid(line, output) && unfinished.get(output) !== line) {
        unfinished.set(output, line);
        return undefined;
      }
      return taken(rest, 0);
    },
  };
}

/** A line of the log begins with a time. */
const isSaid = (line: string, output: ProgramOutput): boolean => output === 'stderr' && !/^\d/.test(line);
