import type { EngineClient, EngineEvent } from '../engine/protocol.ts';
import { msg, t } from '../lang/lang.ts';
import type { IncidentState } from '../model/incident.ts';
import { visible } from '../text/sanitize.ts';
import type { Action, Effect, Step } from './actions.ts';
import { endBan, runBan } from './ban-effects.ts';
import { carryOutCheck } from './check-effects.ts';
import { demandsOf } from './demands.ts';
import { stepForKey } from './keys.ts';
import { carryOutPast } from './past.ts';
import { takeEvidence, takeTicket } from './report-effects.ts';
import { changeRule, takeBack, writeMute } from './rule-effects.ts';
import type { UiState } from './state.ts';
import type { TypedKey } from './text-edit.ts';
import { reduce } from './update.ts';

/** The hands of the screen: what effects need of the terminal. */
interface Hands {
  copy(text: string): boolean;
  notify(text: string): void;
  quit(): void;
}

/** Holds the state, sends keys and events through the reducer, and asks the engine for what the state lacks. */
export interface UiStore {
  readonly state: () => UiState;
  dispatch(action: Action): void;
  key(key: TypedKey): void;
  /** Calls back after every change; the function returned ends that. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface StoreOptions {
  readonly initial: UiState;
  readonly client: EngineClient;
  readonly hands: Hands;
  /** The engine said that it cannot go on. */
  readonly onFatal: (message: string) => void;
}

export function createStore({ initial, client, hands, onFatal }: StoreOptions): UiStore {
  let state = initial;
  let closed = false;
  const listeners = new Set<() => void>();
  // Requests that the state wanted last time: one asked for goes on being wanted until the state has it.
  let asked = new Set<string>();

  const apply = (actions: readonly Action[]): void => {
    if (closed || actions.length === 0) return;
    const before = state;
    for (const action of actions) state = reduce(state, action);
    if (state === before) return;
    supply();
    for (const listener of listeners) listener();
  };

  const supply = (): void => {
    const demands = demandsOf(state);
    const fresh = demands.filter((demand) => !asked.has(demand.key));
    asked = new Set(demands.map((demand) => demand.key));
    for (const demand of fresh) {
      demand.ask(client).then(
        (action) => action && apply([action]),
        (error: unknown) => tell(error),
      );
    }
  };

  const tell = (error: unknown): void =>
    apply([{ type: 'message', text: visible(error instanceof Error ? error.message : String(error)), tone: 'warning' }]);

  const run = (effect: Effect): void => {
    switch (effect.type) {
      case 'quit':
        hands.quit();
        return;
      case 'copy':
        if (!hands.copy(effect.text))
          apply([{ type: 'message', text: t('Too long for the clipboard; the entry screen shows all of it.'), tone: 'warning' }]);
        return;
      case 'ban-run':
        runBan(client, effect).then(apply, tell);
        return;
      case 'ban-end':
        endBan(client, effect).then((action) => apply([action]), tell);
        return;
      case 'mute-write':
        writeMute(client, effect.draftId).then(apply, tell);
        return;
      case 'rule-change':
        changeRule(client, effect).then(apply, tell);
        return;
      case 'check-run':
      case 'check-stop':
        carryOutCheck(client, effect).then((action) => apply([action]), tell);
        return;
      case 'rehearse-cancel':
        client.request('rehearse.cancel', {}).catch(tell);
        return;
      case 'undo':
        takeBack(client, effect.undoable).then(apply, tell);
        return;
      case 'mark':
        mark(client, effect).then(apply, tell);
        return;
      case 'ticket':
        takeTicket(client, effect, hands.copy).then((action) => apply([action]), tell);
        return;
      case 'evidence':
        takeEvidence(client, effect).then((action) => apply([action]), tell);
        return;
      case 'past':
        carryOutPast(client, effect).then(apply, tell);
        return;
      case 'seek':
        seek(client, effect).then((action) => apply([action]), tell);
        return;
      case 'send':
        send(client, effect).then((action) => apply([action]), tell);
        return;
    }
  };

  const take = ({ actions, effects }: Step): void => {
    apply(actions);
    effects.forEach(run);
  };

  const onEvent = (event: EngineEvent): void => {
    if (event.type === 'snapshot') apply([{ type: 'snapshot', snapshot: event.snapshot }]);
    else if (event.type === 'notify') hands.notify(event.text);
    else if (event.type === 'fatal') onFatal(event.message);
  };

  const unsubscribe = client.subscribe(onEvent);
  supply();
  return {
    state: () => state,
    dispatch: (action) => apply([action]),
    key(key) {
      apply([{ type: 'quiet' }]);
      take(stepForKey(state, key));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      closed = true;
      unsubscribe();
      listeners.clear();
    },
  };
}

async function seek(client: EngineClient, { rowId, direction, filter, what }: Extract<Effect, { type: 'seek' }>): Promise<Action> {
  const found = await client.request('seek', { rowId, direction, filter, what });
  if (found !== undefined) return { type: 'go-to-row', rowId: found };
  return { type: 'message', text: notFound(direction, what), tone: 'info' };
}

function notFound(direction: 1 | -1, what: Extract<Effect, { type: 'seek' }>['what']): string {
  if (what === 'suspicious') return direction > 0 ? t('No newer suspicious line; E goes back.') : t('No older suspicious line is held.');
  const { text } = what;
  return direction > 0 ? t('No newer line with {text}; N goes back.', { text }) : t('No older line with {text} is held.', { text });
}

const MARKED: Readonly<Record<IncidentState, string>> = {
  new: msg('{subject} is new again'),
  alerted: msg('{subject} is marked as alerted again'),
  acknowledged: msg('{subject} is acknowledged'),
  closed: msg('{subject} is closed'),
};

async function mark(client: EngineClient, { marking, note, undoes }: Extract<Effect, { type: 'mark' }>): Promise<readonly Action[]> {
  const { incidentId, subject, state } = marking;
  const known = await client.request('incident.mark', { incidentId, state, note });
  if (!known) return [{ type: 'message', text: t('The incident of {subject} is not held any more.', { subject }), tone: 'warning' }];
  const done = t(MARKED[state], { subject });
  return [
    undoes ? { type: 'undone' } : { type: 'done', undoable: { kind: 'marking', marking } },
    { type: 'message', text: undoes ? done : t('{done}; u takes it back', { done }), tone: 'info' },
  ];
}

async function send(client: EngineClient, { target, channels, note }: Extract<Effect, { type: 'send' }>): Promise<Action> {
  try {
    return { type: 'dialog', action: { type: 'sent', results: await client.request('alert.send', { target, channels, note }) } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const results = channels.map((channel) => ({ channel, delivery: { ok: false, retryable: false, reason } as const, waiting: false }));
    return { type: 'dialog', action: { type: 'sent', results } };
  }
}
