import type { Rect } from '../layout.ts';
import { onGround, toHeight } from '../line.ts';
import type { StyledLine } from '../styled.ts';

export interface ListOptions<T> {
  readonly items: readonly T[];
  readonly selected: number;
  readonly rect: Rect;
  readonly title: StyledLine;
  /** Names of the columns; undefined for none. */
  readonly heading?: StyledLine;
  readonly line: (item: T) => StyledLine;
  /** What is said of the selected item below the list. */
  readonly detail: readonly StyledLine[];
}

/** A list with a cursor that stays in sight, and below it more about the item that it stands on. */
export function listScreen<T>({ items, selected, rect, title, heading, line, detail }: ListOptions<T>): StyledLine[] {
  const below = detail.slice(0, Math.floor(rect.height / 2));
  const room = Math.max(1, rect.height - 1 - (heading ? 1 : 0) - (below.length > 0 ? below.length + 1 : 0));
  const first = Math.max(0, Math.min(selected - Math.floor(room / 2), items.length - room));
  const shown = items
    .slice(first, first + room)
    .map((item, i) => (first + i === selected ? onGround(line(item), rect.width, 'selected') : line(item)));
  return toHeight(
    [title, ...(heading ? [heading] : []), ...toHeight(shown, room), ...(below.length > 0 ? [[], ...below] : [])],
    rect.height,
  );
}

/** The index of the item with this key; 0 when there is none. */
export const indexOfKey = <T>(items: readonly T[], key: (item: T) => string, selected: string | undefined): number =>
  Math.max(0, selected === undefined ? 0 : items.findIndex((item) => key(item) === selected));
