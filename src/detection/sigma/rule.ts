import type { RuleInfo } from '../../model/detection.ts';
import type { EntryKind } from '../../model/entry.ts';
import type { Literals } from './literal-worth.ts';

/** What a rule asks of one value. All of it is plain data: built-in rules travel as JSON. */
export type Test =
  /** `pieces` stand in this order with anything between them; `\uffff` in a piece stands for any one character. */
  | {
      readonly type: 'glob';
      readonly pieces: readonly string[];
      readonly fromStart: boolean;
      readonly toEnd: boolean;
      readonly cased: boolean;
    }
  | {
      readonly type: 'regex';
      readonly source: string;
      readonly flags: string;
      /** Proved linear: runs in V8. Otherwise runs in re2. */
      readonly native: boolean;
      readonly anchoredStart: boolean;
      readonly anchoredEnd: boolean;
      /** In every text that matches stands a literal of each of these sets. */
      readonly gates?: readonly Literals[];
    }
  | { readonly type: 'number'; readonly operator: Comparison; readonly value: number }
  | { readonly type: 'time'; readonly part: TimePart; readonly operator: Comparison; readonly value: number }
  | { readonly type: 'absent' }
  | { readonly type: 'cidr'; readonly network: string; readonly bits: number }
  | { readonly type: 'fieldref'; readonly field: string; readonly at: 'whole' | 'start' | 'end' | 'inside'; readonly cased: boolean };

export type Comparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** One field of a selection. `field` is `''` for keywords. */
export interface Item {
  readonly field: string;
  readonly tests: readonly Test[];
  /** Every test must hold (in one and the same view), not just one. */
  readonly all: boolean;
  readonly negated: boolean;
}

/** Any of the maps, all items of it. */
export type Selection = readonly (readonly Item[])[];

export type Condition =
  | { readonly type: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly type: 'not'; readonly of: Condition }
  | { readonly type: 'selection'; readonly name: string };

/** Selections by name, and how they go together. */
export interface Detection {
  readonly selections: Readonly<Record<string, Selection>>;
  readonly condition: Condition;
}

/** A Sigma rule ready to run. */
export interface CompiledRule extends Detection {
  readonly info: RuleInfo;
  readonly kinds: readonly EntryKind[];
  /** Tagged `secmon.silent`: only correlations hear of it. */
  readonly silent?: true;
  /** For people only. */
  readonly about: { readonly falsePositives: readonly string[]; readonly references: readonly string[]; readonly file: string };
}

/** A Sigma filter: what must hold too for the rules that it names, by id or name. */
export interface CompiledFilter extends Detection {
  readonly title: string;
  readonly kinds: readonly EntryKind[];
  readonly rules: readonly string[] | 'any';
}
