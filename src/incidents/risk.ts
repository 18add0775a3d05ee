import { SEVERITIES, type Severity } from '../model/detection.ts';
import type { RiskParts } from '../model/incident.ts';

export interface RiskInput {
  readonly severity: Severity;
  readonly detections: number;
  readonly successes: number;
  readonly families: number;
  /** Logs it was seen in, or addresses that took part. */
  readonly spread: number;
  /** What checks have found open where it attacks, in points. */
  readonly exposure?: number;
  /** Silence in event time since the last of it. */
  readonly silentMs: number;
  /** A person has seen it: what worked may fade too. */
  readonly seen: boolean;
}

const BASE: Readonly<Record<Severity, number>> = { low: 10, medium: 30, high: 50, critical: 70 };
const MAX_RISK = 100;
const MAX_EXPOSURE = 20;
const HALF_LIFE_MS = 3_600_000;
/** Silence before fading begins: an incident that goes on never fades. */
const GRACE_MS = 5 * 60_000;

/**
 * Risk 0–100 and what it is made of: the worst severity, raised by successes (most), by the number of families, by persistence and by
 * spread (logarithmic). It halves with every hour of silence, but for what worked as long as nobody has seen it.
 */
export function riskOf(input: RiskInput): { readonly risk: number; readonly parts: RiskParts } {
  const { severity, detections, successes, families, spread, silentMs, seen } = input;
  // Held in each of thousands of incidents: one object, begun with all that it will hold.
  const parts = {
    severity: BASE[severity],
    success: successes > 0 ? 20 + Math.min(5, successes) : 0,
    variety: Math.min(10, Math.max(0, families - 1) * 3),
    persistence: Math.min(10, Math.floor(Math.log2(Math.max(1, detections)))),
    spread: Math.min(5, Math.floor(Math.log2(Math.max(1, spread)))),
    exposure: exposurePart(input.exposure),
    fading: 0,
  };
  const whole = Math.min(
    MAX_RISK,
    parts.severity + parts.success + parts.variety + parts.persistence + parts.spread + (parts.exposure ?? 0),
  );
  const kept = successes > 0 && !seen ? Math.min(MAX_RISK, parts.severity + parts.success) : 0;
  const share = 0.5 ** (Math.max(0, silentMs - GRACE_MS) / HALF_LIFE_MS);
  const risk = Math.round(Math.max(kept, whole * share));
  parts.fading = risk - whole;
  return { risk, parts };
}

/** Undefined for nothing, as most have it. */
const exposurePart = (points = 0): number | undefined => (points > 0 ? Math.min(MAX_EXPOSURE, points) : undefined);

/** The level that a risk stands for: each begins at the base of its severity, so that a mark and the header never disagree. */
export function riskLevel(risk: number): Severity {
  return SEVERITIES.findLast((severity) => risk >= BASE[severity]) ?? 'low';
}
