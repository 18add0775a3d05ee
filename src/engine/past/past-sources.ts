import { basename } from 'node:path';
import type { Format, FormatContext } from '../../formats/format.ts';
import { logFormat } from '../../formats/log-format.ts';
import { createSourceParser } from '../../formats/source-parser.ts';
import { msg, t } from '../../lang/lang.ts';
import { systemFiles } from '../../sources/file-access.ts';
import { expandPaths } from '../../sources/glob.ts';
import { createPastSource } from '../../sources/past.ts';
import { pastFiles } from '../../sources/past-files.ts';
import { planPast } from '../../sources/past-plan.ts';
import { type OpenedSource, type OpenedSources, shortNames } from '../input/open-sources.ts';
import type { SourceSettings, SourceSpec } from '../options.ts';

/** The past of an engine's sources, ready to be read. */
export interface PlannedPast {
  readonly opened: OpenedSources;
  /** Bytes to read until `toMs`. */
  readonly bytes: number;
  /** Time of the first line that there is; undefined when none has a time. */
  readonly beginMs: number | undefined;
  /** What cannot be read, in words. */
  readonly problems: readonly string[];
}

export interface PlanRequest {
  readonly specs: readonly SourceSpec[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly context: FormatContext;
  readonly logFormat: string | undefined;
  readonly signal: AbortSignal;
}

/** Lines of a probe that are looked at for one with a time. */
const MOST_LINES = 200;

/** Reads the time of the first line that has one; the format is recognised from the lines themselves. */
export function createTimeOf(context: FormatContext, forced: Format | undefined): (lines: readonly string[]) => number | undefined {
  return (lines) => {
    const parser = createSourceParser(context, forced === undefined ? {} : { forced });
    for (const line of lines.slice(0, MOST_LINES))
      for (const { entry } of parser.push(line)) if (entry.timeMs !== undefined) return entry.timeMs;
    for (const { entry } of parser.flush()) if (entry.timeMs !== undefined) return entry.timeMs;
    return undefined;
  };
}

const CANNOT: Readonly<Record<Exclude<SourceSpec['type'], 'file'>, string>> = {
  stdin: msg('standard input cannot be read again'),
  exec: msg('the output of a command cannot be read again'),
  listen: msg('what came over the network cannot be read again'),
  shortcut: msg('the output of a command cannot be read again'),
  replay: msg('recorded traffic that is replayed has no past'),
};

type FileSpec = Extract<SourceSpec, { type: 'file' }>;

/** Every log that is followed, each once, with what was said of it; rotated generations belong to their log. */
async function followedLogs(specs: readonly SourceSpec[]): Promise<Map<string, FileSpec>> {
  const logs = new Map<string, FileSpec>();
  for (const spec of specs) {
    if (spec.type !== 'file') continue;
    for (const { path, rotated } of (await expandPaths([spec.path])).files) if (!rotated && !logs.has(path)) logs.set(path, spec);
  }
  return logs;
}

function formatOf(text: string | undefined): Format | undefined {
  if (text === undefined) return undefined;
  const format = logFormat(text);
  return 'error' in format ? undefined : format;
}

/** Finds out which files hold the past of these sources, and where in them it begins. Never throws. */
export async function planSources({ specs, fromMs, toMs, context, logFormat: shared, signal }: PlanRequest): Promise<PlannedPast> {
  const problems = [...new Set(specs.flatMap((spec) => (spec.type === 'file' ? [] : [t(CANNOT[spec.type])])))];
  const logs = await followedLogs(specs);
  const names = shortNames([...logs.keys()]);
  const sources: OpenedSource[] = [];
  let bytes = 0;
  let beginMs: number | undefined;
  for (const [path, spec] of logs) {
    const settings: SourceSettings = spec;
    const timeOf = createTimeOf({ ...context, timeZone: spec.timeZone ?? context.timeZone }, formatOf(spec.logFormat ?? shared));
    const { files, unread } = await pastFiles(path, systemFiles);
    const plan = await planPast({ files, fromMs, toMs, timeOf, access: systemFiles, signal });
    problems.push(...unread.map((one) => t('{file} cannot be read', { file: basename(one) })), ...plan.problems);
    if (plan.beginMs !== undefined) beginMs = Math.min(beginMs ?? plan.beginMs, plan.beginMs);
    if (plan.segments.length === 0) continue;
    bytes += plan.bytes;
    const name = spec.name ?? names.get(path) ?? basename(path);
    sources.push({
      settings,
      source: createPastSource({ key: `past:${path}`, name, segments: plan.segments, fromMs, timeOf, files: systemFiles }),
    });
  }
  return { opened: { sources, notices: [], watch: async () => {} }, bytes, beginMs, problems };
}
