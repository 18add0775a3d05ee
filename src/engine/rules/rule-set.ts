import { joinRules, loadRuleFiles, type RuleFile } from '../../detection/rule-files.ts';
import type { LoadedCorrelation, Refusal } from '../../detection/sigma/load.ts';
import type { IsLinear } from '../../detection/sigma/modifiers.ts';
import type { CompiledRule } from '../../detection/sigma/rule.ts';
import { compileCorrelation } from '../../incidents/correlation/compile.ts';
import type { CorrelationRule } from '../../incidents/correlation/correlation-rule.ts';
import { linkCorrelations } from '../../incidents/correlation/link.ts';

/** Rules for single lines, and correlations of what they find. Plain data: the built-in ones travel as JSON. */
export interface RuleSet {
  readonly rules: readonly CompiledRule[];
  /** Linked. */
  readonly correlations: readonly CorrelationRule[];
}

export interface LoadedRuleSet extends RuleSet {
  /** What the files added. */
  readonly own: RuleSet;
  readonly refused: readonly Refusal[];
  /** Rules, correlations and filters of the files that can be honoured. */
  readonly right: number;
}

export const NO_RULES: RuleSet = { rules: [], correlations: [] };

/** Reads the built-in rules as `scripts/compile-rules.mjs` wrote them at build time; the text is ours and trusted. */
export const readRuleSet = (json: string): RuleSet => JSON.parse(json) as RuleSet;

/** Ids of rules that only correlations hear of. */
export const silentIds = ({ rules, correlations }: RuleSet): ReadonlySet<string> =>
  new Set([...rules.flatMap(({ info, silent }) => (silent ? info.id : [])), ...correlations.flatMap(({ silences }) => silences)]);

/** Ids of rules that correlations want. */
export const wantedIds = ({ correlations }: RuleSet): ReadonlySet<string> => new Set(correlations.flatMap(({ rules }) => rules));

interface Candidate {
  readonly loaded: LoadedCorrelation;
  readonly rule: CorrelationRule;
}

const refusalAt = ({ file, lineOf }: LoadedCorrelation, path: readonly (string | number)[], reason: string): Refusal => ({
  file,
  line: lineOf(path),
  reason,
});

/** Compiles correlations; those with an id that is taken are refused, too. */
function compiled(correlations: readonly LoadedCorrelation[], taken: readonly string[], refused: Refusal[]): readonly Candidate[] {
  const ids = new Set(taken);
  return correlations.flatMap((loaded) => {
    const result = compileCorrelation(loaded);
    if ('problem' in result) {
      refused.push(refusalAt(loaded, result.problem.path, result.problem.reason));
      return [];
    }
    const { id } = result.rule.info;
    if (ids.has(id)) {
      refused.push(refusalAt(loaded, ['id'], `another rule has the id "${id}" already`));
      return [];
    }
    ids.add(id);
    return [{ loaded, rule: result.rule }];
  });
}

/**
 * Loads Sigma files beside the built-in rules: a person's filters apply to both, a person's correlations may refer to both but silence only rules from
 * the files. What cannot be honoured is refused with file and line.
 */
export async function loadRuleSet(files: readonly RuleFile[], builtIn: RuleSet = NO_RULES, isLinear?: IsLinear): Promise<LoadedRuleSet> {
  if (files.length === 0) return { ...builtIn, own: NO_RULES, refused: [], right: 0 };
  const loaded = await loadRuleFiles(files, isLinear);
  const joined = await joinRules(builtIn.rules, loaded);
  const refused = [...joined.refused];
  const ownRules = joined.rules.slice(builtIn.rules.length);
  const infosOf = (list: readonly { readonly info: CompiledRule['info'] }[]): readonly CompiledRule['info'][] =>
    list.map(({ info }) => info);
  const taken = [...infosOf(joined.rules), ...infosOf(builtIn.correlations)].map(({ id }) => id);
  const candidates = compiled(loaded.correlations, taken, refused);
  const own = [...infosOf(ownRules), ...candidates.map(({ rule }) => rule.info)];
  const others = [...infosOf(builtIn.rules), ...infosOf(builtIn.correlations)];
  const { linked, problems } = linkCorrelations(candidates, { own, others, known: builtIn.correlations });
  for (const { of, path, reason } of problems) refused.push(refusalAt(of.loaded, path, reason));
  return {
    rules: joined.rules,
    correlations: [...builtIn.correlations, ...linked],
    own: { rules: ownRules, correlations: linked },
    refused,
    right: loaded.rules.length + linked.length + loaded.filters.length - (joined.refused.length - loaded.refused.length),
  };
}
