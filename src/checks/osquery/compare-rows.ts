import type { Finding } from '../../model/check.ts';
import { said } from '../../text/said.ts';
import { createFinding } from '../finding.ts';
import { fieldsOf } from '../json.ts';
import type { PackQuery } from './pack.ts';

/** One row of an answer: column and text. */
export type Row = Readonly<Record<string, string>>;

/** What is kept of a query: row keys and when each was seen first; zero for those of the first look. */
type Memory = Readonly<Record<string, number>>;

export type PackMemory = Readonly<Record<string, Memory | undefined>>;

/** What is new stays listed for so long: it was new at one run only, but a person may look later. */
const LISTED_MS = 7 * 86_400_000;
const MOST_ROWS = 2_000;

/** What the last run left; anything else is nothing. */
export function readMemory(memory: unknown): PackMemory {
  const entries = Object.entries(fieldsOf(memory)).map(([name, rows]) => {
    const seen = Object.entries(fieldsOf(rows)).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    return [name, Object.fromEntries(seen)] as const;
  });
  return Object.fromEntries(entries);
}

export interface Comparison {
  readonly query: PackQuery;
  readonly rows: readonly Row[];
  readonly before: Memory | undefined;
  readonly nowMs: number;
}

/** What was not there before: in this run, or in one of the last seven days. Of the first look only what is bad by itself. */
export function compareRows({ query, rows, before, nowMs }: Comparison): { findings: Finding[]; memory: Memory; isFirst: boolean } {
  const memory = new Map<string, number>();
  const findings: Finding[] = [];
  for (const row of rows.slice(0, MOST_ROWS)) {
    const key = query.key
      .map((column) => row[column] ?? '')
      .join('|')
      .slice(0, 250);
    if (memory.has(key)) continue;
    const known = before !== undefined && Object.hasOwn(before, key) ? before[key] : undefined;
    const firstMs = known ?? (before === undefined ? 0 : nowMs);
    memory.set(key, firstMs);
    if (query.isBadAlways || nowMs - firstMs < LISTED_MS) findings.push(findingOf(query, row, key));
  }
  return { findings, memory: Object.fromEntries(memory), isFirst: before === undefined };
}

function findingOf(query: PackQuery, row: Row, key: string): Finding {
  const subject = query.subject.map((column) => row[column] ?? '').filter((text) => text !== '');
  return createFinding({
    key: `${query.name} ${key}`,
    severity: query.severity,
    title: said(query.title),
    subject: subject.join(' '),
    facts: Object.entries(row),
    advice: said(query.advice),
    place: query.name,
  });
}
