import { SEVERITIES, type Severity } from '../model/detection.ts';

export interface RiskInput {
  readonly severity: Severity;
  readonly detections: number;
  readonly successes: number;
  readonly families: number;
}

const BASE: Readonly<Record<Severity, number>> = { low: 10, medium: 30, high: 50, critical: 70 };

/** Risk 0–100: the worst severity, raised by successes (most), by the number of families, and by persistence (logarithmic). */
export function riskOf({ severity, detections, successes, families }: RiskInput): number {
  const success = successes > 0 ? 20 + Math.min(5, successes) : 0;
  const breadth = Math.min(10, (families - 1) * 3);
  const persistence = Math.min(10, Math.floor(Math.log2(Math.max(1, detections))));
  return Math.min(100, BASE[severity] + success + breadth + persistence);
}

/** The level that a risk stands for: each begins at the base of its severity, so that a mark and the header never disagree. */
export function riskLevel(risk: number): Severity {
  return SEVERITIES.findLast((severity) => risk >= BASE[severity]) ?? 'low';
}
