import type { DetectionPlace } from '../ecs/ecs.ts';
import type { Detection } from '../model/detection.ts';
import { row } from '../text/csv.ts';

export const CSV_HEADER =
  '@timestamp,log.file.path,event.sequence,source.address,severity,rule.category,rule.name,secmon.outcome,secmon.success,http.request.method,http.response.status_code,url.original,user_agent.original,message';

/** One detection as a CSV row, columns as {@link CSV_HEADER}. */
export function csvRow(detection: Detection, { sequence, source, fallbackMs }: DetectionPlace): string {
  const { entry } = detection;
  return row([
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
  ]);
}
