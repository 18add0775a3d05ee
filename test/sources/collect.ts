import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Position } from '../../src/model/position.ts';
import type { LineBatch, Source, SourceEvent } from '../../src/sources/source.ts';
import { createWake } from '../../src/sources/wake.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

export async function collect(batches: AsyncIterable<LineBatch>): Promise<LineBatch[]> {
  const all: LineBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

/** All that a finite source gives. */
export async function readAll(
  source: Source,
  resumeFrom?: Position,
): Promise<{ lines: string[]; events: SourceEvent[]; batches: LineBatch[] }> {
  const { signal } = new AbortController();
  const batches = await collect(source.read(resumeFrom === undefined ? { signal } : { signal, resumeFrom }));
  return { batches, lines: batches.flatMap((batch) => batch.lines), events: batches.flatMap((batch) => batch.event ?? []) };
}

/** A source being read in the background; `until…` resolve as soon as what they wait for has come. */
export interface Running {
  readonly lines: string[];
  readonly events: SourceEvent[];
  position(): Position | undefined;
  untilLines(count: number): Promise<string[]>;
  untilEvent(type: SourceEvent['type'], detail?: string): Promise<void>;
  stop(): Promise<void>;
}

export function run(source: Source, resumeFrom?: Position): Running {
  const abort = new AbortController();
  const changed = createWake();
  const lines: string[] = [];
  const events: SourceEvent[] = [];
  let position: Position | undefined;
  const context = { signal: abort.signal };
  const done = (async () => {
    for await (const batch of source.read(resumeFrom === undefined ? context : { ...context, resumeFrom })) {
      lines.push(...batch.lines);
      if (batch.event !== undefined) events.push(batch.event);
      position = batch.position ?? position;
      changed.notify();
    }
  })();
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await changed.wait();
  };
  const stop = async (): Promise<void> => {
    abort.abort();
    await done;
  };
  onTestFinished(stop);
  let seen = 0;
  return {
    lines,
    events,
    position: () => position,
    stop,
    async untilLines(count) {
      await until(() => lines.length >= count);
      return lines;
    },
    /** Counts each event once: a second wait for the same wants a second event. */
    async untilEvent(type, detail) {
      const isIt = (event: SourceEvent): boolean =>
        event.type === type && (detail === undefined || ('detail' in event && event.detail.includes(detail)));
      await until(() => events.slice(seen).some(isIt));
      seen += events.slice(seen).findIndex(isIt) + 1;
    },
  };
}
