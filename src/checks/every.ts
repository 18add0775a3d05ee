import { nextCron, parseCron } from '../clock/cron.ts';
import { parseSpan } from '../text/span.ts';

const LONGEST_S = 30 * 86_400;

/** True for a span of time such as `30m` (at most 30 days) and for a cron expression. */
export const isEvery = (text: string): boolean => spanMs(text) !== undefined || parseCron(text).ok;

function spanMs(text: string): number | undefined {
  const seconds = parseSpan(text);
  return seconds !== undefined && seconds >= 5 && seconds <= LONGEST_S ? seconds * 1_000 : undefined;
}

/** When a check is due next, after `afterMs` (its last run, or the start); undefined when it runs only when asked. */
export function nextDue(every: string, { afterMs, timeZone }: { readonly afterMs: number; readonly timeZone: string }): number | undefined {
  const span = spanMs(every);
  if (span !== undefined) return afterMs + span;
  const parsed = parseCron(every);
  return parsed.ok ? nextCron(parsed.cron, { afterMs, timeZone }) : undefined;
}
