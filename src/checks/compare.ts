import type { CheckName, Finding, KeptFinding } from '../model/check.ts';
import type { Severity } from '../model/detection.ts';

export interface Comparing {
  readonly check: CheckName;
  readonly found: ReadonlyMap<string, Finding>;
  /** Places that could not be looked at: what was there is taken to be there still. */
  readonly unseen: ReadonlySet<string> | 'everything';
  readonly before: readonly KeptFinding[];
  readonly nowMs: number;
}

export interface Compared {
  readonly findings: readonly KeptFinding[];
  readonly added: number;
  readonly gone: number;
  readonly unchanged: number;
}

/** How long a finding that is gone is still told. */
const GONE_MS = 7 * 86_400_000;

/** What a run found beside what was known: new, gone, unchanged. What comes back after it was gone is new. */
export function compareFindings({ check, found, unseen, before, nowMs }: Comparing): Compared {
  const known = new Map(before.map((kept) => [kept.finding.key, kept]));
  const open = [...found.values()].map((finding): KeptFinding => {
    const old = known.get(finding.key);
    const isNew = old === undefined || old.state === 'gone';
    return { check, finding, state: 'open', firstMs: isNew ? nowMs : old.firstMs, lastMs: nowMs, isNew };
  });
  const isUnseen = (place: string): boolean => unseen === 'everything' || unseen.has(place);
  const others = before.filter(({ finding }) => !found.has(finding.key));
  const kept = others.filter(({ state, finding }) => state === 'open' && isUnseen(finding.place)).map((one) => ({ ...one, isNew: false }));
  const left = others.filter(({ state, finding }) => state === 'open' && !isUnseen(finding.place));
  const gone = left.map((one): KeptFinding => ({ ...one, state: 'gone', lastMs: nowMs, isNew: false }));
  const goneBefore = others.filter(({ state, lastMs }) => state === 'gone' && nowMs - lastMs < GONE_MS);
  const added = open.filter(({ isNew }) => isNew).length;
  return { findings: [...open, ...kept, ...gone, ...goneBefore], added, gone: gone.length, unchanged: open.length - added + kept.length };
}

/** Open findings that nobody muted. */
export const isTold = ({ state, muted }: KeptFinding): boolean => state === 'open' && muted === undefined;

/** Open findings by severity, without those that are muted. */
export function countOpen(findings: readonly KeptFinding[]): Record<Severity, number> {
  const open: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const kept of findings) if (isTold(kept)) open[kept.finding.severity]++;
  return open;
}
