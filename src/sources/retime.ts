import { STAMP_STYLES, type StampParts, type StampStyle, zoneOf } from './stamp-styles.ts';
import { createZoneOffset } from './time-zone.ts';

/** A line's other stamps move along with its first one when they lie this near: fail2ban repeats the time of what it found. */
const NEAR_MS = 86_400_000;
const MOST_STAMPS = 16;

/** Reads and rewrites the times that stand in log lines. */
export interface Retimer {
  /** The instant of a line's first stamp; undefined when it has none. `year` completes RFC 3164. */
  timeOf(line: string, year: number): number | undefined;
  /** The line with its first stamp set to `wallMs`, in the same style, width and zone, and stamps near it moved along. */
  retime(line: string, wallMs: number): string;
}

interface Stamp {
  readonly style: StampStyle;
  readonly start: number;
  readonly end: number;
  readonly parts: StampParts;
  readonly timeMs: number;
}

/** `timeZone` (IANA) is what stamps without a zone are written in. Styles: CLF, ISO 8601, RFC 3164, nginx and Apache error logs. */
export function createRetimer(timeZone: string): Retimer {
  const offsetAt = createZoneOffset(timeZone);
  const toUtc = (localMs: number, parts: StampParts): number => {
    const zone = zoneOf(parts);
    if (zone !== undefined) return localMs - zone;
    return localMs - offsetAt(localMs - offsetAt(localMs));
  };
  const find = (line: string, year: number): Stamp[] => {
    const stamps: Stamp[] = [];
    for (const style of STAMP_STYLES) {
      for (const match of line.matchAll(style.pattern)) {
        if (stamps.length >= MOST_STAMPS) break;
        const parts = match.groups ?? {};
        const timeMs = toUtc(style.read(parts, year), parts);
        if (Number.isFinite(timeMs)) stamps.push({ style, parts, timeMs, start: match.index, end: match.index + match[0].length });
      }
    }
    return stamps.sort((a, b) => a.start - b.start);
  };
  return {
    timeOf: (line, year) => find(line, year)[0]?.timeMs,
    retime(line, wallMs) {
      const stamps = find(line, new Date(wallMs).getUTCFullYear());
      const [first] = stamps;
      if (first === undefined) return line;
      let text = '';
      let at = 0;
      for (const { style, parts, timeMs, start, end } of stamps) {
        if (start < at || Math.abs(timeMs - first.timeMs) > NEAR_MS) continue;
        const instant = wallMs + timeMs - first.timeMs;
        text += line.slice(at, start) + style.write(new Date(instant + (zoneOf(parts) ?? offsetAt(instant))), parts);
        at = end;
      }
      return text + line.slice(at);
    },
  };
}
