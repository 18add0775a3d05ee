import type { Behaviour } from '../model/behaviour.ts';
import type { Detection, Family } from '../model/detection.ts';
import type { Incident, IncidentRecord, IncidentState, IncidentTarget } from '../model/incident.ts';
import { fromRecord, type Growing, growByBehaviour, growByDetection, keyOf, newGrowing, toIncident, toRecord, worthOf } from './growing.ts';
import { createRecents, secondOf } from './recents.ts';
import { targetOf } from './target.ts';
import { type TimelineRow, timelineOf } from './timeline.ts';

/** Silence in event time that closes an incident. */
export const INCIDENT_GAP_MS = 30 * 60_000;
/** Who comes back within a day of event time reopens the incident. */
export const REOPEN_MS = 24 * 3_600_000;
/** How far lines may be out of order: nothing closes before that has passed too. */
const DISORDER_MS = 5 * 60_000;
const MAX_RECENT_ACTORS = 20_000;
const MAX_NOTES = 20;
/** How many are looked at for the one to let go. */
const MAX_LOOKED = 64;
const NOTE_LENGTH = 500;

/** Who said what of an incident, and when. */
export interface Mark {
  readonly by: string;
  readonly atMs: number;
  readonly text: string;
}

/** Follows what each actor does, and what is done to each target: one incident each, in bounded memory. Time is event time. */
export interface IncidentTracker {
  /** Counts a line of an actor; `text` is what it asked for. */
  entry(actor: string, timeMs: number, text: string): void;
  /** Opens, grows or reopens the actor's incident. The line counts by {@link entry}. */
  detection(actor: string, detection: Detection, options: { timeMs: number; source: string }): void;
  /** Takes in what a correlation found, into the incident of its actor or of its target; `source` is `''` where it is not known. */
  behaviour(behaviour: Behaviour, source: string): void;
  /** Closes what has been silent for {@link INCIDENT_GAP_MS} before `nowMs`, and lets go what cannot come back. */
  advance(nowMs: number): void;
  of(actor: string): Incident | undefined;
  /** The family that worked for this actor, if any did; of several the most frequent. */
  succeeded(actor: string): Family | undefined;
  byId(id: string): Incident | undefined;
  /** Open incidents, highest risk first. */
  open(limit?: number): Incident[];
  /** Closed ones that may still come back, latest first. */
  closed(limit?: number): Incident[];
  /** Every one held, open or closed, at its height: not faded by the time since. */
  all(): Incident[];
  readonly openCount: number;
  /** From first touch to now; empty for an actor or incident that is not known. */
  story(actorOrId: string): TimelineRow[];
  /** Gives it a state; what is written with it joins its notes. False for one that is not known. */
  mark(id: string, state: IncidentState, mark?: Mark): boolean;
  /** Adds a note. False for one that is not known. */
  note(id: string, mark: Mark): boolean;
  /** Goes on with an incident of an earlier run. */
  restore(record: IncidentRecord): void;
  /** Incidents changed since the last call; clears the marks. */
  takeChanged(): IncidentRecord[];
  /** Those let go since the last call: nothing more will be heard of them. */
  takeRetired(): Incident[];
  /** Open incidents closed early because the table was full. */
  readonly evicted: number;
}

/** The seconds in which lines of the actor count for its incident. */
const reachOf = ({ activeMs, endMs }: Growing) => ({ from: secondOf(activeMs), to: secondOf(endMs + INCIDENT_GAP_MS) });

/** Which of those silent longest is missed least: a flood must not push out what worked. */
function leastOf(longestFirst: Iterable<Growing>): Growing | undefined {
  let least: Growing | undefined;
  let worth = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const one of longestFirst) {
    const own = one.state === 'closed' ? -1 : worthOf(one);
    if (own < worth) [least, worth] = [one, own];
    if (worth <= 0 || ++looked >= MAX_LOOKED) break;
  }
  return least;
}

/**
 * @param options.newId makes unique incident ids
 * @param options.maxHeld incidents held, open and closed; beyond it one of those silent longest is let go, and counted as evicted when it was open
 */
