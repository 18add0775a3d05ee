import { randomUUID } from 'node:crypto';
import type { Mute } from '../../detection/mutes/mute.ts';
import { readMutes } from '../../detection/mutes/mute.ts';
import { muteLine } from '../../detection/mutes/mute-line.ts';
import { createMuteSet, type MuteSetOptions } from '../../detection/mutes/mute-set.ts';
import type { CorrelationRule } from '../../incidents/correlation/correlation-rule.ts';
import { t } from '../../lang/lang.ts';
import type { MutePlace } from '../../model/mute.ts';
import type { Rehearsal, RuleDetail, RuleList } from '../../model/rule-list.ts';
import type { Behaviours } from '../behaviours.ts';
import type { Trust } from '../clients/trust.ts';
import type { Feed } from '../feed/feed.ts';
import type { Pace } from '../input/pace.ts';
import type { Mutes } from './mutes.ts';
import { type RehearsedRules, rehearse } from './rehearse.ts';
import { changeWords, conditionWords, correlationYaml, type RuleChange, readChange, withLimits } from './rule-change.ts';
import { momentsOf, type RuleTally, ruleList } from './rule-list.ts';
import type { RuleSet } from './rule-set.ts';
import { ruleText } from './rule-text.ts';

/** What the Rules screen asks: what rules do, and what they would do. */
export interface RuleDesk {
  list(): RuleList;
  detail(ruleId: string): RuleDetail | undefined;
  /** One at a time: a new one cancels the one that runs. Rejects with what is wrong with the text. */
  rehearse(ruleId: string, text: string): Promise<Rehearsal | undefined>;
  cancel(): void;
  change(ruleId: string, text: string): Promise<{ readonly changeId: string; readonly words: string }>;
  restore(changeId: string): Promise<boolean>;
}

export interface RuleDeskParts extends Pick<MuteSetOptions, 'rules' | 'detect'> {
  readonly ruleSet: RuleSet;
  readonly tally: RuleTally;
  readonly mutes: Mutes;
  readonly feed: Feed;
  readonly behaviours: Behaviours;
  readonly trust: Trust;
  readonly pace: () => Pace;
}

interface Change {
  readonly id: string;
  readonly ruleId: string;
  readonly words: string;
  readonly limits: Extract<RuleChange, { kind: 'limits' }> | undefined;
}

/** A mute of this session: what a rehearsal of `off` is about. */
async function sessionMute(rule: string, place: MutePlace): Promise<Mute> {
  const draft = {
    id: randomUUID(),
    rules: [rule],
    place,
    untilMs: undefined,
    nowMs: Date.UTC(2026, 0),
    author: '',
    note: '',
    successes: true,
  };
  const { mutes, refused } = await readMutes(muteLine(draft), 'rule');
  const [mute] = mutes;
  if (mute === undefined) throw new Error(refused[0]?.reason ?? t('this cannot be switched off'));
  return mute;
}

export function createRuleDesk(parts: RuleDeskParts): RuleDesk {
  const { ruleSet, tally, mutes, feed, behaviours, trust, rules, detect } = parts;
  const all = [...ruleSet.rules, ...ruleSet.correlations];
  const nameOf = (id: string): string => all.find(({ info }) => info.id === id)?.info.name ?? id;
  let changes: readonly Change[] = [];
  let running = 0;

  const correlations = (): readonly CorrelationRule[] =>
    changes.reduce((list, { ruleId, limits }) => (limits === undefined ? list : withLimits(list, ruleId, limits)), ruleSet.correlations);
  const current = (ruleId: string): CorrelationRule | undefined => correlations().find(({ info }) => info.id === ruleId);
  const wordsOf = (_: CorrelationRule | undefined, id: string) => {
    const own = current(id);
    const changed = changes.filter(({ ruleId }) => ruleId === id).at(-1)?.words ?? '';
    return { condition: own === undefined ? 'off' : conditionWords(own), changed };
  };
  const list = (): RuleList => ruleList({ ruleSet, tally, mutes, wordsOf });
  const read = (ruleId: string, text: string): RuleChange => {
    const change = readChange(text, current(ruleId));
    if (typeof change === 'string') throw new Error(change);
    return change;
  };
  const asNow = (): RehearsedRules => {
    const { set } = mutes;
    return {
      correlations: correlations(),
      hides: (ruleId, entry, success) => set.of(ruleId, entry, success) !== undefined,
      hidesBehaviour: (behaviour) => set.ofBehaviour(behaviour) !== undefined,
    };
  };
  const asChanged = async (ruleId: string, change: RuleChange): Promise<RehearsedRules> => {
    const now = asNow();
    if (change.kind === 'limits') return { ...now, correlations: withLimits(now.correlations, ruleId, change) };
    const more = createMuteSet({ mutes: [await sessionMute(nameOf(ruleId), change.place)], rules, detect });
    return {
      ...now,
      hides: (id, entry, success) => now.hides(id, entry, success) || more.of(id, entry, success) !== undefined,
      hidesBehaviour: (behaviour) => now.hidesBehaviour(behaviour) || more.ofBehaviour(behaviour) !== undefined,
    };
  };
  const yamlOf = (ruleId: string, change: RuleChange): string => {
    const rule = current(ruleId);
    if (change.kind === 'off' || rule === undefined) return '';
    const [changed] = withLimits([rule], ruleId, change);
    return changed === undefined ? '' : correlationYaml(changed, { id: randomUUID(), nameOf });
  };
  const settle = (): void => {
    const changed = new Set(changes.filter(({ limits }) => limits !== undefined).map(({ ruleId }) => ruleId));
    behaviours.replace(correlations().filter(({ info }) => changed.has(info.id)));
  };

  return {
    list,
    detail(ruleId) {
      const rule = all.find(({ info }) => info.id === ruleId);
      const row = list().rows.find(({ id }) => id === ruleId);
      if (rule === undefined || row === undefined) return undefined;
      return { row, lines: ruleText(current(ruleId) ?? rule, all), moments: momentsOf(ruleId, { feed, tally }) };
    },
    async rehearse(ruleId, text) {
      const own = ++running;
      const change = read(ruleId, text);
      const would = await asChanged(ruleId, change);
      const rehearsed = await rehearse({
        lines: [...feed.all()],
        now: asNow(),
        would,
        detect,
        isTrusted: trust.ofClient,
        isTrustedActor: (actor) => actor !== '' && trust.ofActor(actor),
        pace: parts.pace(),
        isCancelled: () => own !== running,
      });
      return rehearsed && { change: `${nameOf(ruleId)}: ${changeWords(change)}`, yaml: yamlOf(ruleId, change), ...rehearsed };
    },
    cancel() {
      running++;
    },
    async change(ruleId, text) {
      const change = read(ruleId, text);
      const words = changeWords(change);
      if (change.kind === 'off') {
        const mute = await sessionMute(nameOf(ruleId), change.place);
        mutes.addForSession({ ...mute, title: `${nameOf(ruleId)} ${words}` });
        changes = [...changes, { id: mute.id, ruleId, words, limits: undefined }];
        return { changeId: mute.id, words: `${nameOf(ruleId)}: ${words}` };
      }
      const id = randomUUID();
      changes = [...changes, { id, ruleId, words, limits: change }];
      settle();
      return { changeId: id, words: `${nameOf(ruleId)}: ${words}` };
    },
    async restore(changeId) {
      const found = changes.find(({ id }) => id === changeId);
      if (found === undefined) return false;
      changes = changes.filter(({ id }) => id !== changeId);
      if (found.limits === undefined) await mutes.remove(changeId);
      settle();
      return true;
    },
  };
}
