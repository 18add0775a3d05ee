import type { Entry, Span, TextField } from './entry.ts';

/** Sigma's levels, without `informational`, in rising order. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** ECS `event.severity` of each level. */
export const SEVERITY_NUMBER: Readonly<Record<Severity, number>> = { low: 21, medium: 47, high: 73, critical: 99 };

/** The one letter that stands for a level on every screen. */
export const SEVERITY_LETTER: Readonly<Record<Severity, string>> = { low: 'L', medium: 'M', high: 'H', critical: 'C' };

export const FAMILIES = [
  'sqli',
  'nosql',
  'xss',
  'lfi',
  'rfi',
  'ssrf',
  'rce',
  'php',
  'java',
  'ssti',
  'ldap',
  'xpath',
  'crlf',
  'redirect',
  'session',
  'protocol',
  'recon',
  'sensitive-files',
  'webshell',
  'scanner',
  'bot',
  'auth',
  'flood',
] as const;
export type Family = (typeof FAMILIES)[number];

/** What the server answered to a detection. `none` where the log tells no answer (sshd, application lines). */
export type Outcome = 'blocked' | 'refused' | 'redirected' | 'abandoned' | 'error' | 'answered' | 'none';

/** What is known of a rule wherever it is shown. */
export interface RuleInfo {
  readonly id: string;
  /** Stable readable name, the file's base name, e.g. `sqli-union-select`. */
  readonly name: string;
  readonly title: string;
  /** One sentence for the operator: why this is bad. */
  readonly description: string;
  readonly severity: Severity;
  readonly families: readonly Family[];
  /** ATT&CK technique ids, e.g. `T1190`. */
  readonly techniques: readonly string[];
}

/** One place where a rule matched. */
export interface Match {
  /** The Sigma field name that the rule used, e.g. `cs-uri-query`. */
  readonly sigmaField: string;
  readonly field: TextField;
  /** Decoding steps from the field as logged to the text that matched, e.g. `['percent', 'percent', 'html']`; empty: as logged. */
  readonly view: readonly string[];
  /** The text that matched, after decoding; at most 200 characters. */
  readonly text: string;
  /** Where it stands in the entry's field (not in `raw`), before decoding. */
  readonly span: Span;
}

export interface Hit {
  readonly rule: RuleInfo;
  readonly matches: readonly Match[];
}

/** One entry and the rules that matched it (at least one). */
export interface Detection {
  readonly entry: Entry;
  readonly hits: readonly Hit[];
  /** The worst of the rules', raised by a claimed success. */
  readonly severity: Severity;
  /** Families of all hits, the worst rule's first. */
  readonly families: readonly Family[];
  readonly outcome: Outcome;
  /** True only when the answer is unusual for that path or something else corroborates it (design: a claimed success, ✔). */
  readonly success: boolean;
  /** Why a success is claimed, short: `41× size`; `''` otherwise. */
  readonly note: string;
}
