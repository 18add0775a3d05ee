import type { DetectionPlace } from '../ecs/ecs.ts';
import type { Detection } from '../model/detection.ts';
import { visible } from '../text/sanitize.ts';

export const CSV_HEADER =
  '@timestamp,log.file.path,event.sequence,source.address,severity,rule.category,rule.name,secmon.outcome,secmon.success,http.request.method,http.response.status_code,url.original,user_agent.original,message';

/** RFC 4180, and no cell that a spreadsheet would run as a formula (OWASP: CSV injection). */
function cell(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const harmless = visible(value);
  const inert = /^[=+\-@\t\r＝＋－＠]/.test(harmless) ? `'${harmless}` : harmless;
  return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** One detection as a CSV row, columns as {@link CSV_HEADER}. */
export function csvRow(detection: Detection, { sequence, source, fallbackMs }: DetectionPlace): string {
  const { entry } = detection;
  return [
    new Date(entry.timeMs ?? fallbackMs).toISOString(),
    source,
    sequence,
    entry.address,
    detection.severity,
    detection.families.join(' '),
    detection.hits.map((h) => h.rule.name).join(' '),
    detection.outcome,
    detection.success,
    entry.method,
    entry.status || '',
    entry.target,
    entry.userAgent,
    entry.message,
  ]
    .map(cell)
    .join(',');
}
