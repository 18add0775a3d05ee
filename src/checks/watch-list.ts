import { parseHours, type WorkingHours } from '../clock/hours.ts';
import { createRecentCache } from '../collections/recent-cache.ts';
import type { Entry } from '../model/entry.ts';
import { copyText } from '../text/copy-text.ts';
import { accessOf } from './access.ts';
import type { Access } from './access-told.ts';
import { fieldsOf, listOf } from './json.ts';
import { createProtection } from './protected-path.ts';
import type { WatchListSettings } from './watch-settings.ts';

/** Something about an account or path that few may use. */
export interface WatchEvent {
  readonly kind: 'first' | 'hours' | 'rights';
  /** The account, or the protected path. */
  readonly place: string;
  readonly user: string;
  /** What is new: an address, a user; or the line about rights. Hostile. */
  readonly text: string;
  /** Nothing was known of the place before: it may be the usual visitor. */
  readonly isFirstEver: boolean;
  /** Three or more failures of the same actor went before, or the rights of root are given. */
  readonly isGrave: boolean;
}

/** Follows successes on accounts and paths of the list. What was there when secmon came teaches only. */
export interface WatchList {
  saw(entry: Entry, about: { readonly actor: string; readonly timeMs: number; readonly live: boolean }): readonly WatchEvent[];
  /** What was learned, to be kept; undefined when nothing changed since the last call. */
  takeMemory(): unknown;
}

/** Who has been at a place before: `address …` and `user …`, with the event time of the last visit. */
type Visitors = Map<string, number>;

const MAX_PLACES = 700;
const MAX_VISITORS = 500;
const MAX_FAILING = 5_000;
const FAILING_MS = 3_600_000;
/** Fewer are mistyped passwords. */
const FAILURES = 3;
/** Who stayed away for so long is new again. */
const FORGET_MS = 90 * 86_400_000;
const SAME_HOUR_MS = 3_600_000;

export function createWatchList(
  settings: WatchListSettings,
  { timeZone, memory }: { readonly timeZone: string; readonly memory: unknown },
): WatchList {
  const accounts = new Map(settings.accounts.map((account) => [account.toLowerCase(), account]));
  const protection = createProtection(settings.paths);
  const hours = hoursOf(settings, timeZone);
  const places = restored(memory);
  const failing = createRecentCache<Failures>(MAX_FAILING);
  const toldHours = createRecentCache<number>(MAX_FAILING);
  let isDirty = false;

  const placeOf = (access: Exclude<Access, { kind: 'failure' | 'rights' }>): string | undefined =>
    access.kind === 'account' ? accounts.get(access.user.toLowerCase()) : protection(access.path);
  /** Visitors of this success that are not known there; learns them. */
  const learn = (
    place: string,
    visitors: readonly string[],
    timeMs: number,
  ): { readonly fresh: readonly string[]; readonly isFirstEver: boolean } => {
    const known = places.get(place) ?? new Map<string, number>();
    const fresh = visitors.filter((visitor) => timeMs - (known.get(visitor) ?? Number.NEGATIVE_INFINITY) > FORGET_MS);
    // Whoever is the first address, or the first user, may be the usual one.
    const isFirstEver =
      fresh.length > 0 && fresh.every((visitor) => ![...known.keys()].some((one) => one.startsWith(visitor.split(' ', 1)[0] ?? '')));
    for (const visitor of visitors) {
      const before = known.get(visitor);
      // The day is enough to forget by.
      if (before === undefined || timeMs - before > 86_400_000) isDirty = true;
      known.delete(visitor);
      known.set(copyText(visitor), Math.max(before ?? timeMs, timeMs));
    }
    for (const oldest of known.keys()) {
      if (known.size <= MAX_VISITORS) break;
      known.delete(oldest);
    }
    if (places.size < MAX_PLACES && !places.has(place)) places.set(copyText(place), known);
    return { fresh, isFirstEver };
  };

  return {
    saw(entry, { actor, timeMs, live }) {
      const access = accessOf(entry, protection);
      if (access === undefined) return [];
      if (access.kind === 'failure') {
        const who = whoOf(actor, access.user);
        if (who !== '') failing.set(copyText(who), failed(failing.get(who), timeMs));
        return [];
      }
      if (access.kind === 'rights') {
        const { user, text, isHigh } = access;
        return live ? [{ kind: 'rights', place: user, user, text, isFirstEver: false, isGrave: isHigh }] : [];
      }
      const place = placeOf(access);
      if (place === undefined) return [];
      const visitors = [
        ...(actor === '' ? [] : [`address ${actor}`]),
        ...(access.kind === 'path' && access.user !== '' ? [`user ${access.user}`] : []),
        ...(access.kind === 'account' && access.by !== '' ? [`user ${access.by}`] : []),
      ];
      const { fresh, isFirstEver } = learn(place, visitors, timeMs);
      if (!live) return [];
      const before = failing.get(whoOf(actor, access.kind === 'account' ? access.by : ''));
      const isGrave = before !== undefined && timeMs - before.lastMs < FAILING_MS && before.count >= FAILURES;
      const events: WatchEvent[] = [];
      if (fresh.length > 0) events.push({ kind: 'first', place, user: access.user, text: fresh.join(', '), isFirstEver, isGrave });
      if (hours !== undefined && !hours.contains(timeMs)) {
        const key = `${place} ${visitors.join(' ')}`;
        const told = toldHours.get(key);
        toldHours.set(copyText(key), timeMs);
        if (told === undefined || timeMs - told > SAME_HOUR_MS)
          events.push({ kind: 'hours', place, user: access.user, text: hours.text, isFirstEver, isGrave });
      }
      return events;
    },
    takeMemory() {
      if (!isDirty) return undefined;
      isDirty = false;
      return { places: [...places].map(([place, visitors]) => [place, [...visitors]]) };
    },
  };
}

/** Failures of an actor, each within the hour after the one before. */
interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

const failed = (before: Failures | undefined, timeMs: number): Failures => ({
  count: before !== undefined && timeMs - before.lastMs < FAILING_MS ? before.count + 1 : 1,
  lastMs: Math.max(before?.lastMs ?? timeMs, timeMs),
});

/** Who fails or succeeds: an address, or a user of this machine. */
const whoOf = (actor: string, user: string): string => (actor !== '' ? actor : user === '' ? '' : `user ${user}`);

function hoursOf({ hours }: WatchListSettings, timeZone: string): WorkingHours | undefined {
  if (hours.length === 0) return undefined;
  const parsed = parseHours(hours, timeZone);
  return parsed.ok ? parsed.hours : undefined;
}

function restored(memory: unknown): Map<string, Visitors> {
  const places = new Map<string, Visitors>();
  for (const entry of listOf(fieldsOf(memory)['places']).slice(0, MAX_PLACES)) {
    const [place, visitors] = listOf(entry);
    if (typeof place !== 'string') continue;
    const known: Visitors = new Map();
    for (const visitor of listOf(visitors).slice(0, MAX_VISITORS)) {
      const [name, timeMs] = listOf(visitor);
      if (typeof name === 'string' && typeof timeMs === 'number') known.set(name, timeMs);
    }
    places.set(place, known);
  }
  return places;
}
