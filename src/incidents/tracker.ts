import type { Behaviour } from '../model/behaviour.ts';
import type { Detection, Family } from '../model/detection.ts';
import type { Incident, IncidentRecord, IncidentState, IncidentTarget } from '../model/incident.ts';
import { copyText } from '../text/copy-text.ts';
import { fromRecord, toIncident } from './as-incident.ts';
import { type Growing, growByBehaviour, growByDetection, keyOf, newGrowing } from './growing.ts';
import { createHeldIncidents, DISORDER_MS, INCIDENT_GAP_MS, REOPEN_MS } from './held-incidents.ts';
import { createRecents, secondOf } from './recents.ts';
import { targetOf } from './target.ts';
import { type TimelineRow, timelineOf } from './timeline.ts';

const MAX_RECENT_ACTORS = 20_000;
const MAX_NOTES = 20;
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
  /** Gives what an actor (or target, by its key) attacks its points for what checks have found open there. */
  expose(key: string, points: number): void;
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

function addNote(one: Growing, { by, atMs, text }: Mark): void {
  one.notes.push({ by, atMs, text: text.slice(0, NOTE_LENGTH) });
  if (one.notes.length > MAX_NOTES) one.notes.shift();
}

/**
 * @param options.newId makes unique incident ids
 * @param options.maxHeld incidents held, open and closed; beyond it one of those silent longest is let go, and counted as evicted when it was open
 */
export function createIncidentTracker({ newId, maxHeld = 10_000 }: { newId: () => string; maxHeld?: number }): IncidentTracker {
  const held = createHeldIncidents(maxHeld);
  const recents = createRecents({ spanMs: DISORDER_MS, maxActors: MAX_RECENT_ACTORS });

  const begin = (key: string, timeMs: number, about: Pick<Growing, 'actor' | 'target'>): Growing => {
    const actor = copyText(about.actor);
    const one = newGrowing({ id: newId(), key: about.target === undefined ? actor : key, actor, target: about.target }, timeMs);
    held.hold(one);
    if (actor !== '') {
      one.first = recents.first(actor);
      const { from, to } = reachOf(one);
      one.lines = recents.count(actor, from, to);
    }
    return one;
  };
  /** The incident of an actor or target for what happened at `timeMs`: known, come back, or new; of what is told late, the one before. */
  const at = (timeMs: number, actor: string, target: IncidentTarget | undefined): Growing => {
    const key = keyOf(actor, target);
    const known = held.byKey(key);
    const before = held.aside(key);
    if (before !== undefined && known !== undefined && known.startMs - timeMs > REOPEN_MS) return before;
    if (known !== undefined && timeMs - known.endMs <= REOPEN_MS) {
      const isBack = timeMs - known.endMs > INCIDENT_GAP_MS || known.state === 'closed';
      if (isBack) known.activeMs = timeMs;
      if (known.state === 'closed') {
        held.setState(known, 'new');
        known.reopened++;
      }
      return known;
    }
    if (known !== undefined) held.setAside(known);
    return begin(key, timeMs, { actor, target });
  };
  /** Runs `grow`, then counts the lines of the actor that its longer reach now covers. */
  const growing = (one: Growing, grow: () => void): void => {
    const before = reachOf(one);
    grow();
    held.grew(one);
    if (one.actor === '') return;
    const after = reachOf(one);
    if (after.from < before.from) one.lines += recents.count(one.actor, after.from, before.from - 1);
    if (after.to > before.to) one.lines += recents.count(one.actor, Math.max(before.to + 1, after.from), after.to);
  };
  const seen = (one: Growing | undefined): Incident | undefined => one && toIncident(one, held.timeFor(one));
  const some = (keep: (one: Growing) => boolean): Incident[] =>
    [...held.values()].filter(keep).map((one) => toIncident(one, held.timeFor(one)));

  return {
    entry(actor, timeMs, text) {
      recents.add(actor, timeMs, text);
      const one = held.byKey(actor);
      if (one === undefined) return;
      const { from, to } = reachOf(one);
      const second = secondOf(timeMs);
      if (second < from || second > to) return;
      one.lines++;
      held.changed(one);
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
    advance: held.advance,
    of: (actor) => seen(held.byKey(actor)),
    succeeded(actor) {
      const worked = [...(held.byKey(actor)?.families ?? [])].filter(([, { success }]) => success);
      return worked.sort((one, other) => other[1].count - one[1].count)[0]?.[0];
    },
    byId: (id) => seen(held.byId(id)),
    open: (limit = Number.POSITIVE_INFINITY) =>
      some(({ state }) => state !== 'closed')
        .sort((a, b) => b.risk - a.risk || b.endMs - a.endMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    closed: (limit = Number.POSITIVE_INFINITY) =>
      some(({ state }) => state === 'closed')
        .sort((a, b) => b.endMs - a.endMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    all: () => [...held.values()].map((one) => toIncident(one, one.endMs)),
    get openCount() {
      return held.openCount;
    },
    story(actorOrId) {
      const one = held.byKey(actorOrId) ?? held.byId(actorOrId);
      return one === undefined ? [] : timelineOf({ ...one, behaviours: [...one.behaviours.values()] });
    },
    mark(id, state, mark) {
      const one = held.byId(id);
      if (one === undefined) return false;
      held.setState(one, state);
      if (mark !== undefined) addNote(one, mark);
      return true;
    },
    note(id, mark) {
      const one = held.byId(id);
      if (one === undefined) return false;
      addNote(one, mark);
      held.changed(one);
      return true;
    },
    expose(key, points) {
      const one = held.byKey(key);
      if (one === undefined || one.exposure === points) return;
      one.exposure = points;
      held.changed(one);
    },
    restore(record) {
      if (!held.isFull && held.byId(record.id) === undefined) held.hold(fromRecord(record));
    },
    takeChanged: held.takeChanged,
    takeRetired: held.takeRetired,
    get evicted() {
      return held.evicted;
    },
  };
}
