import type { EntryKind, TextField } from '../../model/entry.ts';
import { fieldOf, type Place } from '../decode/places.ts';
import { type FieldViews, isQuiet } from './field-views.ts';
import { type Need, neededBy } from './needs.ts';
import { copyOf, createRecentTexts, type RecentTexts } from './recent-texts.ts';
import type { CompiledRule } from './rule.ts';
import { findInView, type Subject, type ViewTest, type ViewTests } from './view-tests.ts';

/** A test that leads to a rule where it holds in one of the places. */
interface Lead {
  readonly rule: number;
  readonly test: ViewTest;
  readonly places: readonly Place[];
}

/** The rules for one kind of entry. */
export interface Leads {
  /** Rules that nothing leads to: they must always be evaluated. */
  readonly always: readonly number[];
  /** Rules that a field leads to. */
  of(field: TextField, subject: Subject): readonly number[];
}

/** What a field's text leads to. */
interface Led {
  readonly rules: readonly number[];
  /** Kept with it when there are rules to evaluate. */
  readonly views: FieldViews | undefined;
}

const NOWHERE: Led = { rules: [], views: undefined };
/** Views of more characters are not kept. */
const MAX_VIEWS_SIZE = 4096;

const needOf = (rule: CompiledRule, viewTests: ViewTests | undefined): Need =>
  viewTests === undefined ? undefined : neededBy(rule, viewTests);

/** Finds out what leads to the rules of a kind, remembering it of recent texts: user agents, referers and addresses repeat. Without view tests, every rule is always evaluated. */
export function createLeads(rules: readonly CompiledRule[], kind: EntryKind, viewTests: ViewTests | undefined): Leads {
  const always: number[] = [];
  const byGate: Lead[][] = [];
  for (const [rule, compiled] of rules.entries()) {
    if (!compiled.kinds.includes(kind)) continue;
    const need = needOf(compiled, viewTests);
    if (need === undefined) always.push(rule);
    for (const { test, places } of need ?? []) {
      const gate = test.gate ?? 0;
      byGate[gate] ??= [];
      byGate[gate].push({ rule, test, places });
    }
  }

  const holdsIn = ({ test, places }: Lead, field: TextField, subject: Subject): boolean =>
    places.some(
      (place) => fieldOf(place) === field && subject.views.of(place).some((scanned) => findInView(test, scanned, subject) !== undefined),
    );
  const find = (field: TextField, views: FieldViews, subject: Subject): readonly number[] => {
    const found = new Set<number>();
    for (const gate of new Set([...views.gates, ...views.decoded.flatMap((form) => form.gates)]))
      for (const lead of byGate[gate] ?? []) if (!found.has(lead.rule) && holdsIn(lead, field, subject)) found.add(lead.rule);
    return [...found];
  };
  const recent = new Map<TextField, RecentTexts<Led>>();
  const recentOf = (field: TextField): RecentTexts<Led> => {
    let texts = recent.get(field);
    if (texts === undefined) {
      texts = createRecentTexts();
      recent.set(field, texts);
    }
    return texts;
  };
  return {
    always,
    of(field, subject) {
      const text = subject.entry[field];
      if (text === '') return NOWHERE.rules;
      const texts = recentOf(field);
      const known = texts.get(text);
      if (known?.views !== undefined) subject.views.adopt(field, known.views);
      if (known !== undefined) return known.rules;
      const copy = copyOf(text);
      const views = subject.views.make(field, copy ?? text);
      subject.views.adopt(field, views);
      const rules = isQuiet(views) ? NOWHERE.rules : find(field, views, subject);
      if (subject.budget.isSpent()) return rules;
      if (copy !== undefined && rules.length === 0) texts.set(copy, NOWHERE);
      else if (copy !== undefined && views.size() <= MAX_VIEWS_SIZE) texts.set(copy, { rules, views });
      return rules;
    },
  };
}
