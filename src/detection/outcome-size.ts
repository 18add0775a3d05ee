/** Earlier answers that a path must have given before an answer can be called unusual. */
export const MIN_ANSWERS = 20;
/** Sizes that differ by less are alike whatever the spread: dates, nonces, counters. */
export const ALIKE_BYTES = 3;
/** Growth below this is never enough by itself. */
const MARGIN_BYTES = 48;
/** A path answers with few fixed sizes (files, pages of a list) when this part of its answers has a size that occurred again. */
const REPEATED = 0.9;

/** The range of sizes that a path's ordinary answers fill, with some room above and below. */
interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(sizes: readonly number[]): Range {
  const at = (part: number): number => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * part))] ?? 0;
  const room = Math.max(MARGIN_BYTES, (at(0.9) - at(0.1)) / 4);
  return { low: at(0) - room, high: at(1) + room };
}

/** `sizes` ascending. */
function repeats(sizes: readonly number[]): boolean {
  const again = sizes.filter((size, i) => size === sizes[i - 1] || size === sizes[i + 1]).length;
  return again >= sizes.length * REPEATED;
}

export type Standing = 'usual' | 'above' | 'below' | 'between';

/**
 * Where a size stands among a path's ordinary ones (ascending, at least one): above or below all of them by more than their spread explains, or
 * between them although the path answers with few fixed sizes and this is none of them.
 */
export function standing(bytes: number, sizes: readonly number[]): Standing {
  const { low, high } = rangeOf(sizes);
  if (bytes > high) return 'above';
  if (sizes.some((size) => Math.abs(size - bytes) <= ALIKE_BYTES)) return 'usual';
  if (bytes < low) return 'below';
  return repeats(sizes) ? 'between' : 'usual';
}

/** By how much a size exceeds the largest ordinary one. */
export const excess = (bytes: number, sizes: readonly number[]): number => bytes - (sizes.at(-1) ?? 0);

/** How far a size is from the median, in few characters and never rounded to "as usual": `41× size`, `+54 B`. */
export function sizeNote(bytes: number, median: number): string {
  if (median <= 0) return `${bytes} B, usually none`;
  const ratio = bytes / median;
  if (ratio >= 1.5) return `${ratio >= 10 ? Math.round(ratio) : Math.round(ratio * 10) / 10}× size`;
  const difference = Math.round(bytes - median);
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference)} B`;
}

/** A page that repeats of the request what it gets: size ≈ rate × length of the target + at most `high`. */
export interface Echo {
  readonly rate: number;
  readonly high: number;
}

/** Bytes of an answer that neither the page nor the payload sent back explains; `spare` is what escaping may add to the target. */
export const unexplained = (bytes: number, { rate, high }: Echo, { length, spare }: { length: number; spare: number }): number =>
  bytes - high - rate * length - Math.ceil(rate) * spare;
