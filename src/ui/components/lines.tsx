import { Box, Text, Transform } from 'ink';
import { createContext, useContext, useMemo } from 'react';
import type { StyledLine } from '../styled.ts';
import { EXACT_WIDTH } from '../terminal/ink-output.ts';
import { type ColorDepth, type Glyphs, glyphs, type Theme } from '../theme/theme.ts';
import { paintLine } from './paint.ts';

/** All that turns styled lines into the terminal's text. */
export interface PaintSettings {
  readonly theme: Theme;
  readonly depth: ColorDepth;
  readonly glyphs: Glyphs;
}

const GREY = '#808080';
const grey = {
  text: GREY,
  dim: GREY,
  faint: GREY,
  strong: GREY,
  accent: GREY,
  rule: GREY,
  low: GREY,
  medium: GREY,
  high: GREY,
  critical: GREY,
  ok: GREY,
  status2: GREY,
  status3: GREY,
  status4: GREY,
  status5: GREY,
} as const;

/** Outside of an application lines are drawn without colours. */
const PLAIN: PaintSettings = {
  theme: {
    name: 'plain',
    title: '',
    description: '',
    mode: 'dark',
    colors: grey,
    grounds: { ground: null, bar: null, raised: null, selected: null, match: null },
  },
  depth: 0,
  glyphs: glyphs(true),
};

export const PaintContext = createContext<PaintSettings>(PLAIN);

export interface LinesProps {
  readonly lines: readonly StyledLine[];
  /** Cells and rows, both exact: longer lines are cut, missing ones are blank. */
  readonly width: number;
  readonly height: number;
}

/**
 * A block of styled lines: the one way to put changing text on the screen. Ink lays out a constant placeholder of the same size, whose text a
 * transform replaces row by row, because Ink measures and keeps every text that it has ever seen.
 */
export function Lines({ lines, width, height }: LinesProps) {
  const { theme, depth } = useContext(PaintContext);
  const placeholder = useMemo(() => Array.from({ length: height }, () => '.'.repeat(width)).join('\n'), [width, height]);
  const transform = useMemo(() => {
    const painted = Array.from({ length: height }, (_, row) => paintLine(lines[row] ?? [], width, theme, depth));
    return Object.assign((_: string, row: number) => painted[row] ?? '', { [EXACT_WIDTH]: true });
  }, [lines, width, height, theme, depth]);
  if (width <= 0 || height <= 0) return null;
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Transform transform={transform}>
        <Text>{placeholder}</Text>
      </Transform>
    </Box>
  );
}
