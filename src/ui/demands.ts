import type { EngineClient } from '../engine/protocol.ts';
import type { Action } from './actions.ts';
import { previewKey } from './dialog.ts';
import { topScreen, type UiState } from './state.ts';
import { viewOf } from './view-request.ts';

/** Something that the state lacks and the engine has. */
export interface Demand {
  /** Equal keys ask for the same: one request each. */
  readonly key: string;
  /** Asks, and says what the state learns; undefined when nothing (the answer comes as an event, or too late). */
  readonly ask: (client: EngineClient) => Promise<Action | undefined>;
}

/** How often an open screen is asked for anew. */
const REFRESH_MS = 2_000;

/** All that the state needs from the engine now. */
export function demandsOf(state: UiState): Demand[] {
  return [viewDemand(state), screenDemand(state), ...dialogDemands(state)].filter((demand) => demand !== undefined);
}

function viewDemand(state: UiState): Demand {
  const view = viewOf(state);
  return { key: `view ${view.id}`, ask: async (client) => ({ type: 'snapshot', snapshot: await client.request('view', view) }) };
}

function screenDemand(state: UiState): Demand | undefined {
  const screen = topScreen(state);
  // An open screen grows with what happens; each visit (its place in the stack) asks for itself.
  const round = `${screen.kind} ${state.screens.length} ${Math.floor(state.nowMs / REFRESH_MS)}`;
  switch (screen.kind) {
    case 'live':
    case 'help':
      return undefined;
    case 'entry':
      if (screen.detail !== 'loading') return undefined;
      return {
        key: `entry ${screen.rowId}`,
        ask: async (client) => ({
          type: 'loaded',
          screen: { ...screen, detail: (await client.request('entry', { rowId: screen.rowId })) ?? 'gone' },
        }),
      };
    case 'actor':
      return {
        key: `${round} ${screen.address}`,
        ask: async (client) => ({
          type: 'loaded',
          screen: { ...screen, detail: await client.request('actor', { address: screen.address }) },
        }),
      };
    case 'incidents':
      return {
        key: round,
        ask: async (client) => ({ type: 'loaded', screen: { ...screen, items: await client.request('incidents', {}) } }),
      };
    case 'alerts':
      return { key: round, ask: async (client) => ({ type: 'loaded', screen: { ...screen, items: await client.request('alerts', {}) } }) };
    case 'rejected':
      return {
        key: round,
        ask: async (client) => ({ type: 'loaded', screen: { ...screen, items: await client.request('rejected', {}) } }),
      };
  }
}

function dialogDemands({ dialog }: UiState): (Demand | undefined)[] {
  if (!dialog) return [];
  if (dialog.channels === 'loading') {
    return [
      {
        key: 'channels',
        ask: async (client) => ({ type: 'dialog', action: { type: 'channels', channels: await client.request('channels', {}) } }),
      },
    ];
  }
  const key = previewKey(dialog);
  if (dialog.phase !== 'editing' || dialog.chosen.length === 0 || dialog.previewKey === key) return [];
  const { target, chosen, note } = dialog;
  return [
    {
      key: `preview ${JSON.stringify(target)} ${key}`,
      ask: async (client) => ({
        type: 'dialog',
        action: { type: 'previews', key, previews: await client.request('alert.preview', { target, channels: chosen, note }) },
      }),
    },
  ];
}
