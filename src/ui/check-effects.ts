import type { EngineClient } from '../engine/protocol.ts';
import { t } from '../lang/lang.ts';
import type { Action, Effect } from './actions.ts';

/** Begins or stops a run, and says what came of it. */
export async function carryOutCheck(client: EngineClient, effect: Extract<Effect, { type: 'check-run' | 'check-stop' }>): Promise<Action> {
  const { name } = effect;
  if (effect.type === 'check-stop') {
    const stopped = await client.request('check.stop', { name });
    return {
      type: 'message',
      text: stopped ? t('{check} is being stopped', { check: name }) : t('{check} does not run', { check: name }),
      tone: 'info',
    };
  }
  const begun = await client.request('check.run', { name, attack: effect.attack });
  return { type: 'message', text: begun ? t('{check} runs', { check: name }) : t('{check} runs already', { check: name }), tone: 'info' };
}
