import type { EngineClient } from '../engine/protocol.ts';
import type { Action } from './actions.ts';
import { banKey, banSeconds, banWord } from './ban-dialog.ts';
import { previewKey } from './dialog.ts';
import { choiceOf, muteKey } from './mute-dialog.ts';
import { checkKey, itemAt, type Screen, topScreen, type UiState } from './state.ts';
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
  return [viewDemand(state), screenDemand(state), ...dialogDemands(state), muteDemand(state), banDemand(state)].filter(
    (demand) => demand !== undefined,
  );
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
    case 'paper':
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
        key: `${round} ${screen.address} ${screen.incidentId}`,
        ask: async (client) => ({
          type: 'loaded',
          screen: { ...screen, detail: await client.request('actor', { address: screen.address, incidentId: screen.incidentId }) },
        }),
      };
    case 'incidents':
      return {
        key: round,
        ask: async (client) => ({ type: 'loaded', screen: { ...screen, items: await client.request('incidents', {}) } }),
      };
    case 'alerts':
      return { key: round, ask: async (client) => ({ type: 'loaded', screen: { ...screen, items: await client.request('alerts', {}) } }) };
    case 'outputs':
      return { key: round, ask: async (client) => ({ type: 'loaded', screen: { ...screen, list: await client.request('outputs', {}) } }) };
    case 'rules':
      return {
        key: round,
        ask: async (client) => ({ type: 'loaded', screen: { ...screen, list: await client.request('rules', {}) } }),
      };
    case 'rule':
      return {
        key: `${round} ${screen.ruleId}`,
        ask: async (client) => ({
          type: 'loaded',
          screen: { ...screen, detail: (await client.request('rule', { ruleId: screen.ruleId })) ?? 'gone' },
        }),
      };
    case 'rehearsal':
      return screen.result === 'running' ? rehearsalDemand(screen) : undefined;
    case 'baseline':
      return {
        key: round,
        ask: async (client) => ({ type: 'loaded', screen: { ...screen, report: await client.request('baseline', {}) } }),
      };
    case 'bans':
      return { key: round, ask: async (client) => ({ type: 'loaded', screen: { ...screen, list: await client.request('bans', {}) } }) };
    case 'checks':
      return checksDemand(screen, round);
    case 'check':
      return {
        key: `${round} ${screen.name}`,
        ask: async (client) => ({
          type: 'loaded',
          screen: { ...screen, detail: (await client.request('check.detail', { name: screen.name })) ?? 'gone' },
        }),
      };
    case 'rejected':
      return {
        key: round,
        ask: async (client) => ({ type: 'loaded', screen: { ...screen, items: await client.request('rejected', {}) } }),
      };
  }
}

/** The list, and the details of the check under the cursor. */
function checksDemand(screen: Extract<Screen, { kind: 'checks' }>, round: string): Demand {
  return {
    key: `${round} ${screen.selected ?? ''}`,
    async ask(client) {
      const list = await client.request('checks', {});
      const selected = itemAt(list, checkKey, screen.selected);
      const detail = selected && (await client.request('check.detail', { name: selected.name }));
      return { type: 'loaded', screen: { ...screen, list, detail } };
    },
  };
}

function rehearsalDemand(screen: Extract<Screen, { kind: 'rehearsal' }>): Demand {
  const { row, text } = screen;
  return {
    key: `rehearse ${row.id} ${text}`,
    async ask(client) {
      try {
        const result = await client.request('rehearse', { ruleId: row.id, text });
        return result && { type: 'loaded', screen: { ...screen, result } };
      } catch (error) {
        return { type: 'loaded', screen: { ...screen, result: { problem: error instanceof Error ? error.message : String(error) } } };
      }
    },
  };
}

function banDemand({ ban, nowMs }: UiState): Demand | undefined {
  if (!ban || ban.phase === 'running') return undefined;
  if (ban.phase === 'done') {
    if (ban.preview?.dryRun !== false) return undefined;
    return {
      key: `ban watched ${Math.floor(nowMs / REFRESH_MS)}`,
      ask: async (client) => ({ type: 'banning', action: { type: 'watched', list: await client.request('bans', {}) } }),
    };
  }
  const seconds = banSeconds(ban);
  const key = banKey(ban);
  if (seconds === undefined || ban.previewKey === key) return undefined;
  const { target, banner } = ban;
  const word = banWord(ban);
  return {
    key: `ban preview ${JSON.stringify(target)} ${key}`,
    ask: async (client) => ({
      type: 'banning',
      action: { type: 'preview', key, preview: await client.request('ban.preview', { target, banner, seconds, word }) },
    }),
  };
}

function muteDemand({ muting }: UiState): Demand | undefined {
  if (!muting) return undefined;
  const { subject } = muting;
  if (muting.options === 'loading') {
    return {
      key: `mute options ${JSON.stringify(subject)}`,
      ask: async (client) => ({ type: 'muting', action: { type: 'options', options: await client.request('mute.options', { subject }) } }),
    };
  }
  const choice = choiceOf(muting);
  const key = muteKey(muting);
  if (choice === undefined || muting.previewKey === key) return undefined;
  return {
    key: `mute preview ${key}`,
    ask: async (client) => ({ type: 'muting', action: { type: 'preview', key, preview: await client.request('mute.preview', choice) } }),
  };
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
