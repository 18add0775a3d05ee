import { createBoundedMap } from '../../collections/bounded-map.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { RuleInfo } from '../../model/detection.ts';
import type { FileChange } from '../../sources/tree-watch.ts';
import { harmlessPath, type Upload } from './web-root-match.ts';

/** Silence after which what an actor writes is another run. */
const RUN_GAP_MS = 30 * 60_000;
const MOST_RUNS = 1_000;
const MOST_NOTED = 2_000;
const MOST_ACTORS = 100;

interface Run {
  readonly startMs: number;
  readonly endMs: number;
  readonly rows: ReadonlySet<number>;
  readonly silent: number;
  readonly files: number;
  readonly example: string;
}

/** What each actor wrote, told as one behaviour, and what stands at each line; bounded. */
export interface WebRootRuns {
  /** The note of a line that wrote one more file: its first script, and how many more. `first`: it is the first script. */
  note(rowId: number, note: string, script: boolean): { readonly note: string; readonly first: boolean };
  grow(file: FileChange, upload: Upload, rule: RuleInfo): Behaviour;
  /** Written by one of several, who cannot be told apart. */
  shared(file: FileChange, uploads: readonly Upload[], rule: RuleInfo): Behaviour;
}

export function createWebRootRuns(): WebRootRuns {
  const runs = createBoundedMap<string, Run>(MOST_RUNS);
  const noted = createBoundedMap<number, { note: string; script: boolean; files: number }>(MOST_NOTED);
  return {
    note(rowId, note, script) {
      const before = noted.get(rowId);
      const first = script && before?.script !== true;
      const kept = before === undefined || first ? note : before.note;
      const files = (before?.files ?? 0) + 1;
      noted.set(rowId, { note: kept, script: script || before?.script === true, files });
      return { note: files > 1 ? `${kept}, and ${files - 1} more` : kept, first };
    },
    grow(file, upload, rule) {
      const { actor, rowId, timeMs, suspicious } = upload;
      const known = runs.get(actor);
      const before = known !== undefined && timeMs - known.endMs <= RUN_GAP_MS ? known : undefined;
      const isNew = before?.rows.has(rowId) !== true;
      const run: Run = {
        startMs: Math.min(before?.startMs ?? timeMs, timeMs),
        endMs: Math.max(before?.endMs ?? timeMs, timeMs),
        rows: isNew && (before?.rows.size ?? 0) < MOST_NOTED ? new Set([...(before?.rows ?? []), rowId]) : (before?.rows ?? new Set()),
        silent: (before?.silent ?? 0) + (isNew && !suspicious ? 1 : 0),
        files: (before?.files ?? 0) + 1,
        example: before?.example ?? harmlessPath(file.path),
      };
      runs.set(actor, run);
      return {
        key: `${rule.name} ${actor} ${run.startMs}`,
        rule,
        success: true,
        group: { 'c-ip': actor },
        startMs: run.startMs,
        endMs: run.endMs,
        events: run.rows.size,
        silent: run.silent,
        value: run.files,
        actors: [actor],
        actorCount: 1,
        example: run.example,
      };
    },
    shared(file, uploads, rule) {
      const actors = [...new Set(uploads.map(({ actor }) => actor).filter((actor) => actor !== ''))];
      const times = uploads.map(({ timeMs }) => timeMs);
      return {
        key: `${rule.name} ${file.path.slice(-200)}`,
        rule,
        success: true,
        group: { 'cs-uri-stem': `/${file.path}`.slice(0, 200) },
        startMs: Math.min(...times),
        endMs: Math.max(...times),
        events: uploads.length,
        silent: uploads.filter(({ suspicious }) => !suspicious).length,
        value: 1,
        actors: actors.slice(0, MOST_ACTORS),
        actorCount: actors.length,
        example: harmlessPath(file.path),
      };
    },
  };
}
