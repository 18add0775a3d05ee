import type { Severity } from '../../model/detection.ts';
import type { TimeFormat } from '../../text/time-format.ts';
import { cutEnd } from '../../text/width.ts';
import { cutLineEnd, lineWidth, seg } from '../line.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import type { Glyphs } from '../theme/theme.ts';

/** What views need beside their data: the characters that the terminal shows, and the zone that times are written in. */
export interface Drawing {
  readonly glyphs: Glyphs;
  readonly time: TimeFormat;
}

export interface TitleOptions {
  readonly title: string;
  /** At the right end of the hairline; a line of segments keeps its colours. */
  readonly note?: string | StyledLine;
  readonly width: number;
  readonly focused?: boolean;
}

/** Cells around a note: two spaces, a hairline on both sides. */
const NOTE_MARGIN = 4;

/** A panel's title on a hairline: `─ Feed ────── following · all ─`. Where there is no room both are cut, the note first. */
export function panelTitle({ title, note = '', width, focused = false }: TitleOptions, { glyphs }: Drawing): StyledLine {
  const line = (cells: number) => seg(glyphs.hairline.repeat(Math.max(0, cells)), 'rule');
  const left = [line(1), seg(` ${cutEnd(title, Math.max(1, width - NOTE_MARGIN))} `, focused ? 'accent' : 'strong', { bold: true })];
  // What stands in a note (a filter above all) must never vanish for being long: it is cut.
  const words = typeof note === 'string' ? [seg(note, 'dim')] : note;
  const shown = cutLineEnd(words, Math.max(0, width - lineWidth(left) - NOTE_MARGIN));
  const right = lineWidth(shown) === 0 ? [line(1)] : [seg(' '), ...shown, seg(' '), line(1)];
  return [...left, line(width - lineWidth(left) - lineWidth(right)), ...right];
}

/** The style of a severity; ordinary things have the style given. */
export const severityStyle = (severity: Severity | undefined, ordinary: StyleName = 'dim'): StyleName => severity ?? ordinary;

export const isGrave = (severity: Severity | undefined): boolean => severity === 'high' || severity === 'critical';
