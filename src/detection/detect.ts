import { type Hit, type Match, SEVERITY_NUMBER } from '../model/detection.ts';
import type { Entry, EntryKind, TextField } from '../model/entry.ts';
import { locate } from './decode/locate.ts';
import type { Detector, DetectorWork, Findings } from './detector.ts';
import { createBudget, ENTRY_BUDGET } from './sigma/budget.ts';
import { createFacts } from './sigma/facts.ts';
import { createGateBook } from './sigma/gate-book.ts';
import { createLeads } from './sigma/leads.ts';
import { createMatcher, type Evidence } from './sigma/match.ts';
import type { CompiledRule } from './sigma/rule.ts';
import { createTextScanner } from './sigma/scan-texts.ts';
import { createScannedViews } from './sigma/scanned-views.ts';
import { createViewTests, type Subject } from './sigma/view-tests.ts';

const MAX_MATCHES = 4;
const MAX_TEXT = 200;
const KINDS: readonly EntryKind[] = ['http', 'web-error', 'sshd', 'fail2ban', 'application', 'plain'];
const HTTP_FIELDS = [
  'method',
  'target',
  'protocol',
  'host',
  'referer',
  'userAgent',
  'user',
  'forwardedFor',
] as const satisfies readonly TextField[];
const FIELDS_OF: Readonly<Record<EntryKind, readonly TextField[]>> = {
  http: HTTP_FIELDS,
  'web-error': ['message', ...HTTP_FIELDS],
  sshd: ['message', 'user'],
  fail2ban: ['message', 'user'],
  application: ['message', 'user'],
  plain: ['message'],
};

export interface DetectorOptions {
  readonly rules: readonly CompiledRule[];
  /** Ids of rules that only correlations hear of. */
  readonly silent?: ReadonlySet<string>;
  /** Ids of rules that correlations want, the silent ones among them. */
  readonly wanted?: ReadonlySet<string>;
  /** For the tests that prove the short cuts right: evaluate every test of every rule, decode every field. */
  readonly withoutShortcuts?: boolean;
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

const NONE: readonly number[] = [];
const NO_IDS: ReadonlySet<string> = new Set();

const bySeverityThenId = (a: Hit, b: Hit): number =>
  SEVERITY_NUMBER[b.rule.severity] - SEVERITY_NUMBER[a.rule.severity] || (a.rule.id < b.rule.id ? -1 : 1);

/** Rules that can only be answered when all others were. */
const asksWhetherExhausted = ({ selections }: CompiledRule): boolean =>
  Object.values(selections).some((selection) => selection.some((items) => items.some(({ field }) => field === 'secmon.exhausted')));

/** Creates the detector for compiled rules. */
export function createDetector(options: DetectorOptions): Detector {
  const { rules, silent = NO_IDS, wanted = NO_IDS, withoutShortcuts = false } = options;
  const book = withoutShortcuts ? undefined : createGateBook();
  const viewTests = createViewTests(book);
  const matchers = rules.map((rule) => createMatcher(rule, viewTests));
  const early = rules.map((rule) => (asksWhetherExhausted(rule) ? { ...rule, kinds: [] } : rule));
  const late = rules.flatMap((rule, index) => (asksWhetherExhausted(rule) ? [index] : []));
  const leads = new Map(KINDS.map((kind) => [kind, createLeads(early, kind, withoutShortcuts ? undefined : viewTests)]));
  const work: DetectorWork = { entries: 0, views: 0, candidates: 0, evaluations: 0, bytes: 0, units: 0, exhausted: 0 };
  const budget = createBudget(withoutShortcuts ? Number.POSITIVE_INFINITY : ENTRY_BUDGET);
  const scanner = createTextScanner({
    prefilter: book?.prefilter(),
    budget,
    onScan(text) {
      work.bytes += text.length;
    },
  });
  const views = createScannedViews({
    scan: scanner.scan,
    alwaysDecode: withoutShortcuts,
    onViews(count) {
      work.views += count;
    },
  });

  const isSilent = ({ info }: CompiledRule): boolean => silent.has(info.id);
  const facts = new Map(
    KINDS.map((kind) => [kind, createFacts({ rules: early, kind, always: leads.get(kind)?.always ?? NONE, isSilent })]),
  );

  /** Rules that may match, each once; those that are decided are left out. */
  const candidatesFor = (subject: Subject, open: readonly number[], done: Uint8Array): readonly number[] => {
    const { kind } = subject.entry;
    const known = leads.get(kind);
    let candidates = open;
    for (const field of FIELDS_OF[kind]) {
      const led = known?.of(field, subject) ?? NONE;
      if (led.length > 0) candidates = [...candidates, ...led.filter((rule) => done[rule] === 0 && !candidates.includes(rule))];
    }
    return candidates;
  };
  const evaluate = (subject: Subject, candidates: readonly number[], observed: string[]): Hit[] => {
    const hits: Hit[] = [];
    for (const index of candidates) {
      work.evaluations += 1;
      const rule = rules[index];
      const evidence = matchers[index]?.(subject);
      if (rule === undefined || evidence === undefined) continue;
      if (wanted.has(rule.info.id)) observed.push(rule.info.id);
      if (!isSilent(rule)) hits.push(hitOf(rule, evidence));
    }
    return hits.sort(bySeverityThenId);
  };

  const detect = (entry: Entry): Findings | undefined => {
    work.entries += 1;
    views.start(entry);
    budget.reset();
    scanner.reset();
    const subject = { entry, views, budget };
    const fact = withoutShortcuts ? undefined : facts.get(entry.kind)?.(entry);
    const candidates = fact === undefined ? (leads.get(entry.kind)?.always ?? NONE) : candidatesFor(subject, fact.open, fact.done);
    work.candidates += candidates.length;
    if (candidates.length === 0 && !budget.isSpent()) {
      work.units += budget.used;
      return fact?.findings;
    }
    const observed: string[] = [];
    let hits: readonly Hit[] = evaluate(subject, candidates, observed);
    work.units += budget.used;
    if (budget.isSpent()) {
      work.exhausted += 1;
      const asked = late.filter((index) => rules[index]?.kinds.includes(entry.kind));
      hits = [...hits, ...evaluate(subject, asked, observed)].sort(bySeverityThenId);
    }
    if (hits.length + observed.length === 0) return fact?.findings;
    return { hits, observed: fact === undefined ? observed : [...fact.held, ...observed] };
  };

  return { rules: rules.map((rule) => rule.info), work, detect };
}
