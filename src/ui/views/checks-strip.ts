import { t } from '../../lang/lang.ts';
import type { CheckBrief } from '../../model/check.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { count } from '../../text/units.ts';
import { lineWidth, seg, spread } from '../line.ts';
import type { UiState } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { checkTitle } from './check-words.ts';
import { type Drawing, severityStyle } from './drawing.ts';

/** Rows of a terminal from which on the checks have a line of their own. */
const ROOMY = 30;

export const hasOwnLine = ({ size }: UiState): boolean => size.rows >= ROOMY;

/** One line about the checks: which run, which failed, what is open. Undefined where no check is used. */
export function checksStrip({ snapshot }: UiState, width: number, drawing: Drawing): StyledLine | undefined {
  const briefs = snapshot?.checks ?? [];
  if (briefs.length === 0) return undefined;
  const head: StyledLine = [seg(` ${t('Checks')} `, 'strong', { bold: true })];
  const hint: StyledLine = [seg(`${t('7 opens')} `, 'faint')];
  const room = width - lineWidth(head) - lineWidth(hint) - 1;
  return spread([...head, ...stripPieces(briefs, room, drawing)], hint, width);
}

/** The same within a title where it has no line of its own, without what is fine. Empty where nothing is worth a word. */
export const checksNote = ({ snapshot }: UiState, room: number, drawing: Drawing): StyledLine =>
  stripPieces(
    (snapshot?.checks ?? []).filter(
      ({ state, worst }) => state === 'running' || state === 'failed' || worst === 'high' || worst === 'critical',
    ),
    room,
    drawing,
  );

/** As many as fit whole; the worst first where not all do. */
function stripPieces(briefs: readonly CheckBrief[], room: number, drawing: Drawing): StyledLine {
  const pieces = briefs.map((brief) => ({ brief, piece: pieceOf(brief, drawing) }));
  const width = (some: typeof pieces): number => some.reduce((sum, { piece }) => sum + lineWidth(piece) + 3, 0);
  let kept = pieces;
  while (kept.length > 1 && width(kept) > room) {
    const least = kept.reduce((a, b) => (worthOf(b.brief) <= worthOf(a.brief) ? b : a));
    kept = kept.filter((one) => one !== least);
  }
  return width(kept) > room ? [] : kept.flatMap(({ piece }) => [seg('  '), ...piece, seg(' ')]);
}

const WORTH = { critical: 5, high: 4, medium: 2, low: 1 } as const;
const worthOf = ({ state, worst }: CheckBrief): number =>
  (state === 'failed' ? 3.5 : state === 'running' ? 3 : 0) + (worst === undefined ? 0 : WORTH[worst]);

function pieceOf({ name, state, percent, worst, worstCount, open }: CheckBrief, { glyphs }: Drawing): StyledLine {
  const title = seg(`${checkTitle(name)} `, state === 'failed' ? 'medium' : 'dim');
  const running: Segment[] = state === 'running' ? [seg(percent === undefined ? '… ' : `${Math.floor(percent)} % `, 'accent')] : [];
  if (state === 'failed') return [title, seg(`${glyphs.cross} ${t('failed')}`, 'medium')];
  if (state === 'never') return [title, seg(t('not yet'), 'faint')];
  if (worst === undefined) return [title, ...running, ...(running.length > 0 ? [] : [seg(glyphs.check, 'ok')])];
  const rest = open - worstCount;
  return [
    title,
    ...running,
    seg(`${SEVERITY_LETTER[worst]} ${count(worstCount)}`, severityStyle(worst), { bold: worst === 'high' || worst === 'critical' }),
    ...(rest > 0 ? [seg(` +${count(rest)}`, 'dim')] : []),
  ];
}
