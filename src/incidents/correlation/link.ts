import type { CorrelationProblem, CorrelationRule } from './correlation-rule.ts';

/** How a rule can be referred to. */
export interface Referable {
  readonly id: string;
  readonly name: string;
}

/** One that is to be linked among those that are known. */
export interface LinkOptions {
  /** Rules and correlations that a reference may mean, those of the same owner. They may be silenced. */
  readonly own: readonly Referable[];
  /** Those of others (the built-in ones, for a person's); never silenced. */
  readonly others: readonly Referable[];
  /** Correlations of others, linked. */
  readonly known: readonly CorrelationRule[];
}

export interface Linked<T> {
  readonly linked: readonly CorrelationRule[];
  readonly problems: readonly ({ readonly of: T } & CorrelationProblem)[];
}

/** What references mean. */
type Finder = (reference: string) => readonly string[];

/** Finds ids by id or name; a reference that ends in `*` means every rule whose name begins so (our extension: families of rules grow). */
function finderOf(list: readonly Referable[]): Finder {
  const byName = new Map([
    ...list.map(({ name, id }): [string, string] => [name, id]),
    ...list.map(({ id }): [string, string] => [id, id]),
  ]);
  return (reference) => {
    if (reference.endsWith('*')) return list.filter(({ name }) => name.startsWith(reference.slice(0, -1))).map(({ id }) => id);
    const id = byName.get(reference);
    return id === undefined ? [] : [id];
  };
}

/** More than these do not fit into the bits of an event. */
const MAX_ORDERED = 30;

/** The correlations that a chain from `start` runs through, `start` again at its end when it goes round. */
function circleFrom(start: CorrelationRule, byId: ReadonlyMap<string, CorrelationRule>): readonly string[] | undefined {
  const seen = new Set<string>();
  const walk = (rule: CorrelationRule, path: readonly string[]): readonly string[] | undefined => {
    for (const id of rule.rules) {
      if (id === start.info.id) return [...path, start.info.name];
      const next = byId.get(id);
      if (next === undefined || seen.has(id)) continue;
      seen.add(id);
      const found = walk(next, [...path, next.info.name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(start, [start.info.name]);
}

/** The field of a correlation that another one wants to group or count by, but that it does not group by itself. */
function ungroupedField(rule: CorrelationRule, byId: ReadonlyMap<string, CorrelationRule>): CorrelationProblem | undefined {
  for (const id of rule.rules) {
    const child = byId.get(id);
    if (child === undefined) continue;
    for (const name of [...rule.groupBy, ...rule.fields]) {
      const field = rule.aliases[name]?.[id] ?? name;
      if (!child.groupBy.includes(field))
        return { path: ['correlation', 'group-by'], reason: `the correlation "${child.info.name}" is not grouped by "${field}"` };
    }
    if (rule.type !== 'value_count' && rule.fields.length > 0)
      return { path: ['correlation', 'rules'], reason: `the correlation "${child.info.name}" has no numbers to put into ${rule.type}` };
  }
  return undefined;
}

/**
 * Finds the rules and correlations that correlations refer to by name or id, and which of them fall silent. A reference to nothing, a chain that goes
 * round, and a chain over a field that is not grouped by are problems.
 */
export function linkCorrelations<T extends { readonly rule: CorrelationRule }>(
  correlations: readonly T[],
  { own, others, known }: LinkOptions,
): Linked<T> {
  const findOwn = finderOf(own);
  const findOther = finderOf(others);
  const problems: ({ readonly of: T } & CorrelationProblem)[] = [];
  const unlinked: CorrelationRule[] = [];
  const found: { readonly of: T; readonly rule: CorrelationRule }[] = [];
  for (const of of correlations) {
    const result = withIds(of.rule, findOwn, findOther);
    if ('info' in result) found.push({ of, rule: result });
    else {
      problems.push({ of, ...result });
      unlinked.push(of.rule);
    }
  }
  const byId = new Map([...known, ...unlinked, ...found.map(({ rule }) => rule)].map((rule) => [rule.info.id, rule]));
  const lost = new Set(problems.map(({ of }) => of.rule.info.id));
  let left = found;
  for (let before = -1; before !== lost.size; ) {
    before = lost.size;
    left = left.filter(({ of, rule }) => {
      const problem = problemOf(rule, byId, lost);
      if (problem === undefined) return true;
      problems.push({ of, ...problem });
      lost.add(rule.info.id);
      return false;
    });
  }
  return { linked: left.map(({ rule }) => rule), problems };
}

/** The correlation with ids in place of references. */
function withIds(rule: CorrelationRule, findOwn: Finder, findOther: Finder): CorrelationRule | CorrelationProblem {
  const meanings = rule.rules.map((reference) => {
    const mine = findOwn(reference).filter((id) => id !== rule.info.id || reference === id || reference === rule.info.name);
    return { reference, mine, ids: mine.length > 0 && !reference.endsWith('*') ? mine : [...new Set([...mine, ...findOther(reference)])] };
  });
  const missing = meanings.findIndex(({ ids }) => ids.length === 0);
  if (missing >= 0) return { path: ['correlation', 'rules', missing], reason: `no rule here has the id or name "${rule.rules[missing]}"` };
  const rules = [...new Set(meanings.flatMap(({ ids }) => ids))];
  if (rule.type.startsWith('temporal') && (rules.length > MAX_ORDERED || rules.length > rule.rules.length))
    return { path: ['correlation', 'rules'], reason: `${rule.type} takes up to ${MAX_ORDERED} rules, each by its own name` };
  const aliases = Object.entries(rule.aliases).map(([alias, fields]) => {
    const named = meanings.flatMap(({ reference, ids }) => ids.map((id) => [id, fields[reference] ?? alias]));
    return [alias, Object.fromEntries(named)];
  });
  const silences = rule.generate ? [] : [...new Set(meanings.flatMap(({ mine }) => mine))];
  return { ...rule, rules, aliases: Object.fromEntries(aliases), silences };
}

/** What keeps a correlation from running, given those that are lost already. */
function problemOf(
  rule: CorrelationRule,
  byId: ReadonlyMap<string, CorrelationRule>,
  lost: ReadonlySet<string>,
): CorrelationProblem | undefined {
  const path = ['correlation', 'rules'];
  const circle = circleFrom(rule, byId);
  if (circle !== undefined) return { path, reason: `the chain goes round: ${circle.join(' → ')}` };
  const needed = rule.rules.find((id) => lost.has(id));
  if (needed !== undefined) return { path, reason: `it needs "${byId.get(needed)?.info.name ?? needed}", which is refused` };
  return ungroupedField(rule, byId);
}
