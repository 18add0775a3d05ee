import type { Behaviour } from '../../model/behaviour.ts';
import type { RuleInfo } from '../../model/detection.ts';
import { EMPTY_ENTRY, type Entry } from '../../model/entry.ts';
import { fieldOf } from '../decode/places.ts';
import { createDetector } from '../detect.ts';
import type { Findings } from '../detector.ts';
import { meaningOf } from '../sigma/fields.ts';
import type { CompiledFilter, CompiledRule, Condition } from '../sigma/rule.ts';
import type { Mute } from './mute.ts';

/** Mutes that hold now, ready to be asked. */
export interface MuteSet {
  readonly size: number;
  /** The mute of what a rule found in an entry; of what worked only one that says so. */
  of(ruleId: string, entry: Entry, success: boolean): Mute | undefined;
  /** The mute of what a correlation found. */
  ofBehaviour(behaviour: Behaviour): Mute | undefined;
}

export interface MuteSetOptions {
  readonly mutes: readonly Mute[];
  /** Every rule and correlation, for the names that mutes use. */
  readonly rules: readonly RuleInfo[];
  /** What the rules find in an entry: a mute of a parameter looks at the line without it. */
  readonly detect: (entry: Entry) => Findings | undefined;
}

/** Parameters beyond this many are not looked at one by one. */
const MAX_PARAMETERS = 64;
const NO_MUTES: readonly number[] = [];

/** Where the filter does not hold the rule is quiet. */
const negated = (condition: Condition): Condition => (condition.type === 'not' ? condition.of : { type: 'not', of: condition });

const asRule = ({ filter }: Mute, index: number): CompiledRule => ({
  info: { id: String(index), name: '', title: filter.title, description: '', severity: 'low', families: [], techniques: [] },
  kinds: filter.kinds,
  selections: filter.selections,
  condition: negated(filter.condition),
  about: { falsePositives: [], references: [], file: '' },
});

const itemsOf = ({ selections }: CompiledFilter) => Object.values(selections).flatMap((selection) => selection.flat());
const namesParameter = (filter: CompiledFilter): boolean => itemsOf(filter).some(({ field }) => field === 'secmon.param-name');

/** What a behaviour shares, as an entry that filters can be asked about. */
function entryOfGroup({ group }: Behaviour): Entry {
  const address = group['c-ip'] ?? '';
  const query = group['cs-uri-query'] ?? '';
  return {
    ...EMPTY_ENTRY,
    kind: 'http',
    raw: 'behaviour',
    address: address.split('/', 1)[0] ?? '',
    target: group['cs-uri'] ?? `${group['cs-uri-stem'] ?? ''}${query === '' ? '' : `?${query}`}`,
    user: group['cs-username'] ?? '',
    host: group['cs-host'] ?? '',
    userAgent: group['cs-user-agent'] ?? '',
    referer: group['cs-referer'] ?? '',
    method: group['cs-method'] ?? '',
  };
}

/** Whether the entry has every field that the filter asks for: what a behaviour does not tell is no reason to mute it. */
const tellsAll = (filter: CompiledFilter, entry: Entry): boolean =>
  itemsOf(filter).every(({ field }) => {
    const meaning = meaningOf(field);
    return meaning.type === 'text' ? meaning.places.some((place) => entry[fieldOf(place)] !== '') : field === 'secmon.line-length';
  });

/** The entry without the parameters that pass; undefined where none does. */
function withoutParameters(entry: Entry, isMeant: (parameter: Entry) => boolean): Entry | undefined {
  const mark = entry.target.indexOf('?');
  if (mark < 0) return undefined;
  const path = entry.target.slice(0, mark);
  const parameters = entry.target.slice(mark + 1).split('&', MAX_PARAMETERS + 1);
  if (parameters.length > MAX_PARAMETERS) return undefined;
  const kept = parameters.filter((parameter) => !isMeant({ ...entry, target: `${path}?${parameter}` }));
  if (kept.length === parameters.length) return undefined;
  return { ...entry, target: kept.length === 0 ? path : `${path}?${kept.join('&')}` };
}

/** Mutes by the id of each rule that they name. */
function byRule(mutes: readonly Mute[], rules: readonly RuleInfo[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  for (const [index, { filter }] of mutes.entries()) {
    const meant = filter.rules === 'any' ? rules : rules.filter(({ id, name }) => filter.rules.includes(id) || filter.rules.includes(name));
    for (const { id } of meant) indexes.set(id, [...(indexes.get(id) ?? []), index]);
  }
  return indexes;
}

/** @param options.mutes those that have not expired */
export function createMuteSet({ mutes, rules, detect }: MuteSetOptions): MuteSet {
  const indexes = byRule(mutes, rules);
  const asRules = mutes.map(asRule);
  const tests = createDetector({ rules: asRules });
  const groupTests = createDetector({ rules: asRules.map((rule): CompiledRule => ({ ...rule, kinds: ['http'] })) });
  const holdIn = (entry: Entry, among: typeof tests): ReadonlySet<string> =>
    new Set((among.detect(entry)?.hits ?? []).map(({ rule }) => rule.id));
  let last: { readonly entry: Entry; readonly holding: ReadonlySet<string> } | undefined;
  const holding = (entry: Entry): ReadonlySet<string> => {
    if (last?.entry !== entry) last = { entry, holding: holdIn(entry, tests) };
    return last.holding;
  };
  /** What stands in the other parameters, and elsewhere, is no part of the mute. */
  const isOnlyThere = (index: number, ruleId: string, entry: Entry): boolean => {
    const rest = withoutParameters(entry, (parameter) => holdIn(parameter, tests).has(String(index)));
    if (rest === undefined) return false;
    const found = detect(rest);
    return !(found?.hits.some(({ rule }) => rule.id === ruleId) || found?.observed.includes(ruleId));
  };
  return {
    size: mutes.length,
    of(ruleId, entry, success) {
      for (const index of indexes.get(ruleId) ?? NO_MUTES) {
        const mute = mutes[index];
        if (mute === undefined || (success && !mute.successes) || !holding(entry).has(String(index))) continue;
        if (!namesParameter(mute.filter) || isOnlyThere(index, ruleId, entry)) return mute;
      }
      return undefined;
    },
    ofBehaviour(behaviour) {
      const named = indexes.get(behaviour.rule.id) ?? NO_MUTES;
      if (named.length === 0) return undefined;
      const entry = entryOfGroup(behaviour);
      const holds = holdIn(entry, groupTests);
      return named
        .flatMap((index) => mutes[index] ?? [])
        .find((mute) => holds.has(String(mutes.indexOf(mute))) && (!behaviour.success || mute.successes) && tellsAll(mute.filter, entry));
    },
  };
}

export const NO_MUTE_SET: MuteSet = { size: 0, of: () => undefined, ofBehaviour: () => undefined };
