import type { Behaviour } from '../../model/behaviour.ts';
import type { Entry } from '../../model/entry.ts';
import { copyText } from '../../text/copy-text.ts';
import { FLOOD_SHARE, FLOOD_SHARE_VARIED } from '../log-watch/log-watch-rules.ts';

/** Notices an address that makes most of the traffic of a busy site, far above what it usually sends. Event time, bounded memory. */
export interface TrafficShare {
  saw(entry: Entry, timeMs: number, actor: string): void;
}

/** Requests of one address in one minute. */
interface Share {
  requests: number;
  firstMs: number;
  lastMs: number;
  example: string;
  /** Requests that were looked at for their target, once the address had sent many, and the different ones among these, to {@link MAX_TARGETS}. */
  sampled: number;
  targets: Set<string> | undefined;
}

interface Minute {
  readonly index: number;
  total: number;
  readonly shares: Map<string, Share>;
}

const MINUTE_MS = 60_000;
/** Minutes that tell what is usual, and how many of them have to be known. */
const KNOWN = 30;
const FEWEST_KNOWN = 10;
/** Requests in a usual minute below which the site is quiet: there one visitor may be all. */
const BUSY = 60;
/** Addresses in the minute besides: fewer, and it is a site for a few. */
const FEWEST_OTHERS = 10;
const FEWEST_REQUESTS = 600;
const SHARE = 0.5;
/** Above what the whole site usually has, and above what the address itself had at most. */
const TIMES_SITE = 3;
const TIMES_OWN = 5;
/** Requests for each target that show repetition; a copy of the site asks for each once. */
const REPEATED = 10;
/** Requests of an address, and its share, from which on its targets are looked at: few can have so many. */
const MANY = 100;
const LOOKED_AT = 0.1;
const MAX_ADDRESSES = 2_000;
const MAX_TARGETS = 200;
const MAX_TEXT = 120;
/** Part of a file: programs that fetch a large one in pieces, and players. */
const PARTIAL = 206;

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

interface Judged {
  readonly minute: Minute;
  readonly earlier: readonly Minute[];
  readonly actor: string;
  readonly share: Share;
}

function sample(share: Share, target: string): void {
  const query = target.indexOf('?');
  if (share.example === '') share.example = copyText((query < 0 ? target : target.slice(0, query)).slice(0, MAX_TEXT));
  share.targets ??= new Set();
  share.sampled++;
  if (share.targets.size < MAX_TARGETS) share.targets.add(target.slice(0, MAX_TEXT));
}

/** Whether the address takes over the site in this minute, given the minutes before. */
function isTakingOver({ minute, earlier, actor, share }: Judged): boolean {
  if (share.requests < FEWEST_REQUESTS || share.requests < minute.total * SHARE) return false;
  if (earlier.length < FEWEST_KNOWN || minute.shares.size <= FEWEST_OTHERS) return false;
  const usual = middle(earlier.map(({ total }) => total));
  const own = Math.max(0, ...earlier.map(({ shares }) => shares.get(actor)?.requests ?? 0));
  return usual >= BUSY && minute.total >= usual * TIMES_SITE && share.requests >= own * TIMES_OWN;
}

const behaviourOf = (actor: string, share: Share, run: { readonly startMs: number; readonly before: number }): Behaviour => {
  const different = share.targets?.size ?? 0;
  const isRepeated = different < MAX_TARGETS && share.sampled >= different * REPEATED;
  const rule = isRepeated ? FLOOD_SHARE : FLOOD_SHARE_VARIED;
  const events = run.before + share.requests;
  return {
    key: `${rule.id} ${actor} ${run.startMs}`,
    rule,
    success: false,
    group: { 'c-ip': actor },
    startMs: run.startMs,
    endMs: share.lastMs,
    events,
    silent: events,
    value: share.requests,
    actors: [actor],
    actorCount: 1,
    example: share.example,
  };
};

/** Told again when this many more came. */
const GROWTH = 2;

export function createTrafficShare(tell: (behaviour: Behaviour) => void): TrafficShare {
  let minutes: Minute[] = [];
  /** Of each address that is taking over: since when, requests of the minutes before, and how many were told. */
  const runs = new Map<string, { startMs: number; index: number; before: number; told: number }>();

  const minuteAt = (timeMs: number): Minute | undefined => {
    const index = Math.floor(timeMs / MINUTE_MS);
    const newest = minutes.at(-1);
    if (newest !== undefined && index <= newest.index) return minutes.find((minute) => minute.index === index);
    const minute: Minute = { index, total: 0, shares: new Map() };
    // Of minutes that are over only the largest are worth their memory.
    if (newest !== undefined) shrink(newest);
    minutes = [...minutes, minute].filter((each) => each.index > index - KNOWN);
    for (const [actor, run] of runs) if (run.index < index - 2) runs.delete(actor);
    return minute;
  };
  const judge = (minute: Minute, actor: string, share: Share): void => {
    const run = runs.get(actor);
    // While it lasts, its own minutes are not what is usual.
    const from = run === undefined ? minute.index : Math.floor(run.startMs / MINUTE_MS);
    const earlier = minutes.filter(({ index }) => index < from);
    if (!isTakingOver({ minute, earlier, actor, share })) return;
    const current = run ?? { startMs: share.firstMs, index: minute.index, before: 0, told: 0 };
    if (current.index !== minute.index) {
      current.before += minutes.find(({ index }) => index === current.index)?.shares.get(actor)?.requests ?? 0;
      current.index = minute.index;
    }
    runs.set(actor, current);
    const events = current.before + share.requests;
    if (events < current.told * GROWTH) return;
    current.told = events;
    tell(behaviourOf(actor, share, current));
  };

  return {
    saw(entry, timeMs, actor) {
      if (entry.kind !== 'http' || actor === '' || entry.status === PARTIAL) return;
      const minute = minuteAt(timeMs);
      if (minute === undefined) return;
      minute.total++;
      let share = minute.shares.get(actor);
      if (share === undefined) {
        if (minute.shares.size >= MAX_ADDRESSES) return;
        share = { requests: 0, firstMs: timeMs, lastMs: timeMs, example: '', sampled: 0, targets: undefined };
        minute.shares.set(actor, share);
      }
      share.requests++;
      share.lastMs = Math.max(share.lastMs, timeMs);
      if (share.requests >= MANY && share.requests >= minute.total * LOOKED_AT) sample(share, entry.target);
      if (share.requests % MANY === 0) judge(minute, actor, share);
    },
  };
}

const KEPT = 50;

/** Leaves the addresses that sent most, without their targets. */
function shrink(minute: Minute): void {
  const most = [...minute.shares].sort((a, b) => b[1].requests - a[1].requests).slice(0, KEPT);
  minute.shares.clear();
  for (const [actor, share] of most) {
    share.targets = undefined;
    minute.shares.set(actor, share);
  }
}
