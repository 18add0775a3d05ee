import { t } from '../lang/lang.ts';
import { type BaselineReport, type BaselineRow, type Counted, type HistorySlot, HOUR_MS, SLOT_MS } from '../model/history.ts';
import { filterFor } from './compare-filter.ts';
import { KEPT, type RecentTally } from './history.ts';

/** Slots without which nothing is judged: an hour. */
export const NEEDED_SLOTS = 12;
const DAY_MS = 24 * HOUR_MS;
/** How far back the three columns reach. */
const AGO_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS] as const;
/** The last hour: the newest slot is complete only five minutes after its end, and the present lies across two. */
const LAST_MS = HOUR_MS + 4 * SLOT_MS;
/** The slots around the same time a day and a week ago that tell what is usual. */
const AROUND_MS = HOUR_MS / 2;
/** Standard deviations of a normal distribution in one median absolute deviation. */
const MAD_SCALE = 1.4826;
const MOST_ROWS = 40;
/** From here on a count has grown. */
const GROWN = 3;
/** New paths of one address that stand as rows of their own; more become one row. */
const OWN_ROWS = 4;
/** New user agents, and new networks, that stand as rows of their own. */
const MOST_NEW = 8;

/** What was there before: everything that the history has ever held, bounded. */
export interface Known {
  readonly path: (text: string) => boolean;
  readonly agent: (text: string) => boolean;
  readonly network: (text: string) => boolean;
}

