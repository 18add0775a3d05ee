import { readdirSync, readFileSync } from 'node:fs';
import type { Entry } from '../../src/model/entry.ts';
import { request } from './entries.ts';

const FOLDER = new URL('techniques/', import.meta.url);

/** Lines of one technique, and what is expected of them. */
export interface Technique {
  readonly file: string;
  readonly name: string;
  readonly families: readonly string[];
  readonly must: 'detected' | 'quiet';
  /** Per cent of the lines that must be as expected. */
  readonly atLeast: number;
  readonly lines: readonly string[];
}

/** Names of the files with techniques, each named after its family. */
export const techniqueFiles = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort();

/**
 * Sections of a file. `# technique: name` opens one; `# must: detected` or `# must: quiet` opens another under the same name;
 * `# families: a b` and `# at least: 95 %` (never lower) hold until the next. Other lines that begin with `#` are remarks.
 */
export function readTechniques(file: string): readonly Technique[] {
  const family = file.replace(/\.txt$/, '');
  const fresh = { file, families: [family], must: 'detected' as const, atLeast: 100 };
  const sections: (Technique & { lines: string[] })[] = [{ ...fresh, name: family, lines: [] }];
  for (const line of readFileSync(new URL(file, FOLDER), 'utf8').split('\n')) {
    const last = sections.at(-1) ?? { ...fresh, name: family, lines: [] };
    const [, key, value = ''] = /^# (technique|must|families|at least): (.+)$/.exec(line) ?? [];
    if (key === undefined && line !== '' && !line.startsWith('#')) last.lines.push(line);
    const next = { ...last, lines: [] };
    if (key === 'technique') sections.push({ ...fresh, name: value, lines: [] });
    if (key === 'must') sections.push({ ...next, must: value.trim() === 'quiet' ? 'quiet' : 'detected', atLeast: 100 });
    if (key === 'families') sections.push({ ...next, families: [family, ...value.trim().split(/\s+/)] });
    if (key === 'at least') sections.push({ ...next, atLeast: Math.max(95, Number.parseFloat(value)) });
  }
  return sections.filter((each) => each.lines.length > 0);
}

/** `UA:`, `REF:` and `Q:` (typed into a search field, percent-encoded by the browser); anything else is a request target. */
export function techniqueEntry(line: string): Entry {
  const [, word = '', rest = ''] = /^(UA|REF|Q): (.*)$/s.exec(line) ?? [];
  if (word === 'UA') return request({ userAgent: rest });
  if (word === 'REF') return request({ referer: rest });
  if (word === 'Q') return request({ target: `/search?q=${encodeURIComponent(rest)}` });
  return request({ target: line });
}
