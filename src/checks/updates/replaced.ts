import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { msg } from '../../lang/lang.ts';
import { said, saidOf } from '../../text/said.ts';
import type { CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';

const MOST_PROCESSES = 10_000;
/** Where packages put programs and libraries; elsewhere a deleted file is a temporary one. */
const PACKAGED = /^\/(?:usr|lib|lib32|lib64|bin|sbin|opt)\//;

/** Libraries and programs in a `/proc/PID/maps` whose file was replaced (proc_pid_maps(5): "(deleted)"). */
export function replacedIn(maps: string): string[] {
  const paths = new Set<string>();
  for (const line of maps.split('\n')) {
    if (!line.endsWith(' (deleted)')) continue;
    const at = line.indexOf('/');
    const path = line.slice(at, -' (deleted)'.length);
    if (at >= 0 && PACKAGED.test(path)) paths.add(path);
  }
  return [...paths];
}

interface Running {
  readonly pids: number[];
  readonly paths: Set<string>;
}

/** Processes that still run what an update has replaced, by program. */
export async function* replacedLibraries(proc = '/proc'): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('looking at what runs')) };
  const programs = new Map<string, Running>();
  let unread = 0;
  const pids = (await readdir(proc).catch(() => [] as string[])).filter((name) => /^\d{1,10}$/.test(name));
  for (const pid of pids.slice(0, MOST_PROCESSES)) {
    try {
      const paths = replacedIn(await readFile(join(proc, pid, 'maps'), 'utf8'));
      if (paths.length === 0) continue;
      const name = (await readFile(join(proc, pid, 'comm'), 'utf8')).trim();
      const running = programs.get(name) ?? { pids: [], paths: new Set() };
      running.pids.push(Number(pid));
      for (const path of paths) running.paths.add(path);
      programs.set(name, running);
    } catch (error) {
      // It has ended meanwhile, or belongs to somebody else.
      if ((error as NodeJS.ErrnoException).code === 'EACCES') unread++;
    }
  }
  for (const [name, { pids: own, paths }] of programs)
    yield {
      type: 'finding',
      finding: createFinding({
        key: `replaced ${name}`,
        severity: 'medium',
        title: said(msg('it runs from a replaced library')),
        subject: name,
        facts: [
          [msg('processes'), own.slice(0, 20).join(' ')],
          [msg('replaced'), [...paths].slice(0, 10).join(' ')],
        ],
        advice: said(msg('Restart it: until then it runs the code of before the update.')),
        place: 'replaced',
      }),
    };
  if (unread > 0)
    yield {
      type: 'note',
      note: saidOf(unread, {
        one: msg('{n} process of another user could not be looked at: only root may.'),
        many: msg('{n} processes of other users could not be looked at: only root may.'),
      }),
    };
}
