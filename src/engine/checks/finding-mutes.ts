import type { MuteSet } from '../../detection/mutes/mute-set.ts';
import { msg } from '../../lang/lang.ts';
import { CHECK_NAMES, type CheckName, type FindingMute, type KeptFinding } from '../../model/check.ts';
import type { RuleInfo } from '../../model/detection.ts';
import { EMPTY_ENTRY, type Entry } from '../../model/entry.ts';
import type { Muting } from '../rules/mutes.ts';

const TITLES: Readonly<Record<CheckName, string>> = {
  zap: msg('A finding of ZAP'),
  bandit: msg('A finding of Bandit'),
  osquery: msg('A finding of osquery'),
  updates: msg('A pending update'),
  uptime: msg('An address that does not answer as it should'),
  fail2ban: msg('A finding about fail2ban'),
};

export const checkRuleId = (check: CheckName): string => `secmon.check.${check}`;

/** What mutes call the findings of each check: `check-zap`. */
export const CHECK_RULES: readonly RuleInfo[] = CHECK_NAMES.map((check) => ({
  id: checkRuleId(check),
  name: `check-${check}`,
  title: TITLES[check],
  description: '',
  severity: 'high',
  families: ['protocol'],
  techniques: [],
}));

/** A finding as entries that mutes can be asked about: its check is the program, its key the message; and its path, where it has one. */
function entriesOf({ check, finding }: KeptFinding): readonly Entry[] {
  const [target = ''] = finding.paths;
  const host = check === 'uptime' && URL.canParse(finding.subject) ? new URL(finding.subject).host : '';
  const own: Entry = { ...EMPTY_ENTRY, kind: 'application', raw: finding.key, program: check, message: finding.key, host };
  return target === '' ? [own] : [own, { ...EMPTY_ENTRY, kind: 'http', raw: finding.key, target }];
}

/** The mute of a finding, if one holds. */
export function muteOfFinding(set: MuteSet, kept: KeptFinding): FindingMute | undefined {
  if (set.size === 0) return undefined;
  for (const entry of entriesOf(kept)) {
    const mute = set.of(checkRuleId(kept.check), entry, false);
    if (mute !== undefined) return { untilMs: mute.untilMs, by: mute.author, note: mute.note };
  }
  return undefined;
}

/** Counts what a run has found for the mutes that hide it. */
export function countMuted(muting: Pick<Muting, 'hides'>, kept: KeptFinding): void {
  for (const entry of entriesOf(kept)) if (muting.hides(checkRuleId(kept.check), entry, { success: false, timeMs: kept.lastMs })) return;
}
