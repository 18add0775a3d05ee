import type { ActorDetail } from '../../engine/protocol.ts';
import { t } from '../../lang/lang.ts';
import { stageWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { cellsFor, column, onGround, seg, space, wrap } from '../line.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';
import { stageCells } from './incident-line.ts';

/** Cells of a step's stage, or of what stands for one. */
const headCells = (): number => Math.max(stageCells(), cellsFor([t('note')], 9));
/** Cells before a step's text: the time, its dot, its stage. */
const storyIndent = (): number => 16 + headCells();
/** Steps up to here stand apart, joined by a line; more of them stand close. */
const SPACED_STEPS = 8;

/** A row of the story: which step it is, if it is one, and its text in lines. */
interface StoryRow {
  readonly step: number | undefined;
  readonly row: ActorDetail['story'][number] | undefined;
  readonly lines: readonly string[];
  readonly isTitle?: true;
}

/** The story in rows of text, before anything is drawn: also what tells where each step stands. */
export function storyRows({ story }: ActorDetail, width: number): StoryRow[] {
  const title: StoryRow = { step: undefined, row: undefined, lines: [t('Story'), ''], isTitle: true };
  if (story.length === 0) return [title, { step: undefined, row: undefined, lines: [t('Nothing suspicious seen from here.')] }];
  const spaced = story.length <= SPACED_STEPS;
  const room = Math.max(20, width - storyIndent() - 1);
  let steps = 0;
  const rows = story.flatMap((row, i): StoryRow[] => {
    const step = row.kind === 'step' ? steps++ : undefined;
    const lines = wrap(visible(t(row.text)), room, 4);
    const apart = spaced && i > 0 && row.kind !== 'gap' && story[i - 1]?.kind !== 'gap';
    return [...(apart ? [{ step: undefined, row: undefined, lines: [''] }] : []), { step, row, lines }];
  });
  return [title, ...rows];
}

const KIND_STYLES = { first: 'dim', gap: 'faint', note: 'accent' } as const;

/** A row of the story as it is drawn. */
export function storyLines(
  { row, lines, isTitle }: StoryRow,
  { selected, width }: { selected: boolean; width: number },
  drawing: Drawing,
): StyledLine[] {
  if (row === undefined)
    return lines.map((text, i) =>
      text !== '' ? titleOrRemark(text, isTitle) : i > 0 ? [] : [space(12), seg(drawing.glyphs.vertical, 'rule')],
    );
  if (row.kind === 'gap') return lines.map((text) => besideStory(text, 'faint', drawing));
  const style = row.kind === 'step' ? severityStyle(row.severity) : KIND_STYLES[row.kind];
  const [first = '', ...rest] = lines;
  const head = [
    seg(` ${drawing.time.clockTime(row.timeMs)}  `, 'dim'),
    seg(` ${row.kind === 'step' ? drawing.glyphs.dot : drawing.glyphs.circle} `, style),
    column(row.kind === 'step' ? stageWord(row.stage) : row.kind === 'note' ? t('note') : '', headCells(), style, {
      bold: row.kind === 'step',
    }),
  ];
  const drawn = [
    [...head, space(2), seg(first, row.kind === 'first' ? 'dim' : 'text')],
    ...rest.map((text) => besideStory(text, 'text', drawing)),
  ];
  return selected ? drawn.map((line) => onGround(line, width, 'selected')) : drawn;
}

const titleOrRemark = (text: string, isTitle = false): StyledLine =>
  isTitle ? [seg(` ${text}`, 'strong', { bold: true })] : [seg(` ${text}`, 'dim')];

/** Text under a step, the line that joins the steps at its left. */
const besideStory = (text: string, style: StyleName, { glyphs }: Drawing): StyledLine => [
  space(12),
  seg(glyphs.vertical, 'rule'),
  space(storyIndent() - 13),
  seg(text, style),
];
