import type { Clock } from '../../clock/clock.ts';
import type { Mute } from '../../detection/mutes/mute.ts';
import { createMuteSet, type MuteSet, type MuteSetOptions } from '../../detection/mutes/mute-set.ts';
import type { MuteChoice, MutePreview } from '../../model/mute.ts';
import type { Feed } from '../feed/feed.ts';
import type { Pace } from '../input/pace.ts';
import type { RuleTally } from './rule-list.ts';

/** What a mute would have done to the held lines and runs. */
export type MuteEffect = Pick<MutePreview, 'muted' | 'elsewhere' | 'successes' | 'of'>;

export interface MuteEffectParts extends Pick<MuteSetOptions, 'rules' | 'detect'> {
  readonly feed: Feed;
  readonly tally: RuleTally;
  readonly clock: Clock;
  readonly pace: () => Pace;
}

/** So long what a mute would do is taken to be the same. */
const EFFECT_MS = 3_000;

/** Counts, in slices, what a mute would have kept quiet. */
export function createMuteEffect(parts: MuteEffectParts): (mute: Mute, choice: MuteChoice) => Promise<MuteEffect> {
  const { rules, detect, feed, tally, clock } = parts;
  const overLines = async (set: MuteSet, successesToo: boolean): Promise<MuteEffect> => {
    const effect = { muted: 0, elsewhere: 0, successes: 0, of: 0 };
    const pace = parts.pace();
    for (const { entry, severity, success, hits = [] } of [...feed.all()]) {
      const resting = pace.rest();
      if (resting !== undefined) await resting;
      if (severity === undefined) continue;
      effect.of++;
      const hidden = hits.filter(({ rule }) => set.of(rule.id, entry, successesToo && success) !== undefined).length;
      if (hidden === 0) continue;
      if (success) effect.successes++;
      if (success && !successesToo) continue;
      if (hidden < hits.length) effect.elsewhere++;
      else effect.muted++;
    }
    return effect;
  };
  const overRuns = (set: MuteSet, ruleIds: readonly string[], successesToo: boolean): MuteEffect => {
    const runs = ruleIds.flatMap((ruleId) => tally.runs(ruleId)).filter(({ muted }) => !muted);
    const hidden = runs.filter(({ behaviour }) => set.ofBehaviour({ ...behaviour, success: successesToo && behaviour.success }));
    const successes = hidden.filter(({ behaviour }) => behaviour.success).length;
    return { muted: successesToo ? hidden.length : hidden.length - successes, elsewhere: 0, successes, of: runs.length };
  };

  // While a note is typed only the line changes.
  let lastEffect: { readonly key: string; readonly atMs: number; readonly effect: MuteEffect } | undefined;
  return async (mute, { ruleIds, place, successes }) => {
    const key = JSON.stringify([ruleIds, place.selection, successes]);
    if (lastEffect?.key === key && clock.now() - lastEffect.atMs < EFFECT_MS) return lastEffect.effect;
    const set = createMuteSet({ mutes: [mute], rules, detect });
    const lines = await overLines(set, successes);
    const runs = overRuns(set, ruleIds, successes);
    const effect = {
      muted: lines.muted + runs.muted,
      elsewhere: lines.elsewhere,
      successes: lines.successes + runs.successes,
      of: lines.of + runs.of,
    };
    lastEffect = { key, atMs: clock.now(), effect };
    return effect;
  };
}
