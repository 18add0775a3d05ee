import { msg, t } from '../../lang/lang.ts';
import { FAMILIES, type Family, type Outcome, type Severity } from '../../model/detection.ts';
import { familyWord } from '../../text/family-word.ts';
import { severityWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { successNote } from '../../text/success-note.ts';
import { cellsFor, seg } from '../line.ts';
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

const OUTCOMES: Readonly<Record<Exclude<Outcome, 'none'>, string>> = {
  answered: msg('answered'),
  refused: msg('refused'),
  blocked: msg('blocked'),
  redirected: msg('redirected'),
  abandoned: msg('abandoned'),
  error: msg('error'),
};

/** What the outcomes mean, in the order of the help. */
const OUTCOME_MEANINGS: Readonly<Record<Exclude<Outcome, 'none'>, string>> = {
  answered: msg('the server answered 2xx; nothing to win there (a scanner, a probe)'),
  refused: msg('400 401 404 405: the server said no'),
  blocked: msg('403 406 429 444: something in front stopped it'),
  redirected: '3xx',
  abandoned: msg('408 499: the client gave up; typical where SLEEP() worked'),
  error: msg('5xx: the payload reached code that broke'),
};

/** What every mark and word at a row's end means, for the help screen. */
export function outcomeLegend({ check, times }: Glyphs): readonly (readonly [word: string, meaning: string])[] {
  const names = ['answered', 'refused', 'blocked', 'redirected', 'abandoned', 'error'] as const;
  return [
    [t('muted'), t('a rule flags it, and a mute keeps that quiet')],
    [`${check} ${successNote('41× size').replace('×', times)}`, t('it worked: the answer is unusual for this path, and that is how')],
    ['?', t('answered 2xx and not yet clear whether it worked: look at the entry')],
    ...names.map((name) => [t(OUTCOMES[name]), t(OUTCOME_MEANINGS[name])] as const),
  ];
}

/** Cells of the widest family with the widest outcome. */
export const widestTag = (): number =>
  cellsFor(
    FAMILIES.map((family) => familyWord(family)),
    0,
  ) +
  cellsFor(
    Object.values(OUTCOMES).map((word) => t(word)),
    0,
  ) -
  1;

/** `sqli ✔ 41× size`, `lfi refused`, `sqli ?`; nothing for an ordinary row. */
export function verdictTag(verdict: Verdict, glyphs: Glyphs): Segment[] {
  const { severity, family } = verdict;
  if (!severity) return verdict.muted ? [seg(t('muted'), 'faint')] : [];
  const style = severityStyle(severity);
  const name = seg(family ? familyWord(family) : severityWord(severity), style);
  const word = outcomeWord(verdict, glyphs);
  if (word === '') return [name];
  return [name, seg(' '), verdict.success ? seg(word, style, { bold: true }) : seg(word, 'dim')];
}

/** The outcome in a word or two; `''` where the log tells none. */
function outcomeWord({ outcome, success, severity, note }: Omit<Verdict, 'family'>, glyphs: Glyphs): string {
  if (success) return `${glyphs.check} ${note === '' ? t('worked') : visible(successNote(note))}`;
  if (outcome === undefined || outcome === 'none') return '';
  return outcome === 'answered' && severity !== 'low' ? '?' : t(OUTCOMES[outcome]);
}
