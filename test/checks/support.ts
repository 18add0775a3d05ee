import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check, CheckContext, CheckEvent } from '../../src/checks/check.ts';
import { CheckError } from '../../src/checks/check-error.ts';
import { createHttpGet } from '../../src/checks/http-get.ts';
import { createRunProcess } from '../../src/checks/run-process.ts';
import { type Clock, systemClock } from '../../src/clock/clock.ts';
import type { Finding } from '../../src/model/check.ts';
import { english } from '../../src/text/said.ts';

export const START_MS = Date.UTC(2026, 2, 2);

/** A clock whose pauses of up to a second are over at once, so that polling takes no time; longer ones are real. */
export function quickClock(): Clock {
  let nowMs = START_MS;
  return {
    now: () => nowMs,
    monotonic: () => performance.now(),
    after(delayMs, run) {
      if (delayMs > 1_000) return systemClock.after(delayMs, run);
      const immediate = setImmediate(() => {
        nowMs += delayMs;
        run();
      });
      return () => clearImmediate(immediate);
    },
  };
}

export function contextWith(changes: Partial<CheckContext> = {}): CheckContext {
  const clock = changes.clock ?? quickClock();
  return {
    run: createRunProcess({ clock: systemClock }),
    get: createHttpGet({ clock: systemClock }),
    clock,
    signal: new AbortController().signal,
    memory: undefined,
    mayAttack: false,
    asked: false,
    ...changes,
  };
}

/** What a check said, sorted by kind; sentences in English. */
export interface Heard {
  readonly findings: Finding[];
  readonly notes: string[];
  readonly unseen: string[];
  readonly phases: string[];
  readonly percents: number[];
  readonly measures: string[];
  memory: unknown;
}

export async function hear(events: AsyncIterable<CheckEvent>): Promise<Heard> {
  const heard: Heard = { findings: [], notes: [], unseen: [], phases: [], percents: [], measures: [], memory: undefined };
  for await (const event of events) {
    if (event.type === 'finding') heard.findings.push(event.finding);
    if (event.type === 'note') heard.notes.push(english(event.note));
    if (event.type === 'unseen') {
      heard.unseen.push(event.place);
      if (event.note !== undefined) heard.notes.push(english(event.note));
    }
    if (event.type === 'measure')
      heard.measures.push(`${event.measure.isBad ? 'bad' : 'good'} ${event.measure.name} ${english(event.measure.now)}`);
    if (event.type === 'memory') heard.memory = event.memory;
    if (event.type === 'progress') {
      heard.phases.push(english(event.phase));
      if (event.percent !== undefined) heard.percents.push(event.percent);
    }
  }
  return heard;
}

export const runOf = (check: Check, changes: Partial<CheckContext> = {}): Promise<Heard> => hear(check.run(contextWith(changes)));

/** The sentence with which a run fails. */
export async function failureOf(check: Check, changes: Partial<CheckContext> = {}): Promise<string> {
  try {
    await runOf(check, changes);
  } catch (error) {
    if (error instanceof CheckError) return error.message;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A folder that everybody may read, with files. */
export function openFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-checks-'));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** An executable script that stands for a tool. */
export function script(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}
