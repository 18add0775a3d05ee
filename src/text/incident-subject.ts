import { inLanguage, msg, t } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import type { Incident, IncidentTarget } from '../model/incident.ts';

const PLACE = '{value}';
const TARGET_WORDS: Readonly<Record<IncidentTarget['kind'], string>> = {
  path: PLACE,
  account: msg('account {value}'),
  host: msg('host {value}'),
  source: msg('log {value}'),
  site: msg('the whole site'),
  check: msg('check {value}'),
};

/** Whom or what an incident is about: its actor, or the target that many share. Hostile text as logged. */
export function incidentSubject({ actor, target }: Pick<Incident, 'actor' | 'target'>): string {
  if (target === undefined) return actor;
  const { kind, value } = target;
  return kind === 'path' ? value : t(TARGET_WORDS[kind], { value });
}

/** The same in English, whatever the language of the work: to be kept. */
export const keptSubject = (incident: Pick<Incident, 'actor' | 'target'>): string => inLanguage(ENGLISH, () => incidentSubject(incident));

/** What {@link keptSubject} made, in the language of the work. */
export function subjectText(kept: string): string {
  if (kept === TARGET_WORDS.site) return t(TARGET_WORDS.site);
  for (const words of [TARGET_WORDS.account, TARGET_WORDS.host, TARGET_WORDS.source, TARGET_WORDS.check]) {
    const lead = words.slice(0, -PLACE.length);
    if (kept.startsWith(lead)) return t(words, { value: kept.slice(lead.length) });
  }
  return kept;
}

/** Rules of findings begin so. */
const CHECK_RULE = 'secmon.check.';
export const isCheckRule = (id: string): boolean => id.startsWith(CHECK_RULE);

/** True for an incident of findings alone: nobody has attacked. */
export const isOfChecks = ({ target, rules }: Pick<Incident, 'target' | 'rules'>): boolean =>
  target !== undefined && Object.keys(rules).length > 0 && Object.keys(rules).every(isCheckRule);

/** The names of the checks whose findings an incident is made of: `zap`. */
export const checksOf = ({ rules }: Pick<Incident, 'rules'>): string[] =>
  Object.keys(rules)
    .filter(isCheckRule)
    .map((id) => id.slice(CHECK_RULE.length));
