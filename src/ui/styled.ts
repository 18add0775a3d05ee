/**
 * What a theme colours; views name a style, never a colour. `ground` is the screen's background, `bar` that of header and key line,
 * `raised` that of overlays.
 */
export const STYLE_NAMES = [
  'text',
  'dim',
  'faint',
  'strong',
  'accent',
  'rule',
  'low',
  'medium',
  'high',
  'critical',
  'ok',
  'status2',
  'status3',
  'status4',
  'status5',
] as const;
export type StyleName = (typeof STYLE_NAMES)[number];
export const GROUNDS = ['ground', 'bar', 'raised', 'selected', 'match'] as const;
export type Ground = (typeof GROUNDS)[number];

/** A run of text in one style. `text` is harmless already (sanitised) and holds no escape sequence. */
export interface Segment {
  readonly text: string;
  readonly style: StyleName;
  readonly ground?: Ground;
  readonly bold?: boolean;
  readonly underline?: boolean;
}

/** One row of a panel: views return these; a pure function cuts, pads and paints them to ANSI with a theme. */
export type StyledLine = readonly Segment[];
