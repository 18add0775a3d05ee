import type { Family } from '../model/detection.ts';
import { type Counted, type HistorySlot, HOUR_MS } from '../model/history.ts';
import { mostFrequent } from './history.ts';

/** What an hour keeps of each table. */
const KEPT = { paths: 150, agents: 50, networks: 80, actors: 40 } as const;

function joined(tables: readonly (readonly Counted[])[], most: number): Counted[] {
  const counts = new Map<string, number>();
  for (const table of tables) for (const [text, count] of table) counts.set(text, (counts.get(text) ?? 0) + count);
  return mostFrequent(counts, most);
}

/** The slots of one hour as one. */
export function mergeHour(startMs: number, slots: readonly HistorySlot[]): HistorySlot {
  const families = new Map<Family, number>();
  for (const slot of slots)
    for (const [family, count] of Object.entries(slot.families) as [Family, number][])
      families.set(family, (families.get(family) ?? 0) + count);
  const sum = (read: (slot: HistorySlot) => number): number => slots.reduce((total, slot) => total + read(slot), 0);
  return {
    startMs,
    spanMs: HOUR_MS,
    requests: sum(({ requests }) => requests),
    addresses: Math.max(0, ...slots.map(({ addresses }) => addresses)),
    statuses: [sum((s) => s.statuses[0]), sum((s) => s.statuses[1]), sum((s) => s.statuses[2]), sum((s) => s.statuses[3])],
    families: Object.fromEntries(families),
    paths: joined(
      slots.map(({ paths }) => paths),
      KEPT.paths,
    ),
    agents: joined(
      slots.map(({ agents }) => agents),
      KEPT.agents,
    ),
    networks: joined(
      slots.map(({ networks }) => networks),
      KEPT.networks,
    ),
    actors: joined(
      slots.map(({ actors }) => actors),
      KEPT.actors,
    ),
  };
}
