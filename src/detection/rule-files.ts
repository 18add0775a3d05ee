import type { LoadResult, Refusal } from './sigma/load.ts';
import type { CompiledRule } from './sigma/rule.ts';

/** Rules that cannot be honoured; `message` has one `file:line: reason` each. */
export class RuleFilesError extends Error {
  override readonly name = 'RuleError';
}

/** One file of a person's rules. */
export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Loads a person's Sigma rules. Their patterns run in re2, being unproved; what cannot be honoured is refused with file and line. The
 * YAML parser is only loaded when this is called.
 */
export async function loadRuleFiles(files: readonly RuleFile[]): Promise<LoadResult> {
  const { loadRules } = await import('./sigma/load.ts');
  const rules: CompiledRule[] = [];
  const refused: Refusal[] = [];
  for (const file of files) {
    const loaded = loadRules(file.text, { file: file.name, isLinear: () => false });
    rules.push(...loaded.rules);
    refused.push(...loaded.refused);
  }
  return { rules, refused };
}
