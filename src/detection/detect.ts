import { type Hit, type Match, SEVERITY_NUMBER } from '../model/detection.ts';
import type { Entry, EntryKind, TextField } from '../model/entry.ts';
import { locate } from './decode/locate.ts';
import { type EntryViews, isCleanField, PLACES_OF, viewsOf } from './decode/places.ts';
import type { Detector, DetectorWork } from './detector.ts';
import { createPrefilter, type Prefilter } from './prefilter.ts';
import { createMatcher, type Evidence } from './sigma/match.ts';
import type { CompiledRule } from './sigma/rule.ts';

const MAX_MATCHES = 4;
const MAX_TEXT = 200;
const KINDS: readonly EntryKind[] = ['http', 'web-error', 'sshd', 'fail2ban', 'application', 'plain'];
const HTTP_FIELDS = ['method', 'target', 'protocol', 'host', 'referer', 'userAgent', 'user'] as const satisfies readonly TextField[];
const FIELDS_OF: Readonly<Record<EntryKind, readonly TextField[]>> = {
  http: HTTP_FIELDS,
  'web-error': ['message', ...HTTP_FIELDS],
  sshd: ['message', 'user'],
  fail2ban: ['message', 'user'],
  application: ['message', 'user'],
  plain: ['message'],
};

/** The rules for one kind of entry. */
interface RuleSet {
  readonly prefilter: Prefilter;
  readonly rules: readonly CompiledRule[];
  readonly matchers: readonly ReturnType<typeof createMatcher>[];
  /** Rules without literals: candidates for every entry. */
  readonly always: readonly number[];
  /** Of every set of literals: the rule that it belongs to, and a bit set of the fields that it counts in. */
  readonly owners: Int32Array;
  readonly masks: Int32Array;
  /** Entry number at which a rule was last a candidate. */
  readonly stamps: Float64Array;
}

export interface DetectorOptions {
  readonly rules: readonly CompiledRule[];
  /** For the tests that prove the short cuts right: evaluate every rule, decode every field. */
  readonly withoutShortcuts?: boolean;
}

/** Every field that is scanned, each one bit. */
const BITS: readonly TextField[] = [...HTTP_FIELDS, 'message'];
const maskOf = (fields: readonly TextField[]): number => fields.reduce((mask, field) => mask | (1 << BITS.indexOf(field)), 0);

function ruleSetOf(all: readonly CompiledRule[], kind: EntryKind, withoutShortcuts: boolean): RuleSet {
  const rules = all.filter((rule) => rule.kinds.includes(kind));
  const needed = rules.flatMap((rule, owner) => (rule.needed ?? []).map((part) => ({ ...part, owner })));
  return {
    rules,
    prefilter: createPrefilter(needed.map((part) => part.literals)),
    matchers: rules.map(createMatcher),
    always: rules.flatMap((rule, index) => (rule.needed === undefined || withoutShortcuts ? [index] : [])),
    owners: Int32Array.from(needed, (part) => part.owner),
    masks: Int32Array.from(needed, (part) => maskOf(part.fields)),
    stamps: new Float64Array(rules.length),
  };
}

function matchOf({ sigmaField, view, found }: Evidence): Match {
  return {
    sigmaField: sigmaField === '' ? 'keywords' : sigmaField,
    field: view.origin.field,
    view: view.steps,
    text: Buffer.from(view.text.slice(found.start, Math.min(found.end, found.start + MAX_TEXT))).toString(),
    span: locate(view, found),
  };
}

const hitOf = (rule: CompiledRule, evidence: readonly Evidence[]): Hit => ({
  rule: rule.info,
  matches: evidence.slice(0, MAX_MATCHES).map(matchOf),
});

/** Creates the detector for compiled rules. */
export function createDetector(options: DetectorOptions): Detector {
  const { rules, withoutShortcuts = false } = options;
  const sets = new Map(KINDS.map((kind) => [kind, ruleSetOf(rules, kind, withoutShortcuts)]));
  const work: DetectorWork = { entries: 0, views: 0, candidates: 0, evaluations: 0, bytes: 0 };

  /** Scans the fields as logged, and the decoded forms of those that are not clean. */
  const candidatesOf = (entry: Entry, set: RuleSet): { readonly candidates: readonly number[]; readonly views: EntryViews | undefined } => {
    const candidates = [...set.always];
    let views: EntryViews | undefined;
    let bit = 0;
    const found = (literals: number): void => {
      const owner = set.owners[literals] ?? 0;
      if (set.stamps[owner] === work.entries || ((set.masks[literals] ?? 0) & bit) === 0) return;
      set.stamps[owner] = work.entries;
      candidates.push(owner);
    };
    const scan = (text: string): void => {
      work.bytes += text.length;
      set.prefilter.scan(text, found);
    };
    for (const field of FIELDS_OF[entry.kind]) {
      const text = entry[field];
      if (text === '') continue;
      bit = maskOf([field]);
      scan(text);
      if (isCleanField(field, text)) continue;
      views ??= viewsOf(entry);
      for (const place of PLACES_OF[field] ?? []) for (const view of views.of(place)) if (view.steps.length > 0) scan(view.text);
    }
    return { candidates, views };
  };

  const detect = (entry: Entry): readonly Hit[] | undefined => {
    work.entries += 1;
    const set = sets.get(entry.kind);
    if (set === undefined || set.rules.length === 0) return undefined;
    const selected = withoutShortcuts ? { candidates: set.always, views: undefined } : candidatesOf(entry, set);
    if (selected.candidates.length === 0) return undefined;
    const subject = { entry, views: selected.views ?? viewsOf(entry, { alwaysDecode: withoutShortcuts }) };
    work.candidates += selected.candidates.length;
    const hits: Hit[] = [];
    for (const index of selected.candidates) {
      work.evaluations += 1;
      const rule = set.rules[index];
      const evidence = set.matchers[index]?.(subject);
      if (rule !== undefined && evidence !== undefined) hits.push(hitOf(rule, evidence));
    }
    work.views += subject.views.count();
    if (hits.length === 0) return undefined;
    return hits.sort((a, b) => SEVERITY_NUMBER[b.rule.severity] - SEVERITY_NUMBER[a.rule.severity] || (a.rule.id < b.rule.id ? -1 : 1));
  };

  return { rules: rules.map((rule) => rule.info), work, detect };
}
