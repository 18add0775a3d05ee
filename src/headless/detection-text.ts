import { msg, t } from '../lang/lang.ts';
import type { Detection, Outcome } from '../model/detection.ts';
import { SEVERITY_LETTER } from '../model/detection.ts';
import { displayTarget } from '../text/display-target.ts';
import { visible } from '../text/sanitize.ts';
import { successNote } from '../text/success-note.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { cutEnd } from '../text/width.ts';

const OUTCOMES: Readonly<Record<Exclude<Outcome, 'none' | 'answered'>, string>> = {
  blocked: msg('blocked'),
  refused: msg('refused'),
  redirected: msg('redirected'),
  abandoned: msg('abandoned'),
  error: msg('error'),
};

/** The words that say how a detection was answered: `✔ 41× size`, `?` for an open answer, else the outcome. */
export function outcomeWords({ outcome, success, note }: Pick<Detection, 'outcome' | 'success' | 'note'>): string {
  if (success) return note ? `✔ ${successNote(note)}` : '✔';
  return outcome === 'none' ? '' : outcome === 'answered' ? '?' : t(OUTCOMES[outcome]);
}

/** One detection as one harmless line of text, without its end. */
export function detectionText(detection: Detection, { source, time: format }: { source: string; time: TimeFormat }): string {
  const { entry, hits } = detection;
  const what =
    entry.kind === 'http' ? `${entry.method} ${displayTarget(entry.target).text} ${entry.status || '-'}` : entry.message || entry.raw;
  const time = entry.timeMs === undefined ? '-' : format.dateTime(entry.timeMs);
  return [
    SEVERITY_LETTER[detection.severity],
    time,
    visible(entry.address || '-'),
    detection.families[0] ?? '-',
    outcomeWords(detection) || '-',
    hits[0]?.rule.name ?? '-',
    cutEnd(visible(what), 200),
    visible(source),
  ].join('  ');
}
