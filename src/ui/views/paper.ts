import { visible } from '../../text/sanitize.ts';
import { seg, wrapIndented } from '../line.ts';
import type { StyledLine } from '../styled.ts';

const MAX_LINES = 400;

/** A text of several lines, wrapped; Markdown headings stand out. */
export function paperLines(text: string, width: number): StyledLine[] {
  return text
    .slice(0, 40_000)
    .split('\n')
    .slice(0, MAX_LINES)
    .flatMap((line) => {
      const style = line.startsWith('#') ? 'strong' : 'text';
      return wrapIndented(visible(line), width, 60).map((part): StyledLine => [seg(part, style, { bold: style === 'strong' })]);
    });
}
