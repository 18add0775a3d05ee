import type { LoadedCorrelation, LoadedFilter, LoadResult, Refusal } from './sigma/load.ts';
import type { IsLinear } from './sigma/modifiers.ts';
import type { CompiledRule } from './sigma/rule.ts';

/** Rules that cannot be honoured; `message` has one `file:line: reason` each. */
export class RuleFilesError extends Error {
  override readonly name = 'RuleError';
}

/** A refusal as people and editors read it. */
export const refusalText = ({ file, line, reason }: Refusal): string => `${file}:${line}: ${reason}`;

/** One file of a person's rules. */
export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Loads Sigma rules, correlations and filters. A person's patterns run in re2, being unproved; what cannot be honoured is refused with file and line.
 * The YAML parser is only loaded when this is called.
 */
export async function loadRuleFiles(files: readonly RuleFile[], isLinear: IsLinear = () => false): Promise<LoadResult> {
  const { loadRules } = await import('./sigma/load.ts');
  const rules: CompiledRule[] = [];
  const correlations: LoadedCorrelation[] = [];
  const filters: LoadedFilter[] = [];
  const refused: Refusal[] = [];
  for (const file of files) {
    const loaded = loadRules(file.text, { file: file.name, isLinear });
    correlations.push(...loaded.correlations);
    rules.push(...loaded.rules);
    filters.push(...loaded.filters);
    refused.push(...loaded.refused);
  }
  return { rules, correlations, filters, refused };
}

/** Built-in rules, a person's rules, and the person's filters applied to both. */
export interface JoinedRules {
  readonly rules: readonly CompiledRule[];
  readonly refused: readonly Refusal[];
}

/** Joins rules; of several with one id the first stays and the others are refused. */
export async function joinRules(builtIn: readonly CompiledRule[], own: LoadResult): Promise<JoinedRules> {
  const { applyFilters } = await import('./sigma/filters.ts');
  const refused = [...own.refused];
  const rules = [...builtIn];
  const ids = new Set(builtIn.map(({ info }) => info.id));
  for (const rule of own.rules) {
    if (ids.has(rule.info.id))
      refused.push({ file: rule.about.file, line: 1, reason: `another rule has the id "${rule.info.id}" already` });
    else rules.push(rule);
    ids.add(rule.info.id);
  }
  const filtered = applyFilters(rules, own.filters);
  return { rules: filtered.rules, refused: [...refused, ...filtered.refused] };
}