export function createIncidentTracker({ newId, maxHeld = 10_000 }: { newId: () => string; maxHeld?: number }): IncidentTracker {
  // Insertion order is order of last growth: the first is the one silent longest.
  const byKey = new Map<string, Growing>();
  const byIdentifier = new Map<string, Growing>();
  const recents = createRecents({ spanMs: DISORDER_MS, maxActors: MAX_RECENT_ACTORS });
  let changed: IncidentRecord[] = [];
  let retired: Incident[] = [];
  let evicted = 0;
  let nowMs = Number.NEGATIVE_INFINITY;

  /** Until the event clock is known, an incident's own end is now. */
  const timeFor = (one: Growing): number => Math.max(nowMs, one.endMs);

  const retire = (one: Growing): void => {
    byKey.delete(one.key);
    byIdentifier.delete(one.id);
    const wasOpen = one.state !== 'closed';
    one.state = 'closed';
    if (wasOpen || one.dirty) changed.push(toRecord(one, timeFor(one)));
    retired.push(toIncident(one, one.endMs));
  };
  const hold = (one: Growing): void => {
    if (byKey.size >= maxHeld) {
      const dispensable = leastOf(byKey.values());
      if (dispensable !== undefined) {
        if (dispensable.state !== 'closed') evicted++;
        retire(dispensable);
      }
    }
    byKey.set(one.key, one);
    byIdentifier.set(one.id, one);
  };
  const reopen = (one: Growing, timeMs: number): void => {
    one.activeMs = timeMs;
    if (one.state === 'closed') {
      one.state = 'new';
      one.reopened++;
    }
  };
  /** The incident of an actor or target for what happened at `timeMs`: known, come back, or new. */
  const at = (timeMs: number, actor: string, target: IncidentTarget | undefined): Growing => {
    const key = keyOf(actor, target);
    const known = byKey.get(key);
    if (known !== undefined && timeMs - known.endMs <= REOPEN_MS) {
      if (timeMs - known.endMs > INCIDENT_GAP_MS || known.state === 'closed') reopen(known, timeMs);
      // Last again: the first is always the one silent longest.
      byKey.delete(key);
      byKey.set(key, known);
      return known;
    }
    if (known !== undefined) retire(known);
    const one = newGrowing({ id: newId(), key, actor, target }, timeMs);
    hold(one);
    if (actor !== '') {
      one.first = recents.first(actor);
      const { from, to } = reachOf(one);
      one.lines = recents.count(actor, from, to);
    }
    return one;
  };
  /** Runs `grow`, then counts the lines of the actor that its longer reach now covers. */
  const growing = (one: Growing, grow: () => void): void => {
    const before = reachOf(one);
    grow();
    if (one.actor === '') return;
    const after = reachOf(one);
    if (after.from < before.from) one.lines += recents.count(one.actor, after.from, before.from - 1);
    if (after.to > before.to) one.lines += recents.count(one.actor, Math.max(before.to + 1, after.from), after.to);
  };
  const addNote = (one: Growing, { by, atMs, text }: Mark): void => {
    one.notes.push({ by, atMs, text: text.slice(0, NOTE_LENGTH) });
    if (one.notes.length > MAX_NOTES) one.notes.shift();
    one.dirty = true;
  };
  const find = (actorOrId: string): Growing | undefined => byKey.get(actorOrId) ?? byIdentifier.get(actorOrId);
  const some = (keep: (one: Growing) => boolean): Incident[] =>
    [...byKey.values()].filter(keep).map((one) => toIncident(one, timeFor(one)));

  return {
    entry(actor, timeMs, text) {
      recents.add(actor, timeMs, text);
      const one = byKey.get(actor);
      if (one === undefined) return;
      const { from, to } = reachOf(one);
      const second = secondOf(timeMs);
      if (second < from || second > to) return;
      one.lines++;
      one.dirty = true;
    },
    detection(actor, detection, options) {
      const one = at(options.timeMs, actor, undefined);
      growing(one, () => growByDetection(one, detection, options));
    },
    behaviour(behaviour, source) {
      const actor = behaviour.group['c-ip'] ?? '';
      const target = actor === '' ? targetOf(behaviour) : undefined;
      const one = at(behaviour.endMs, actor, target);
      growing(one, () => growByBehaviour(one, behaviour, source));
    },
    advance(now) {
      nowMs = Math.max(nowMs, now);
      for (const one of byKey.values()) {
        const silentMs = nowMs - one.endMs;
        if (silentMs > REOPEN_MS + DISORDER_MS) retire(one);
        else if (silentMs > INCIDENT_GAP_MS + DISORDER_MS && one.state !== 'closed') {
          one.state = 'closed';
          one.dirty = true;
        }
      }
    },
    of: (actor) => {
      const one = byKey.get(actor);
      return one && toIncident(one, timeFor(one));
    },
    succeeded(actor) {
      const worked = [...(byKey.get(actor)?.families ?? [])].filter(([, { success }]) => success);
      return worked.sort((one, other) => other[1].count - one[1].count)[0]?.[0];
    },
    byId: (id) => {
      const one = byIdentifier.get(id);
      return one && toIncident(one, timeFor(one));
    },
    open: (limit = Number.POSITIVE_INFINITY) =>
      some(({ state }) => state !== 'closed')
        .sort((a, b) => b.risk - a.risk || b.endMs - a.endMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    closed: (limit = Number.POSITIVE_INFINITY) =>
      some(({ state }) => state === 'closed')
        .sort((a, b) => b.endMs - a.endMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    all: () => [...byKey.values()].map((one) => toIncident(one, one.endMs)),
    get openCount() {
      let count = 0;
      for (const { state } of byKey.values()) if (state !== 'closed') count++;
      return count;
    },
    story: (actorOrId) => {
      const one = find(actorOrId);
      return one === undefined ? [] : timelineOf({ ...one, behaviours: [...one.behaviours.values()] });
    },
    mark(id, state, mark) {
      const one = byIdentifier.get(id);
      if (one === undefined) return false;
      one.state = state;
      one.dirty = true;
      if (mark !== undefined) addNote(one, mark);
      return true;
    },
    note(id, mark) {
      const one = byIdentifier.get(id);
      if (one !== undefined) addNote(one, mark);
      return one !== undefined;
    },
    restore(record) {
      if (byKey.size < maxHeld && !byIdentifier.has(record.id)) hold(fromRecord(record));
    },
    takeChanged() {
      const taken = changed;
      changed = [];
      for (const one of byKey.values()) {
        if (!one.dirty) continue;
        one.dirty = false;
        taken.push(toRecord(one, timeFor(one)));
      }
      return taken;
    },
    takeRetired() {
      const taken = retired;
      retired = [];
      return taken;
    },
    get evicted() {
      return evicted;
    },
  };
}
