import { basename } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import { createCommandSource } from '../../sources/command.ts';
import { createFileSource } from '../../sources/file.ts';
import { createFollowedFiles } from '../../sources/followed-files.ts';
import { expandPaths } from '../../sources/glob.ts';
import { openListener, readSharedKey } from '../../sources/listen/open-listener.ts';
import { exposureProblem, parseListenUrl } from '../../sources/listen/target.ts';
import { createReplaySources } from '../../sources/replay.ts';
import { parseShortcut } from '../../sources/shortcut.ts';
import type { Source } from '../../sources/source.ts';
import { createStandardInput } from '../../sources/standard-input.ts';
import { watchPatterns } from '../../sources/watch-patterns.ts';
import type { EngineOptions, History, SourceSettings, SourceSpec } from '../options.ts';

/** A source and what was said of it alone. */
export interface OpenedSource {
  readonly source: Source;
  readonly settings: SourceSettings;
}

/** The sources of a command line, and those that appear later under its globs. */
export interface OpenedSources {
  readonly sources: readonly OpenedSource[];
  /** Calls back for every new file until the signal; resolves then, or at once where there is no glob to watch. */
  watch(signal: AbortSignal, onNew: (opened: OpenedSource) => void): Promise<void>;
  /** What the operator should know: globs that fit nothing now. */
  readonly notices: readonly string[];
}

/** What is asked of a program where all of its history is wanted. */
const MOST_HISTORY = 1_000_000_000;

/** Shortest endings of the paths that tell them apart: `access.log`, or `web1/access.log` and `web2/access.log`. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const path of paths) {
    const parts = path.split('/').filter((part) => part !== '');
    let depth = 1;
    const ending = (p: string, n: number): string =>
      p
        .split('/')
        .filter((part) => part !== '')
        .slice(-n)
        .join('/');
    while (depth < parts.length && paths.some((other) => other !== path && ending(other, depth) === ending(path, depth))) depth++;
    names.set(path, ending(path, depth));
  }
  return names;
}

/** A source that cannot be; the message is for the person who named it. */
export class SourceSpecError extends Error {
  override readonly name = 'UsageError';
}

interface Opening {
  readonly follow: boolean;
  readonly history: History;
  readonly clock: Clock;
}

function openListening({ url, insecure, name }: Extract<SourceSpec, { type: 'listen' }>, { follow, clock }: Opening): Source {
  const target = parseListenUrl(url);
  if ('error' in target) throw new SourceSpecError(target.error);
  const problem = exposureProblem(target, insecure === true);
  if (problem !== undefined) throw new SourceSpecError(problem);
  if (!follow) throw new SourceSpecError(t('{url} has no end: what comes over the network can be followed, not scanned', { url }));
  return openListener({ target, name, clock, env: process.env });
}

function openShortcut({ command, name }: Extract<SourceSpec, { type: 'shortcut' }>, { follow, history, clock }: Opening): Source {
  const read = parseShortcut(command);
  if ('error' in read) throw new SourceSpecError(read.error);
  const lines = history === 'all' ? MOST_HISTORY : history.lines;
  return createCommandSource({ command: read, name, lines, once: !follow, clock });
}

/** Throws {@link SourceSpecError} for a source that cannot be opened as it is meant. */
export function checkSourceSpec(spec: SourceSpec): void {
  if (spec.type === 'listen') {
    const target = parseListenUrl(spec.url);
    const problem = 'error' in target ? target.error : exposureProblem(target, spec.insecure === true);
    if (problem !== undefined) throw new SourceSpecError(problem);
    if (!('error' in target) && target.sharedKey !== undefined) readSharedKey(target.sharedKey, process.env);
  } else if (spec.type === 'shortcut') {
    const read = parseShortcut(spec.command);
    if ('error' in read) throw new SourceSpecError(read.error);
  }
}

type FileSpec = Extract<SourceSpec, { type: 'file' }>;

/** What a spec stands for; files are opened together, after their globs were expanded. */
function openOther(spec: SourceSpec, opening: Opening): OpenedSource[] {
  const { follow, clock } = opening;
  switch (spec.type) {
    case 'listen':
      return [{ source: openListening(spec, opening), settings: spec }];
    case 'shortcut':
      return [{ source: openShortcut(spec, opening), settings: spec }];
    case 'stdin':
      return [{ source: createStandardInput(), settings: {} }];
    case 'exec':
      return [
        { source: createCommandSource({ command: spec.command, name: spec.name ?? spec.command, once: !follow, clock }), settings: spec },
      ];
    case 'replay':
      return createReplaySources({ files: spec.paths, linesPerSecond: spec.linesPerSecond, clock }).map((source) => ({
        source,
        settings: { timeZone: 'UTC' },
      }));
    case 'file':
      return [];
  }
}

/** Rotated generations before the log that they were cut from, the oldest first: where times are equal, that is the order of the lines. */
const oldestFirst = (a: { path: string; rotated: boolean }, b: { path: string; rotated: boolean }): number =>
  a.rotated !== b.rotated ? (a.rotated ? -1 : 1) : a.rotated ? b.path.localeCompare(a.path, 'en', { numeric: true }) : 0;

export async function openSources({ sources: specs, follow, history }: EngineOptions, clock: Clock): Promise<OpenedSources> {
  const followed = createFollowedFiles();
  const fileSpecs = specs.filter((spec): spec is FileSpec => spec.type === 'file');
  const expanded = await Promise.all(fileSpecs.map(async (spec) => ({ spec, ...(await expandPaths([spec.path])) })));
  const seen = new Set<string>();
  const files = expanded
    .flatMap(({ spec, files: found }) => found.map((one) => ({ ...one, spec })))
    .filter(({ path }) => !seen.has(path) && seen.add(path))
    .sort(oldestFirst);
  // Nothing at all to read to its end is a failure, as a file that is not there is one.
  if (!follow && files.length === 0 && fileSpecs.length === specs.length)
    files.push(...expanded.flatMap(({ spec, unmatched }) => unmatched.map((path) => ({ path, rotated: false, spec }))));
  const paths = [...seen];
  const names = shortNames(paths);
  const open = (path: string, spec: FileSpec, rotated = false): OpenedSource => ({
    settings: spec,
    source: createFileSource({
      path,
      name: spec.name ?? names.get(path) ?? basename(path),
      history,
      follow: follow && !rotated,
      followed,
      clock,
    }),
  });
  return {
    sources: [
      ...specs.flatMap((spec) => openOther(spec, { follow, history, clock })),
      ...files.map(({ path, spec, rotated }) => open(path, spec, rotated)),
    ],
    notices: expanded.flatMap(({ unmatched }) => unmatched.map((glob) => t('nothing fits {glob} yet', { glob }))),
    async watch(signal, onNew) {
      if (!follow) return;
      await Promise.all(
        expanded.map(({ spec, globs }) => watchPatterns(globs, { signal, known: paths, clock, onNew: (path) => onNew(open(path, spec)) })),
      );
    },
  };
}
