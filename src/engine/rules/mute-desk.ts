import { randomUUID } from 'node:crypto';
import { type Mute, readMutes } from '../../detection/mutes/mute.ts';
import { muteLine } from '../../detection/mutes/mute-line.ts';
import { refusalText } from '../../detection/rule-files.ts';
import { t } from '../../lang/lang.ts';
import type { MuteChoice, MuteOption, MutePreview, MuteSpan, MuteSubject } from '../../model/mute.ts';
import { isCheckRule } from '../../text/incident-subject.ts';
import { createMuteEffect, type MuteEffectParts } from './mute-effect.ts';
import { createMuteOptions, MAX_OPTIONS, type MuteOptionParts } from './mute-options.ts';
import type { Mutes } from './mutes.ts';

/** Says what can be muted about something, what a mute would have done, and writes it. */
export interface MuteDesk {
  options(subject: MuteSubject): readonly MuteOption[];
  /** Rejects with what is wrong with the choice. */
  preview(choice: MuteChoice): Promise<MutePreview>;
  write(draftId: string): Promise<{ readonly id: string; readonly title: string; readonly file: string }>;
}

export interface MuteDeskParts extends MuteOptionParts, MuteEffectParts {
  readonly mutes: Mutes;
  /** Where mutes are written; undefined: for this session only. */
  readonly path: string | undefined;
  /** Who sits at the screen. */
  readonly operator: string;
}

const SPAN_MS: Readonly<Record<MuteSpan, number | undefined>> = {
  '1 h': 3_600_000,
  '1 day': 86_400_000,
  '7 days': 7 * 86_400_000,
  forever: undefined,
};
/** What a mute of a finding does: nothing that is held is muted by it. */
const OF_FINDING = { muted: 1, elsewhere: 0, successes: 0, of: 1 } as const;
const isOfCheck = ({ ruleIds }: MuteChoice): boolean => ruleIds.every(isCheckRule);
const MAX_DRAFTS = 20;
const MAX_NOTE = 300;

interface Draft {
  readonly mute: Mute;
  readonly line: string;
}

export function createMuteDesk(parts: MuteDeskParts): MuteDesk {
  const { mutes, clock, path, operator, rules } = parts;
  const drafts = new Map<string, Draft>();
  const infoOf = new Map(rules.map((info) => [info.id, info]));

  async function draftOf({ ruleIds, place, span, note, successes }: MuteChoice): Promise<Draft> {
    const names = ruleIds.slice(0, MAX_OPTIONS).map((ruleId) => infoOf.get(ruleId)?.name ?? ruleId);
    const nowMs = clock.now();
    const spanMs = SPAN_MS[span];
    const line = muteLine({
      id: randomUUID(),
      rules: names,
      place,
      untilMs: spanMs === undefined ? undefined : nowMs + spanMs,
      nowMs,
      author: operator,
      note: note.slice(0, MAX_NOTE),
      successes,
    });
    const { mutes: read, refused } = await readMutes(line, 'mute');
    const [mute] = read;
    if (mute === undefined) throw new Error(t('this cannot be muted: {reasons}', { reasons: refused.map(refusalText).join('; ') }));
    return { mute, line };
  }
  const keep = (draft: Draft): void => {
    drafts.set(draft.mute.id, draft);
    const oldest = drafts.keys().next().value;
    if (drafts.size > MAX_DRAFTS && oldest !== undefined) drafts.delete(oldest);
  };
  const effectOf = createMuteEffect(parts);
  return {
    options: createMuteOptions(parts),
    async preview(choice) {
      const draft = await draftOf(choice);
      keep(draft);
      const { mute, line } = draft;
      const effect = isOfCheck(choice) ? OF_FINDING : await effectOf(mute, choice);
      return { draftId: mute.id, title: mute.title, line, file: path ?? t('this session'), ...effect };
    },
    async write(draftId) {
      const draft = drafts.get(draftId);
      if (draft === undefined) throw new Error(t('this mute was prepared too long ago: open the dialog again'));
      await mutes.add(draft.mute, draft.line);
      drafts.delete(draftId);
      return { id: draft.mute.id, title: draft.mute.title, file: path ?? t('this session') };
    },
  };
}
