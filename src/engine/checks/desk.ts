import type { Check } from '../../checks/check.ts';
import { countOpen, isTold } from '../../checks/compare.ts';
import type { CheckBrief, CheckProgress, CheckRow, CheckRun, KeptFinding } from '../../model/check.ts';
import { SEVERITIES } from '../../model/detection.ts';

/** One check and what is known of it. */
export interface Desk {
  readonly check: Check;
  last: CheckRun | undefined;
  /** As they are kept. */
  kept: readonly KeptFinding[];
  /** The same, those muted marked as such. */
  findings: readonly KeptFinding[];
  running: { readonly stop: AbortController; progress: CheckProgress; readonly over: Promise<void> } | undefined;
  nextMs: number | undefined;
  cancelTimer: () => void;
}

/** Its row on the Checks screen. */
export function rowOf({ check, last, findings, running, nextMs }: Desk): CheckRow {
  return {
    name: check.name,
    missing: check.missing,
    every: check.every,
    nextMs: running === undefined ? nextMs : undefined,
    running: running?.progress,
    last,
    open: countOpen(findings),
    added: findings.filter((one) => isTold(one) && one.isNew).length,
    muted: findings.filter(({ muted }) => muted !== undefined).length,
    worst: worstOf(findings),
    canAttack: check.canAttack,
  };
}

/** What found the worst, what failed, what is well, what never ran, what is not set up; else in their own order. */
export function worstFirst(rows: readonly CheckRow[]): CheckRow[] {
  const rank = ({ missing, last, worst }: CheckRow): number => {
    if (missing !== undefined) return -2;
    if (last === undefined) return -1;
    if (worst !== undefined) return 2 + SEVERITIES.indexOf(worst.severity);
    return last.problem === undefined ? 0 : 1;
  };
  return rows.toSorted((a, b) => rank(b) - rank(a));
}

function worstOf(findings: readonly KeptFinding[]): CheckRow['worst'] {
  const [worst] = sortFindings(findings.filter(isTold));
  return worst && { title: worst.finding.title, subject: worst.finding.subject, severity: worst.finding.severity };
}

/** The strip of the live screen: what is set up, or was ever run. */
export function briefOf(desks: readonly Desk[]): CheckBrief[] {
  const used = desks.filter(({ check, last, running }) => check.every !== '' || last !== undefined || running !== undefined);
  return used.map(({ check, last, findings, running }) => {
    const open = countOpen(findings);
    const worst = SEVERITIES.findLast((severity) => open[severity] > 0);
    return {
      name: check.name,
      state: running !== undefined ? 'running' : last === undefined ? 'never' : last.state === 'failed' ? 'failed' : 'ok',
      percent: running?.progress.percent,
      worst,
      worstCount: worst === undefined ? 0 : open[worst],
      open: Object.values(open).reduce((sum, count) => sum + count, 0),
    };
  });
}

/** Open before muted before gone, worst first, new before old. */
export function sortFindings(findings: readonly KeptFinding[]): KeptFinding[] {
  const rank = ({ finding }: KeptFinding): number => SEVERITIES.indexOf(finding.severity);
  const isGone = ({ state, muted }: KeptFinding): number => (state === 'gone' ? 2 : muted === undefined ? 0 : 1);
  return findings.toSorted(
    (a, b) => isGone(a) - isGone(b) || rank(b) - rank(a) || Number(b.isNew) - Number(a.isNew) || b.firstMs - a.firstMs,
  );
}
