import { createDueQueue } from '../collections/due-queue.ts';
import type { Incident, IncidentRecord, IncidentState } from '../model/incident.ts';
import { toIncident, toRecord, worthOf } from './as-incident.ts';
import type { Growing } from './growing.ts';

/** Silence in event time that closes an incident. */
export const INCIDENT_GAP_MS = 30 * 60_000;
/** Who comes back within a day of event time reopens the incident. */
export const REOPEN_MS = 24 * 3_600_000;
/** How far lines may be out of order: nothing closes before that has passed too. */
export const DISORDER_MS = 5 * 60_000;
/** How many are looked at for the one to let go. */
const MAX_LOOKED = 64;
const STEP_MS = 10_000;

/** All incidents, open and closed, within bounds: by key, by id, by what changed and by when they are due. */
export interface HeldIncidents {
  byKey(key: string): Growing | undefined;
  byId(id: string): Growing | undefined;
  /** The one silent longest first. */
  values(): IterableIterator<Growing>;
  readonly isFull: boolean;
  /** Takes one in; when full another is let go. */
  hold(one: Growing): void;
  /** Another begins under its key. It only takes in what is told of it late, and is let go when time advances. */
  setAside(one: Growing): void;
  /** The one set aside under this key. */
  aside(key: string): Growing | undefined;
  /** It grew: of all it is now the one silent shortest. */
  grew(one: Growing): void;
  /** Something of it is to be written. */
  changed(one: Growing): void;
  setState(one: Growing, state: IncidentState): void;
  /** Closes what is silent for long enough, and lets go what cannot come back. Looks at no others. */
  advance(nowMs: number): void;
  /** Event time for what fades; until the clock is known, an incident's own end. */
  timeFor(one: Growing): number;
  takeChanged(): IncidentRecord[];
  takeRetired(): Incident[];
  readonly openCount: number;
  /** Open ones let go because there were too many. */
  readonly evicted: number;
}

const isOpen = ({ state }: Growing): boolean => state !== 'closed';
/** Until then nothing is to be done about it. */
const dueOf = (one: Growing): number => one.endMs + DISORDER_MS + (isOpen(one) ? INCIDENT_GAP_MS : REOPEN_MS);

/** Which of those silent longest is missed least: a flood must not push out what worked. */
function leastOf(longestFirst: Iterable<Growing>): Growing | undefined {
  let least: Growing | undefined;
  let worth = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const one of longestFirst) {
    const own = isOpen(one) ? worthOf(one) : -1;
    if (own < worth) [least, worth] = [one, own];
    if (worth <= 0 || ++looked >= MAX_LOOKED) break;
  }
  return least;
}

export function createHeldIncidents(maxHeld: number): HeldIncidents {
  // Insertion order is order of last growth: the first is the one silent longest.
  const byKey = new Map<string, Growing>();
  const byId = new Map<string, Growing>();
  const setAside = new Map<string, Growing>();
  const due = createDueQueue<Growing>(STEP_MS);
  const dirty = new Set<Growing>();
  let written: IncidentRecord[] = [];
  let retired: Incident[] = [];
  let openCount = 0;
  let evicted = 0;
  let nowMs = Number.NEGATIVE_INFINITY;

  const timeFor = (one: Growing): number => Math.max(nowMs, one.endMs);
  const setState = (one: Growing, state: IncidentState): void => {
    const before = isOpen(one);
    one.state = state;
    dirty.add(one);
    if (isOpen(one) === before) return;
    openCount += before ? -1 : 1;
    due.set(one, dueOf(one));
  };
  /** Lets one go: it is closed, and nothing more will be heard of it. */
  const retire = (one: Growing): void => {
    if (isOpen(one)) setState(one, 'closed');
    if (byKey.get(one.key) === one) byKey.delete(one.key);
    byId.delete(one.id);
    due.delete(one);
    if (dirty.delete(one)) written.push(toRecord(one, timeFor(one)));
    retired.push(toIncident(one, one.endMs));
  };
  const evict = (): void => {
    const dispensable = leastOf(byKey.values());
    if (dispensable === undefined) return;
    if (isOpen(dispensable)) evicted++;
    retire(dispensable);
  };

  return {
    byKey: (key) => byKey.get(key),
    byId: (id) => byId.get(id),
    values: () => byKey.values(),
    get isFull() {
      return byKey.size >= maxHeld;
    },
    hold(one) {
      if (byKey.size >= maxHeld) evict();
      byKey.set(one.key, one);
      byId.set(one.id, one);
      if (isOpen(one)) openCount++;
      due.set(one, dueOf(one));
    },
    setAside(one) {
      const before = setAside.get(one.key);
      if (before !== undefined) retire(before);
      byKey.delete(one.key);
      setAside.set(one.key, one);
    },
    aside: (key) => setAside.get(key),
    grew(one) {
      dirty.add(one);
      if (byKey.get(one.key) !== one) return;
      byKey.delete(one.key);
      byKey.set(one.key, one);
    },
    changed: (one) => void dirty.add(one),
    setState,
    advance(now) {
      nowMs = Math.max(nowMs, now);
      for (const one of setAside.values()) retire(one);
      setAside.clear();
      for (const one of due.take(nowMs)) {
        if (nowMs - one.endMs > REOPEN_MS + DISORDER_MS) {
          retire(one);
          continue;
        }
        if (nowMs > dueOf(one) && isOpen(one)) setState(one, 'closed');
        due.set(one, dueOf(one));
      }
    },
    timeFor,
    takeChanged() {
      const taken = written;
      written = [];
      for (const one of dirty) taken.push(toRecord(one, timeFor(one)));
      dirty.clear();
      return taken;
    },
    takeRetired() {
      const taken = retired;
      retired = [];
      return taken;
    },
    get openCount() {
      return openCount;
    },
    get evicted() {
      return evicted;
    },
  };
}
