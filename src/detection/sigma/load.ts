import { isCollection, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { RuleInfo } from '../../model/detection.ts';
import { aboutOf, compileFilter, compileRule, infoOf, isCorrelation, isFilter } from './compile.ts';
import type { IsLinear } from './modifiers.ts';
import type { CompiledFilter, CompiledRule } from './rule.ts';
import { RuleError } from './rule-error.ts';

/** A rule that was not loaded, and why. `line` counts from 1. */
export interface Refusal {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** A filter, and where it stands. */
export interface LoadedFilter {
  readonly filter: CompiledFilter;
  /** All that was written: mutes say more than filters. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly line: number;
  /** The line of a place in the document, from 1. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** A correlation document, not compiled: it belongs with the incidents. */
export interface LoadedCorrelation {
  readonly document: Readonly<Record<string, unknown>>;
  readonly info: RuleInfo;
  readonly about: CompiledRule['about'];
  readonly file: string;
  /** The line of a place in the document, from 1. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

export interface LoadResult {
  readonly rules: readonly CompiledRule[];
  readonly correlations: readonly LoadedCorrelation[];
  readonly filters: readonly LoadedFilter[];
  readonly refused: readonly Refusal[];
}

type YamlDocument = Exclude<ReturnType<typeof parseAllDocuments>, { empty: true }>[number];

/** The offset of the deepest node of the path that is there. */
function offsetOf(document: YamlDocument, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = document.range?.[0] ?? 0;
  if (isCollection(node)) offset = node.range?.[0] ?? offset;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.get(key, true);
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

const baseName = (file: string): string => (file.split(/[/\\]/).at(-1) ?? file).replace(/\.ya?ml$/i, '');

/** Loads the Sigma rules, correlations and filters of one file, which may hold several documents. Never throws: what cannot be honoured is refused by line. */
export function loadRules(text: string, options: { readonly file: string; readonly isLinear: IsLinear }): LoadResult {
  const { file, isLinear } = options;
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter });
  const documents = 'empty' in parsed ? [] : parsed;
  const rules: CompiledRule[] = [];
  const correlations: LoadedCorrelation[] = [];
  const filters: LoadedFilter[] = [];
  const refused: Refusal[] = [];
  const refuse = (offset: number, reason: string): void => void refused.push({ file, line: lineCounter.linePos(offset).line, reason });
  if (documents.length === 0) refused.push({ file, line: 1, reason: 'expected a Sigma rule, found an empty file' });
  for (const [index, document] of documents.entries()) {
    const [error] = document.errors;
    if (error !== undefined) {
      refuse(error.pos[0], error.message.split('\n')[0] ?? error.message);
      continue;
    }
    try {
      const name = documents.length === 1 ? baseName(file) : `${baseName(file)}-${index + 1}`;
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      const settings = { name, file, isLinear };
      const lineOf = (path: readonly (string | number)[]): number => lineCounter.linePos(offsetOf(document, path)).line;
      if (isCorrelation(value))
        correlations.push({ document: value, info: infoOf(value, name), about: aboutOf(value, file), file, lineOf });
      else if (isFilter(value)) {
        filters.push({ filter: compileFilter(value, settings), document: value, file, line: lineOf(['filter', 'rules']), lineOf });
      } else rules.push(compileRule(value, settings));
    } catch (cause) {
      if (!(cause instanceof RuleError)) throw cause;
      refuse(offsetOf(document, cause.path), cause.message);
    }
  }
  return { rules, correlations, filters, refused };
}
