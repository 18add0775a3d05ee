import type { LoadedFilter, Refusal } from './load.ts';
import type { CompiledFilter, CompiledRule, Condition, Selection } from './rule.ts';

/** The condition with every selection under another name. */
function renamed(condition: Condition, prefix: string): Condition {
  switch (condition.type) {
    case 'selection':
      return { type: 'selection', name: prefix + condition.name };
    case 'not':
      return { type: 'not', of: renamed(condition.of, prefix) };
    default:
      return { type: condition.type, of: condition.of.map((part) => renamed(part, prefix)) };
  }
}

const applies = ({ rules, kinds }: CompiledFilter, rule: CompiledRule): boolean =>
  rule.kinds.some((kind) => kinds.includes(kind)) && (rules === 'any' || rules.includes(rule.info.id) || rules.includes(rule.info.name));

function filtered(rule: CompiledRule, filter: CompiledFilter, prefix: string): CompiledRule {
  const added = Object.entries(filter.selections).map(([name, selection]): [string, Selection] => [prefix + name, selection]);
  return {
    ...rule,
    selections: { ...rule.selections, ...Object.fromEntries(added) },
    condition: { type: 'and', of: [rule.condition, renamed(filter.condition, prefix)] },
  };
}

/** Adds to rules what filters ask of them (Sigma specification 2.1, "Filters"); a filter that names no rule here is refused. */
export function applyFilters(
  rules: readonly CompiledRule[],
  filters: readonly LoadedFilter[],
): { readonly rules: readonly CompiledRule[]; readonly refused: readonly Refusal[] } {
  const refused: Refusal[] = [];
  let result = rules;
  for (const [index, { filter, file, line }] of filters.entries()) {
    const prefix = `_filter_${index + 1}_`;
    const unknown =
      filter.rules === 'any' ? [] : filter.rules.filter((name) => !rules.some(({ info }) => info.id === name || info.name === name));
    if (unknown.length > 0)
      refused.push({ file, line, reason: `no rule here has the id or name ${unknown.map((name) => `"${name}"`).join(', ')}` });
    else if (!rules.some((rule) => applies(filter, rule)))
      refused.push({ file, line, reason: 'the rules that it names are for another log source' });
    else result = result.map((rule) => (applies(filter, rule) ? filtered(rule, filter, prefix) : rule));
  }
  return { rules: result, refused };
}
