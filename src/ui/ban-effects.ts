import type { EngineClient } from '../engine/protocol.ts';
import { tn } from '../lang/lang.ts';
import type { BanResult } from '../model/ban.ts';
import { visible } from '../text/sanitize.ts';
import type { Action, Effect } from './actions.ts';
import type { Undoable } from './state.ts';

const words = (error: unknown): string => visible(error instanceof Error ? error.message : String(error));

/** Bans, shows what came of it, and remembers what can be taken back. */
export async function runBan(
  client: EngineClient,
  { target, banner, seconds, word, isDry }: Extract<Effect, { type: 'ban-run' }>,
): Promise<readonly Action[]> {
  try {
    const results = await client.request('ban.run', { target, banner, seconds, word });
    const done = results.filter(({ ok }) => ok).map(({ subject }) => subject);
    const ran: Action = { type: 'banning', action: { type: 'ran', results } };
    return done.length === 0 || isDry
      ? [ran]
      : [ran, { type: 'done', undoable: { kind: 'ban', subjects: done, banner, subject: subjectsText(done) } }];
  } catch (error) {
    const failed: BanResult = { subject: '', ok: false, text: words(error) };
    return [{ type: 'banning', action: { type: 'ran', results: [failed] } }];
  }
}

/** Ends bans, and says what came of it. */
export async function endBan(
  client: EngineClient,
  { subjects, banner }: { readonly subjects: readonly string[]; readonly banner: string },
): Promise<Action> {
  const results = await client.request('ban.end', { subjects, banner });
  const failed = results.find(({ ok }) => !ok);
  const [first] = results;
  const text = failed?.text ?? (results.length === 1 ? (first?.text ?? '') : tn(results.length, '{n} ban ended', '{n} bans ended'));
  return { type: 'message', text: visible(text), tone: failed === undefined ? 'info' : 'warning' };
}

/** Takes a ban back. */
export async function takeBanBack(client: EngineClient, undoable: Extract<Undoable, { kind: 'ban' }>): Promise<readonly Action[]> {
  return [{ type: 'undone' }, await endBan(client, undoable)];
}

const subjectsText = (subjects: readonly string[]): string =>
  visible(subjects.length === 1 ? (subjects[0] ?? '') : tn(subjects.length, '{n} address', '{n} addresses'));
