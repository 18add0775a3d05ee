import type { Family, Outcome, Severity } from '../../model/detection.ts';
import { visible } from '../../text/sanitize.ts';
import { seg } from '../line.ts';
import type { Segment } from '../styled.ts';
import type { Glyphs } from '../theme/theme.ts';
import { severityStyle } from './drawing.ts';

export interface Verdict {
  readonly severity: Severity | undefined;
  readonly family: Family | undefined;
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  readonly note: string;
  readonly muted?: true;
}

/** What every mark and word at a row's end means; the help screen shows it. */
export const OUTCOME_LEGEND: readonly (readonly [word: string, meaning: string])[] = [
  ['muted', 'a rule flags it, and a mute keeps that quiet'],
  ['✔ 41× size', 'it worked: the answer is unusual for this path, and that is how'],
  ['?', 'answered 2xx and not yet clear whether it worked: look at the entry'],
  ['answered', 'the server answered 2xx; nothing to win there (a scanner, a probe)'],
  ['refused', '400 401 404 405: the server said no'],
  ['blocked', '403 406 429 444: something in front stopped it'],
  ['redirected', '3xx'],
  ['abandoned', '408 499: the client gave up; typical where SLEEP() worked'],
  ['error', '5xx: the payload reached code that broke'],
];

const SHORT_NAMES: Partial<Record<Family, string>> = { 'sensitive-files': 'files' };

export const familyWord = (family: Family): string => SHORT_NAMES[family] ?? family;

/** `sqli ✔ 41× size`, `lfi refused`, `sqli ?`; nothing for an ordinary row. */
export function verdictTag(verdict: Verdict, glyphs: Glyphs): Segment[] {
  const { severity, family } = verdict;
  if (!severity) return verdict.muted ? [seg('muted', 'faint')] : [];
  const style = severityStyle(severity);
  const name = seg(family ? familyWord(family) : severity, style);
  const word = outcomeWord(verdict, glyphs);
  if (word === '') return [name];
  return [name, seg(' '), verdict.success ? seg(word, style, { bold: true }) : seg(word, 'dim')];
}

/** The outcome in a word or two; `''` where the log tells none. */
function outcomeWord({ outcome, success, severity, note }: Omit<Verdict, 'family'>, glyphs: Glyphs): string {
  if (success) return `${glyphs.check} ${note === '' ? 'worked' : visible(note)}`;
  if (outcome === undefined || outcome === 'none') return '';
  return outcome === 'answered' && severity !== 'low' ? '?' : outcome;
}
