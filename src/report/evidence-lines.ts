import type { ReportLine } from './report-data.ts';

export interface EvidenceLimits {
  readonly lines: number;
  readonly characters: number;
}

export const EVIDENCE_LIMITS: EvidenceLimits = { lines: 100_000, characters: 64 * 1024 * 1024 };

/** Raw lines on their way into an evidence folder, in the order they came, bounded. */
export interface EvidenceLines {
  add(line: ReportLine): void;
  readonly lines: readonly ReportLine[];
  /** Lines that found no room. */
  readonly leftOut: number;
}

/** Keeps the first lines up to the limits; beyond them suspicious ones still push out nothing, but are counted like all others. */
export function createEvidenceLines(limits: EvidenceLimits = EVIDENCE_LIMITS): EvidenceLines {
  const lines: ReportLine[] = [];
  let characters = 0;
  let leftOut = 0;
  return {
    add(line) {
      const size = line.entry.raw.length + 1;
      if (lines.length >= limits.lines || characters + size > limits.characters) {
        leftOut++;
        return;
      }
      lines.push(line);
      characters += size;
    },
    lines,
    get leftOut() {
      return leftOut;
    },
  };
}
