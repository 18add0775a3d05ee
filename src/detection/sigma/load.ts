import { isCollection, isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { compileFilter, compileRule, isFilter } from './compile.ts';
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
  readonly file: string;
  readonly line: number;
}

export interface LoadResult {
  readonly rules: readonly CompiledRule[];
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
    } else if (isCollection(node)) node = node.get(key, true);
    else break;
  }
  return offset;
}

const baseName = (file: string): string => (file.split(/[/\\]/).at(-1) ?? file).replace(/\.ya?ml$/i, '');

/** Loads the Sigma rules and filters of one file, which may hold several documents. Never throws: what cannot be honoured is refused by line. */
export function loadRules(text: string, options: { readonly file: string; readonly isLinear: IsLinear }): LoadResult {
  const { file, isLinear } = options;
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter });
  const documents = 'empty' in parsed ? [] : parsed;
  const rules: CompiledRule[] = [];
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
      if (isFilter(value)) {
        const { line } = lineCounter.linePos(offsetOf(document, ['filter', 'rules']));
        filters.push({ filter: compileFilter(value, settings), file, line });
      } else rules.push(compileRule(value, settings));
    } catch (cause) {
      if (!(cause instanceof RuleError)) throw cause;
      refuse(offsetOf(document, cause.path), cause.message);
    }
  }
  return { rules, filters, refused };
}
