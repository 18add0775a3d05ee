import { type Cron, parseCron } from '../../clock/cron.ts';
import { parseHours, type WorkingHours } from '../../clock/hours.ts';
import { type Filter, parseFilter } from '../../filter/filter.ts';
import { msg } from '../../lang/lang.ts';
import { type CidrSet, createCidrSet } from '../../net/cidr.ts';
import type { PolicySettings, RuleSettings, UPDATES } from './policy-schema.ts';
import { parseSpan } from './span.ts';

export type UpdateKind = (typeof UPDATES)[number];

/** One rule, ready to be asked. */
export interface Rule {
  /** From 1, as a person counts. */
  readonly number: number;
  readonly when: NonNullable<RuleSettings['when']>;
  /** High severity or a success is needed, as nothing else says how bad it must be. */
  readonly needsDefault: boolean;
  readonly networks: CidrSet | undefined;
  readonly filter: Filter | undefined;
  readonly to: readonly string[];
  readonly never: boolean;
  readonly hours: WorkingHours | undefined;
  /** Empty: what comes outside the hours waits. */
  readonly otherwise: readonly string[];
  readonly escalate: { readonly afterMs: number; readonly to: readonly string[] } | undefined;
  readonly quietMs: number;
  readonly updates: ReadonlySet<UpdateKind>;
}

export interface Policy {
  readonly rules: readonly Rule[];
  /** Messages a channel and hour. */
  readonly ceiling: number;
  readonly digest: DigestPlan | undefined;
}

export interface DigestPlan {
  readonly at: { readonly everyMs: number } | { readonly cron: Cron; readonly timeZone: string };
  readonly to: readonly string[];
  readonly empty: boolean;
}

export interface PolicyProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

const DIGEST_EVERY_MS = 30 * 60_000;
const QUIET_MS = 30 * 60_000;
/** Channels that are there without configuration. */
const BUILT_IN = ['desktop', 'file'];

/** The settings, checked by `policyProblems` before, as rules that can be asked. */
export function compilePolicy({ policy, digest, ceiling }: PolicySettings, timeZone: string): Policy {
  return { rules: policy.map((rule, i) => compileRule(rule, i + 1, timeZone)), ceiling, digest: digest && compileDigest(digest, timeZone) };
}

function compileRule(rule: RuleSettings, number: number, timeZone: string): Rule {
  const { when = {}, hours, escalate } = rule;
  const parsedHours = hours && parseHours(hours, timeZone);
  const parsedFilter = when.filter === undefined ? undefined : parseFilter(when.filter);
  const says = [when.severity, when.risk, when.success, when.outcome].some((condition) => condition !== undefined);
  return {
    number,
    when,
    needsDefault: !says && rule.never !== true,
    networks: when.network && createCidrSet(when.network),
    filter: parsedFilter?.ok ? parsedFilter.filter : undefined,
    to: rule.to ?? [],
    never: rule.never === true,
    hours: parsedHours?.ok ? parsedHours.hours : undefined,
    otherwise: rule.otherwise ?? [],
    escalate: escalate && { afterMs: parseSpan(escalate.after) ?? QUIET_MS, to: escalate.to },
    quietMs: parseSpan(rule.quiet) ?? QUIET_MS,
    updates: new Set(rule.updates),
  };
}

function compileDigest(digest: NonNullable<PolicySettings['digest']>, timeZone: string): DigestPlan {
  const cron = digest.cron === undefined ? undefined : parseCron(digest.cron);
  const everyMs = (digest.every === undefined ? undefined : parseSpan(digest.every)) ?? DIGEST_EVERY_MS;
  return { at: cron?.ok ? { cron: cron.cron, timeZone } : { everyMs }, to: digest.to, empty: digest.empty };
}

/** What the schema of single settings cannot say: channels that do not exist, rules that tell nobody, hours, filters and cron. */
export function policyProblems({
  channels,
  policy,
  digest,
  fallback,
}: PolicySettings & { readonly channels: Readonly<Record<string, unknown>> }): PolicyProblem[] {
  const known = [...Object.keys(channels), ...BUILT_IN];
  const missing = (names: readonly string[] = [], path: (string | number)[]): PolicyProblem[] =>
    names.flatMap((name, i) =>
      known.includes(name) ? [] : [{ path: [...path, i], message: `expected the name of a channel: ${known.join(', ')}` }],
    );
  const problems = policy.flatMap((rule, i) => [
    ...ruleProblems(rule).map(({ path, message }) => ({ path: ['policy', i, ...path], message })),
    ...missing(rule.to, ['policy', i, 'to']),
    ...missing(rule.otherwise, ['policy', i, 'otherwise']),
    ...missing(rule.escalate?.to, ['policy', i, 'escalate', 'to']),
  ]);
  if (fallback !== undefined && !known.includes(fallback))
    problems.push({ path: ['fallback'], message: `expected the name of a channel: ${known.join(', ')}` });
  if (digest === undefined) return problems;
  const cron = digest.cron === undefined ? undefined : parseCron(digest.cron);
  if (cron?.ok === false) problems.push({ path: ['digest', 'cron'], message: cron.reason });
  if (digest.cron !== undefined && digest.every !== undefined)
    problems.push({ path: ['digest', 'every'], message: msg('expected either every or cron') });
  return [...problems, ...missing(digest.to, ['digest', 'to'])];
}

function ruleProblems({ to, never, hours, otherwise, when }: RuleSettings): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (never === true && to !== undefined) problems.push({ path: ['to'], message: msg('expected either to or never') });
  if (never !== true && to === undefined) problems.push({ path: [], message: msg('expected to (names of channels), or never: true') });
  if (otherwise !== undefined && hours === undefined) problems.push({ path: ['otherwise'], message: msg('expected hours beside it') });
  const parsed = hours && parseHours(hours, 'UTC');
  if (parsed?.ok === false) problems.push({ path: ['hours'], message: parsed.reason });
  const filter = when?.filter === undefined ? undefined : parseFilter(when.filter);
  if (filter?.ok === false) problems.push({ path: ['when', 'filter'], message: `expected a filter: ${filter.message}` });
  return problems;
}
