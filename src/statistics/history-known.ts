import { type BoundedMap, createBoundedMap } from '../collections/bounded-map.ts';
import type { HistorySlot } from '../model/history.ts';
import type { Known } from './compare.ts';

/** Paths, user agents and networks of earlier slots, in bounded memory: what was not seen for longest is forgotten first. */
export interface KnownTexts extends Known {
  learn(slot: HistorySlot): void;
  learnTexts(texts: Readonly<Record<'paths' | 'agents' | 'networks', Iterable<string>>>): void;
}

const MOST = { paths: 20_000, agents: 5_000, networks: 20_000 } as const;

export function createKnownTexts(): KnownTexts {
  const paths = createBoundedMap<string, true>(MOST.paths);
  const agents = createBoundedMap<string, true>(MOST.agents);
  const networks = createBoundedMap<string, true>(MOST.networks);
  const take = (into: BoundedMap<string, true>, texts: Iterable<string>): void => {
    for (const text of texts) into.set(text, true);
  };
  const textsOf = (table: HistorySlot['paths']): string[] => table.map(([text]) => text);
  return {
    path: (text) => paths.peek(text) !== undefined,
    agent: (text) => agents.peek(text) !== undefined,
    network: (text) => networks.peek(text) !== undefined,
    learn(slot) {
      take(paths, textsOf(slot.paths));
      take(agents, textsOf(slot.agents));
      take(networks, textsOf(slot.networks));
    },
    learnTexts(texts) {
      take(paths, texts.paths);
      take(agents, texts.agents);
      take(networks, texts.networks);
    },
  };
}