export interface CompareInput {
  readonly recent: RecentTally;
  /** Five-minute slots before, in any order: at least those of the last hour, and around a day and a week ago. */
  readonly before: readonly HistorySlot[];
  readonly known: Known;
  readonly sinceMs: number | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * How far `now` lies above or below what is usual, in robust standard deviations (median and MAD; Hampel, 1974). Counts of rare things
 * scatter at least like a Poisson variable: the deviation is never less than the root of the median, nor than one.
 */
export function unusualness(now: number, values: readonly number[]): { readonly usual: number; readonly score: number } {
  const usual = median(values);
  const mad = median(values.map((value) => Math.abs(value - usual)));
  const deviation = Math.max(1, Math.sqrt(usual), MAD_SCALE * mad);
  return { usual, score: (now - usual) / deviation };
}

/** The slots that tell what is usual at this time: of the last hour, and around the same time a day and a week ago. */
function referenceSlots(before: readonly HistorySlot[], nowMs: number): HistorySlot[] {
  return before.filter(({ startMs }) => {
    if (startMs >= nowMs - SLOT_MS) return false;
    if (startMs >= nowMs - LAST_MS) return true;
    return AGO_MS.slice(1).some((ago) => Math.abs(startMs - (nowMs - ago)) <= AROUND_MS);
  });
}

type Read = (slot: HistorySlot) => number;
interface Measure {
  readonly section: BaselineRow['section'];
  readonly kind: BaselineRow['kind'];
  readonly text: string;
  readonly now: number;
  readonly read: Read;
  /** The same where it is known: a table that is full tells only an upper bound of what is not in it. */
  readonly seen: (slot: HistorySlot) => number | undefined;
}

const CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;

function trafficMeasures(recent: RecentTally): Measure[] {
  const traffic = (kind: BaselineRow['kind'], text: string, read: Read): Measure => ({
    section: 'traffic',
    kind,
    text,
    now: read(recent),
    read,
    seen: read,
  });
  return [
    traffic('requests', 'all lines', (slot) => slot.requests),
    traffic('addresses', 'different addresses', (slot) => slot.addresses),
    ...CLASSES.map((name, i) => traffic('status', name, (slot) => slot.statuses[i] ?? 0)),
    ...(Object.keys(recent.families) as (keyof typeof recent.families)[]).map((family) =>
      traffic('family', family, (slot) => slot.families[family] ?? 0),
    ),
  ];
}

type Table = 'paths' | 'actors';

/** Counts of one table by text, for slots that are looked up once for every row. */
function tableReader(table: Table): (text: string) => Pick<Measure, 'read' | 'seen'> {
  const maps = new Map<HistorySlot, ReadonlyMap<string, number>>();
  const mapOf = (slot: HistorySlot): ReadonlyMap<string, number> => {
    const known = maps.get(slot) ?? new Map(slot[table]);
    maps.set(slot, known);
    return known;
  };
  /** What a text that is not in the slot's table can have counted at most. */
  const most = (slot: HistorySlot): number => (slot[table].length >= KEPT[table] ? (slot[table].at(-1)?.[1] ?? 0) : 0);
  return (text) => ({
    read: (slot) => mapOf(slot).get(text) ?? most(slot),
    seen: (slot) => mapOf(slot).get(text) ?? (most(slot) > 0 ? undefined : 0),
  });
}

function grownMeasures(recent: RecentTally): Measure[] {
  const pathCount = tableReader('paths');
  const actorCount = tableReader('actors');
  const grown = (kind: 'path' | 'actor', [text, now]: Counted, reader: Pick<Measure, 'read' | 'seen'>): Measure => ({
    section: 'grown',
    kind,
    text,
    now,
    ...reader,
  });
  return [
    ...recent.paths.slice(0, 200).map((one) => grown('path', one, pathCount(one[0]))),
    ...recent.actors.map((one) => grown('actor', one, actorCount(one[0]))),
  ];
}

function toRow(
  { section, kind, text, now, read, seen }: Measure,
  reference: readonly HistorySlot[],
  ago: readonly (HistorySlot | undefined)[],
): BaselineRow {
  const { usual, score } = unusualness(now, reference.map(read));
  const [hour, day, week] = ago.map((slot) => (slot === undefined ? undefined : seen(slot)));
  return { section, kind, text, now, usual, ago: [hour, day, week], score, note: '', filter: filterFor(kind, text) };
}

const newRow = (
  kind: BaselineRow['kind'],
  [text, now]: Counted,
  extra: { note?: string; filter?: string; weight?: number } = {},
): BaselineRow => ({
  section: 'new',
  kind,
  text,
  now,
  usual: 0,
  ago: [undefined, undefined, undefined],
  score: now * (extra.weight ?? 1),
  note: extra.note ?? '',
  filter: extra.filter ?? filterFor(kind, text),
});

/** New paths; the many of one address become one row, however many it made up. */
function newPaths(recent: RecentTally, known: Known): BaselineRow[] {
  const byActor = new Map<string, { paths: Counted[]; made: number }>();
  const of = (actor: string) => {
    const held = byActor.get(actor) ?? { paths: [], made: 0 };
    byActor.set(actor, held);
    return held;
  };
  for (const one of recent.paths) if (!known.path(one[0])) of(recent.pathsBy.get(one[0])?.actor ?? '').paths.push(one);
  for (const [actor, made] of recent.inventors) of(actor).made += made;
  return [...byActor].flatMap(([actor, { paths, made }]) => {
    const many = made + paths.length;
    if (many > OWN_ROWS && actor !== '') {
      const example = paths[0]?.[0] ?? '';
      return [
        newRow('path', [example, many], {
          note: `${many.toLocaleString('en-US')} new paths by ${actor}`,
          filter: filterFor('actor', actor),
          weight: 2,
        }),
      ];
    }
    return paths.map((one) => {
      const answered = recent.pathsBy.get(one[0])?.answered ?? 0;
      // A new path that is answered may be a new file: it says more than one that is not there.
      return newRow('path', one, { note: actor === '' ? '' : `by ${actor}`, weight: answered > 0 ? 10 : 1 });
    });
  });
}

/** New agents or networks; beyond the first {@link MOST_NEW} they are only counted: whoever rotates them must not fill the screen. */
function newOnes(kind: 'agent' | 'network', counted: readonly Counted[], isKnown: (text: string) => boolean): BaselineRow[] {
  const fresh = counted.filter(([text]) => !isKnown(text));
  const rest = fresh.slice(MOST_NEW);
  const rows = fresh.slice(0, MOST_NEW).map((one) => newRow(kind, one));
  const [first] = rest;
  if (first === undefined) return rows;
  const word = kind === 'agent' ? 'user agents' : 'networks';
  return [...rows, newRow(kind, [first[0], rest.length], { note: `${rest.length.toLocaleString('en-US')} more new ${word}` })];
}

const mostUnusual = (rows: readonly BaselineRow[]): BaselineRow[] =>
  [...rows].sort((a, b) => Math.abs(b.score) - Math.abs(a.score) || b.now - a.now || (a.text < b.text ? -1 : 1)).slice(0, MOST_ROWS);

/** The last five minutes beside the same time before; silent, with the reason, until there is enough to compare with. */
export function compare({ recent, before, known, sinceMs }: CompareInput): BaselineReport {
  const nowMs = recent.startMs + SLOT_MS;
  const reference = referenceSlots(before, nowMs);
  const frame = { fromMs: recent.startMs, toMs: nowMs, slots: reference.length, sinceMs };
  if (reference.length < NEEDED_SLOTS)
    return {
      ...frame,
      silent: t('needs {needed} slots of five minutes, has {slots}', { needed: NEEDED_SLOTS, slots: reference.length }),
      rows: [],
    };
  const ago = AGO_MS.map((ms) => before.find(({ startMs }) => Math.abs(startMs - (recent.startMs - ms)) <= SLOT_MS / 2));
  const rows = (measures: readonly Measure[]): BaselineRow[] => measures.map((measure) => toRow(measure, reference, ago));
  return {
    ...frame,
    silent: '',
    rows: [
      ...mostUnusual([
        ...newPaths(recent, known),
        ...newOnes('agent', recent.agents, known.agent),
        ...newOnes('network', recent.networks, known.network),
      ]),
      ...mostUnusual(rows(grownMeasures(recent)).filter(({ score }) => score >= GROWN)),
      ...mostUnusual(rows(trafficMeasures(recent))),
    ],
  };
}
