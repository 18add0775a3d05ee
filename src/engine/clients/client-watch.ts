import type { Behaviour } from '../../model/behaviour.ts';
import type { Entry } from '../../model/entry.ts';
import { actorOf } from '../../net/address.ts';
import { createAgentRotation } from './agent-rotation.ts';
import { createTrafficShare } from './traffic-share.ts';

/** What an address does over time that is a matter of proportion, and so no correlation can tell. */
export interface ClientWatch {
  saw(entry: Entry, timeMs: number): void;
}

export function createClientWatch(tell: (behaviour: Behaviour) => void): ClientWatch {
  const share = createTrafficShare(tell);
  const agents = createAgentRotation(tell);
  return {
    saw(entry, timeMs) {
      if (entry.kind !== 'http' || entry.address === '') return;
      const actor = actorOf(entry.address);
      share.saw(entry, timeMs, actor);
      agents.saw(entry, timeMs, actor);
    },
  };
}
