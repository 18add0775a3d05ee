import type { Family, Hit, Outcome, Severity } from '../model/detection.ts';
import type { Entry, Span } from '../model/entry.ts';
import type { FeedPage, FeedRow } from '../model/snapshot.ts';

/** A line as the engine holds it; the screen gets {@link FeedRow}. */
export interface HeldLine {
  readonly id: number;
  readonly sourceId: number;
  readonly sourceName: string;
  /** The line's number in its source, from 1. */
  readonly sequence: number;
  readonly entry: Entry;
  readonly hits: readonly Hit[] | undefined;
  /** Hits that a mute keeps quiet; left out where there is none. */
  readonly muted?: readonly Hit[];
  readonly severity: Severity | undefined;
  readonly families: readonly Family[];
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  readonly note: string;
}

export type LineTest = (line: HeldLine) => boolean;

export interface PageRequest {
  readonly rows: number;
  readonly bottom: 'tail' | { readonly rowId: number; readonly shift: number };
}

/**
 * The newest lines in memory. Suspicious lines outlive the others: a flood of ordinary lines does not push the attack out. Ids rise by
 * one a line; what is gone is counted by the gaps.
 */
export interface Feed {
  push(line: Omit<HeldLine, 'id'>): HeldLine;
  get(id: number): HeldLine | undefined;
  /** Says more of a line that is held: what came of it was learned later. */
  amend(id: number, changes: Partial<Omit<HeldLine, 'id' | 'entry'>>): void;
  /** Shows only lines that pass; undefined shows all. */
  setFilter(test: LineTest | undefined): void;
  page(request: PageRequest): { lines: HeldLine[]; following: boolean; newer: number; older: number };
  /** Next line in `direction` after `id` that passes the filter and `wanted`. */
  seek(id: number, direction: 1 | -1, wanted: LineTest): number | undefined;
  /** Every held line, oldest first. */
  all(): Iterable<HeldLine>;
}

const MAX_TEXT = 1024;

/** Cuts a text so that the match stays inside. */
function cutText(text: string, match: Span | undefined): { text: string; match: Span | undefined } {
  if (text.length <= MAX_TEXT) return { text, match };
  if (!match || match.end <= MAX_TEXT) return { text: text.slice(0, MAX_TEXT), match };
  const from = Math.max(0, match.start - MAX_TEXT / 4);
  return {
    text: `…${text.slice(from, from + MAX_TEXT - 1)}`,
    match: { start: match.start - from + 1, end: Math.min(MAX_TEXT, match.end - from + 1) },
  };
}

/** The strongest match that stands in the text that the row shows. */
function matchInText(line: HeldLine): Span | undefined {
  const field = line.entry.kind === 'http' ? 'target' : 'message';
  for (const hit of line.hits ?? []) for (const match of hit.matches) if (match.field === field) return match.span;
  return undefined;
}

/** The country of an address as two letters, or `''`. */
export type CountryOf = (address: string) => string;

export function toRow(line: HeldLine, countryOf: CountryOf): FeedRow {
  const { entry } = line;
  const shown = cutText(entry.kind === 'http' ? entry.target : entry.message || entry.raw, matchInText(line));
  return {
    id: line.id,
    sourceId: line.sourceId,
    timeMs: entry.timeMs,
    kind: entry.kind,
    address: entry.address.slice(0, 255),
    country: countryOf(entry.address),
    method: entry.method.slice(0, 32),
    status: entry.status,
    bytes: entry.bytes,
    text: shown.text,
    userAgent: entry.userAgent.slice(0, 200),
    severity: line.severity,
    family: line.families[0],
    outcome: line.outcome,
    success: line.success,
    note: line.note,
    ...(line.muted === undefined ? {} : { muted: true as const }),
    match: shown.match,
  };
}

export const toPage = ({ lines, following, newer, older }: ReturnType<Feed['page']>, countryOf: CountryOf): FeedPage => ({
  rows: lines.map((line) => toRow(line, countryOf)),
  following,
  newer,
  older,
});

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

/**
 * @param limits.recent how many of the newest lines are held
 * @param limits.suspicious how many older suspicious lines are held beyond those
 */
export function createFeed({ recent = 20_000, suspicious = 5_000 } = {}): Feed {
  const ring: (HeldLine | undefined)[] = new Array<HeldLine | undefined>(recent);
  const kept = new Map<number, HeldLine>();
  let nextId = 1;
  let filter: LineTest | undefined;
  // Ids of held lines that pass the filter, oldest first.
  let shown: IdList = { ids: [], head: 0 };

  const get = (id: number): HeldLine | undefined => {
    const line = ring[id % recent];
    return line?.id === id ? line : kept.get(id);
  };
  const evict = (old: HeldLine): void => {
    if (!old.severity) return;
    kept.set(old.id, old);
    if (kept.size > suspicious) {
      const first = kept.keys().next().value;
      if (first !== undefined) kept.delete(first);
    }
  };
  /** Forgets shown ids whose lines are gone: ordinary ones leave in the middle, so the list is rebuilt once it has grown by half. */
  const prune = (): void => {
    while (shown.head < shown.ids.length && !get(shown.ids[shown.head] ?? 0)) shown.head++;
    if (shown.ids.length - shown.head > (recent + suspicious) * 1.5) {
      shown = { ids: shown.ids.filter((id, i) => i >= shown.head && get(id)), head: 0 };
    }
    compact(shown);
  };
  function* all(): Iterable<HeldLine> {
    yield* kept.values();
    for (let id = Math.max(1, nextId - recent); id < nextId; id++) {
      const line = ring[id % recent];
      if (line) yield line;
    }
  }

  function applyFilter(test: LineTest | undefined): void {
    filter = test;
    const ids: number[] = [];
    for (const line of all()) if (!test || test(line)) ids.push(line.id);
    shown = { ids, head: 0 };
  }

  return {
    push(rest) {
      const line: HeldLine = { id: nextId++, ...rest };
      const old = ring[line.id % recent];
      if (old) evict(old);
      ring[line.id % recent] = line;
      if (!filter || filter(line)) shown.ids.push(line.id);
      if ((line.id & 1023) === 0) prune();
      return line;
    },
    get,
    amend(id, changes) {
      const line = get(id);
      if (line === undefined) return;
      const amended = { ...line, ...changes };
      if (ring[id % recent]?.id === id) ring[id % recent] = amended;
      else kept.set(id, amended);
      if (filter && filter(line) !== filter(amended)) applyFilter(filter);
    },
    setFilter: applyFilter,
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
    all,
  };
}
