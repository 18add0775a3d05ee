import type { HashSeed } from '../collections/hash.ts';
import { createDistinctCounter, type DistinctCounter } from '../collections/hyper-log-log.ts';
import { createSpaceSaving, type SpaceSaving } from '../collections/space-saving.ts';
import type { Family } from '../model/detection.ts';
import { copyText } from '../text/copy-text.ts';

/** One line as the history counts it. Texts are normalised and cut already. */
export interface HistoryLine {
  readonly timeMs: number;
  /** `''` when unknown. */
  readonly actor: string;
  /** /24 or /48; `''` for what is no address. */
  readonly network: string;
  /** `''` for lines that are no request. */
  readonly path: string;
  readonly agent: string;
  readonly status: number;
  readonly families: readonly Family[];
}

/** Who asked for a path first, and how often it was answered below 400. */
export interface PathTally {
  actor: string;
  answered: number;
}

/** An address that asks for more unknown paths than a person or a crawler does: they are counted under its name alone. */
interface Inventor {
  requests: number;
  readonly paths: DistinctCounter;
}

/** Counts of one minute of event time, in bounded memory. */
export interface HistoryBucket {
  readonly minute: number;
  requests: number;
  readonly statuses: [number, number, number, number];
  readonly families: Map<Family, number>;
  readonly addresses: DistinctCounter;
  readonly paths: SpaceSaving<string, PathTally>;
  readonly agents: SpaceSaving<string, undefined>;
  readonly networks: SpaceSaving<string, undefined>;
  readonly actors: SpaceSaving<string, undefined>;
  /** Unknown paths that each address brought in. */
  readonly brought: Map<string, number>;
  readonly inventors: Map<string, Inventor>;
}

/** Unknown paths that one address may bring into a minute's table: made-up ones must not push out what people ask for. */
const MOST_BROUGHT = 24;
const MOST_BRINGERS = 2_000;
const MOST_INVENTORS = 50;
const EXACT_ADDRESSES = 200;

const nothing = (): undefined => undefined;
const counted = (capacity: number): SpaceSaving<string, undefined> => createSpaceSaving({ capacity, create: nothing });

export const createBucket = (minute: number, seed: HashSeed): HistoryBucket => ({
  minute,
  requests: 0,
  statuses: [0, 0, 0, 0],
  families: new Map(),
  addresses: createDistinctCounter(seed, EXACT_ADDRESSES),
  paths: createSpaceSaving<string, PathTally>({ capacity: 400, create: () => ({ actor: '', answered: 0 }) }),
  agents: counted(100),
  networks: counted(200),
  actors: counted(200),
  brought: new Map(),
  inventors: new Map(),
});

/** Counts an element; its text is copied when it is new, as a slice would keep the whole line. */
function add<V>(table: SpaceSaving<string, V>, text: string): V | undefined {
  if (text === '') return undefined;
  return table.add(table.get(text) === undefined ? copyText(text) : text).value;
}

/** Counts one line. `isKnown` tells the paths of earlier times, which anybody may ask for. */
export function countLine(
  bucket: HistoryBucket,
  line: HistoryLine,
  { isKnown, seed }: { isKnown: (path: string) => boolean; seed: HashSeed },
): void {
  bucket.requests += 1;
  // One copy for every table: a slice would keep the whole chunk of the log in memory.
  const actor = bucket.actors.get(line.actor)?.key ?? copyText(line.actor);
  const statusClass = Math.floor(line.status / 100) - 2;
  if (statusClass >= 0 && statusClass <= 3) bucket.statuses[statusClass as 0 | 1 | 2 | 3] += 1;
  for (const family of line.families) bucket.families.set(family, (bucket.families.get(family) ?? 0) + 1);
  if (actor !== '') {
    bucket.addresses.add(actor);
    bucket.actors.add(actor);
  }
  add(bucket.networks, line.network);
  add(bucket.agents, line.agent);
  if (line.path !== '') countPath(bucket, { path: line.path, status: line.status, actor }, { isKnown, seed });
}

function countPath(
  bucket: HistoryBucket,
  line: Pick<HistoryLine, 'path' | 'status' | 'actor'>,
  { isKnown, seed }: { isKnown: (path: string) => boolean; seed: HashSeed },
): void {
  const { path, actor, status } = line;
  if (bucket.paths.get(path) === undefined && actor !== '' && !isKnown(path)) {
    const brought = bucket.brought.get(actor) ?? 0;
    if (brought >= MOST_BROUGHT) {
      countInvention(bucket, line, seed);
      return;
    }
    if (brought > 0 || bucket.brought.size < MOST_BRINGERS) bucket.brought.set(actor, brought + 1);
  }
  const tally = add(bucket.paths, path);
  if (tally === undefined) return;
  if (tally.actor === '') tally.actor = actor;
  if (status > 0 && status < 400) tally.answered += 1;
}

function countInvention(bucket: HistoryBucket, { path, actor }: Pick<HistoryLine, 'path' | 'actor'>, seed: HashSeed): void {
  let inventor = bucket.inventors.get(actor);
  if (inventor === undefined) {
    if (bucket.inventors.size >= MOST_INVENTORS) return;
    inventor = { requests: 0, paths: createDistinctCounter(seed, 0) };
    bucket.inventors.set(actor, inventor);
  }
  inventor.requests += 1;
  inventor.paths.add(path);
}
