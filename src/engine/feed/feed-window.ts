import type { HeldLine, LineTest } from './held-line.ts';

export interface PageRequest {
  readonly rows: number;
  readonly bottom: 'tail' | { readonly rowId: number; readonly shift: number };
}

/** Held lines that a screen shows, and how many there are on both sides. */
export interface HeldPage {
  readonly lines: HeldLine[];
  readonly following: boolean;
  readonly newer: number;
  readonly older: number;
}

/** One screen's sight of the held lines: those that pass its filter. */
export interface FeedWindow {
  /** Shows only lines that pass; undefined shows all. */
  setFilter(test: LineTest | undefined): void;
  page(request: PageRequest): HeldPage;
  /** Next line in `direction` after `id` that passes the filter and `wanted`. */
  seek(id: number, direction: 1 | -1, wanted: LineTest): number | undefined;
  close(): void;
}

/** What a window must hear of the lines. */
export interface WindowKeeper {
  readonly window: Omit<FeedWindow, 'close'>;
  added(line: HeldLine): void;
  amended(before: HeldLine, after: HeldLine): void;
  /** Forgets lines that are gone. */
  prune(): void;
}

export interface WindowParts {
  readonly get: (id: number) => HeldLine | undefined;
  readonly has: (id: number) => boolean;
  /** Every held line, oldest first. */
  readonly all: () => Iterable<HeldLine>;
  /** More lines than these are never held. */
  readonly most: number;
}

/** First index in the rising `ids` (from `from`) whose value is at least `id`. */
function lowerBound(ids: readonly number[], id: number, from: number): number {
  let low = from;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A rising list of ids from which the front can be dropped cheaply. */
interface IdList {
  ids: number[];
  head: number;
}

const compact = (list: IdList): void => {
  if (list.head < 4096 || list.head * 2 < list.ids.length) return;
  list.ids = list.ids.slice(list.head);
  list.head = 0;
};

export function createFeedWindow({ get, has, all, most }: WindowParts): WindowKeeper {
  let filter: LineTest | undefined;
  // Ids of held lines that pass the filter, oldest first.
  let shown: IdList = { ids: [], head: 0 };

  function setFilter(test: LineTest | undefined): void {
    filter = test;
    const ids: number[] = [];
    for (const line of all()) if (!test || test(line)) ids.push(line.id);
    shown = { ids, head: 0 };
  }
  setFilter(undefined);

  const window: WindowKeeper['window'] = {
    setFilter,
    page({ rows, bottom }) {
      const { ids } = shown;
      const end =
        bottom === 'tail'
          ? ids.length
          : Math.max(shown.head, Math.min(ids.length, lowerBound(ids, bottom.rowId + 1, shown.head) + bottom.shift));
      const lines: HeldLine[] = [];
      let index = end - 1;
      for (; index >= shown.head && lines.length < rows; index--) {
        const line = get(ids[index] ?? 0);
        if (line) lines.unshift(line);
      }
      // Scrolled past the top it shows the first page; held in place it stays short rather than take in what is new.
      const mayFill = bottom === 'tail' || bottom.shift < 0;
      for (let next = end; mayFill && lines.length < rows && next < ids.length; next++) {
        const line = get(ids[next] ?? 0);
        if (line) lines.push(line);
      }
      const last = lines.at(-1);
      const newer = last ? ids.length - lowerBound(ids, last.id + 1, shown.head) : 0;
      return { lines, following: bottom === 'tail', newer, older: Math.max(0, index + 1 - shown.head) };
    },
    seek(id, direction, wanted) {
      const { ids } = shown;
      let index = direction > 0 ? lowerBound(ids, id + 1, shown.head) : lowerBound(ids, id, shown.head) - 1;
      for (; index >= shown.head && index < ids.length; index += direction) {
        const line = get(ids[index] ?? 0);
        if (line && wanted(line)) return line.id;
      }
      return undefined;
    },
  };
  return {
    window,
    added(line) {
      if (!filter || filter(line)) shown.ids.push(line.id);
    },
    amended(before, after) {
      if (filter && filter(before) !== filter(after)) setFilter(filter);
    },
    // Ordinary lines leave in the middle, so the list is rebuilt once it has grown by half.
    prune() {
      while (shown.head < shown.ids.length && !has(shown.ids[shown.head] ?? 0)) shown.head++;
      if (shown.ids.length - shown.head > most * 1.5) shown = { ids: shown.ids.filter((id, i) => i >= shown.head && has(id)), head: 0 };
      compact(shown);
    },
  };
}
