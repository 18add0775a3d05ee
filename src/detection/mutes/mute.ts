import type { Refusal } from '../sigma/load.ts';
import type { CompiledFilter } from '../sigma/rule.ts';

/** A person's word that what a rule finds somewhere is no attack: a Sigma filter with an end. */
export interface Mute {
  /** As written, else made of its place in the file. */
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly note: string;
  /** Wall clock, milliseconds since the epoch; undefined: forever. */
  readonly untilMs: number | undefined;
  /** It mutes what worked, too. */
  readonly successes: boolean;
  readonly filter: CompiledFilter;
  /** Where it stands, from 1; 0 for one of this session alone. */
  readonly line: number;
}

export interface ReadMutes {
  readonly mutes: readonly Mute[];
  readonly refused: readonly Refusal[];
}

/** `expires` of a mute without an end: nothing mutes forever by mistake. */
export const FOREVER = 'forever';
const DATE_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const EXPIRES_WANTED = `expected "expires": a time such as 2026-03-09T12:00:00Z, or ${FOREVER}`;

type Plain = Readonly<Record<string, unknown>>;

const textOf = (document: Plain, key: string): string => {
  const value = document[key];
  return typeof value === 'string' ? value : '';
};

/** The end of a mute: milliseconds, undefined for forever; a reason where there is none. A time without a zone is UTC. */
function endOf(value: unknown): { readonly untilMs: number | undefined } | { readonly reason: string } {
  if (value === FOREVER) return { untilMs: undefined };
  if (typeof value !== 'string' || !DATE_TIME.test(value)) return { reason: EXPIRES_WANTED };
  const hasZone = /(?:Z|[+-]\d\d:\d\d)$/.test(value) && value.length > 10;
  const ms = Date.parse(value.length > 10 && !hasZone ? `${value}Z` : value);
  return Number.isNaN(ms) ? { reason: EXPIRES_WANTED } : { untilMs: ms };
}

/** Reads a file of mutes; what cannot be honoured is refused by line. Never throws. The YAML parser is loaded only where there is something to read. */
export async function readMutes(text: string, file: string): Promise<ReadMutes> {
  if (text.split('\n').every((line) => line.trim() === '' || line.trimStart().startsWith('#'))) return { mutes: [], refused: [] };
  const { loadRules } = await import('../sigma/load.ts');
  const loaded = loadRules(text, { file, isLinear: () => false });
  const refused = [...loaded.refused];
  const ids = new Set<string>();
  const mutes = loaded.filters.flatMap(({ filter, document, lineOf, line }): Mute[] => {
    const refuse = (reason: string, path: readonly string[]): Mute[] => {
      refused.push({ file, line: lineOf(path), reason });
      return [];
    };
    const end = endOf(document.expires);
    if ('reason' in end) return refuse(end.reason, ['expires']);
    const { successes = false } = document;
    if (typeof successes !== 'boolean') return refuse('expected "successes" to be true or false', ['successes']);
    const id = textOf(document, 'id') || `line-${line}`;
    if (ids.has(id)) return refuse(`another mute has the id "${id}" already`, ['id']);
    ids.add(id);
    const [author, note] = [textOf(document, 'author'), textOf(document, 'description')];
    return [{ id, title: filter.title, author, note, untilMs: end.untilMs, successes, filter, line }];
  });
  const others = [
    ...loaded.rules.map(({ info }) => ({ info, line: 1 })),
    ...loaded.correlations.map(({ info, lineOf }) => ({ info, line: lineOf([]) })),
  ];
  for (const { info, line } of others) refused.push({ file, line, reason: `expected a Sigma filter, found the rule "${info.name}"` });
  return { mutes, refused: refused.sort((a, b) => a.line - b.line) };
}

export const isExpired = ({ untilMs }: Mute, nowMs: number): boolean => untilMs !== undefined && untilMs <= nowMs;
