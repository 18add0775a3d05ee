import type { Glyphs } from '../theme/theme.ts';

/**
 * A horizontal bar of at most `cells` cells in eighths, `value` of `most`; anything above zero shows at least one eighth. Not padded.
 */
export function bar(value: number, most: number, cells: number, glyphs: Glyphs): string {
  const steps = [...glyphs.bars];
  if (!(value > 0) || !(most > 0) || cells <= 0) return '';
  const eighths = Math.max(1, Math.round((Math.min(value, most) / most) * cells * steps.length));
  const whole = Math.floor(eighths / steps.length);
  const rest = eighths % steps.length;
  return (steps.at(-1) ?? '#').repeat(whole) + (rest > 0 ? (steps[rest - 1] ?? '') : '');
}
