import { copied } from './fields.ts';
import type { Group } from './group.ts';

/** Actors told of. */
const MAX_SHOWN = 100;
/** Actors that a group remembers; those beyond are not counted. */
const MAX_KEPT = 1000;

/** Remembers who sent an event of a group that does not say so itself. */
export function noteActor(group: Group, actor: string, timeMs: number): void {
  if (actor === '') return;
  // Most groups have one event: no table for one actor.
  if (group.actors === undefined && group.firstActor === '') {
    group.firstActor = copied(actor);
    group.firstActorMs = timeMs;
    return;
  }
  group.actors ??= new Map([[group.firstActor, { firstMs: group.firstActorMs, lastMs: group.firstActorMs }]]);
  const known = group.actors.get(actor);
  if (known === undefined) {
    if (group.actors.size < MAX_KEPT) group.actors.set(copied(actor), { firstMs: timeMs, lastMs: timeMs });
    return;
  }
  known.firstMs = Math.min(known.firstMs, timeMs);
  known.lastMs = Math.max(known.lastMs, timeMs);
}

/** Forgets those that were not there since. */
export function forgetActors(group: Group, beforeMs: number): void {
  for (const [actor, { lastMs }] of group.actors ?? []) if (lastMs < beforeMs) group.actors?.delete(actor);
}

/** Those that were there in a span of time, by first event, and how many. */
export function actorsIn(
  group: Group,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): { actors: readonly string[]; actorCount: number } {
  if (group.actors === undefined)
    return group.firstActor === '' ? { actors: [], actorCount: 0 } : { actors: [group.firstActor], actorCount: 1 };
  const there = [...group.actors].filter(([, { firstMs, lastMs }]) => lastMs >= startMs && firstMs <= endMs);
  there.sort(([a, { firstMs }], [b, other]) => firstMs - other.firstMs || (a < b ? -1 : 1));
  return { actors: there.slice(0, MAX_SHOWN).map(([actor]) => actor), actorCount: there.length };
}
