import { t } from '../../lang/lang.ts';
import { SEVERITIES } from '../../model/detection.ts';
import { severityWord } from '../../text/model-words.ts';
import type { Policy, Rule } from './policy.ts';
import type { Subject } from './subject.ts';

const atLeast = (severity: Subject['severity'], least: Subject['severity']): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);

const shareOne = (own: readonly string[], wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || wanted.some((one) => own.includes(one));

/** `*` stands for any text; everything else for itself. */
function fitsName(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** Why a rule is not for a subject; `''` when it is. */
export function whyNot(rule: Rule, subject: Subject): string {
  const { when, networks, filter } = rule;
  if (rule.needsDefault && !subject.success && !atLeast(subject.severity, 'high'))
    return t('severity {severity}, and nothing succeeded', { severity: severityWord(subject.severity) });
  if (when.severity !== undefined && !atLeast(subject.severity, when.severity))
    return t('severity {severity} is below {least}', { severity: severityWord(subject.severity), least: severityWord(when.severity) });
  if (when.risk !== undefined && subject.risk < when.risk)
    return t('risk {risk} is below {least}', { risk: subject.risk, least: when.risk });
  if (when.success !== undefined && subject.success !== when.success) return when.success ? t('nothing succeeded') : t('it succeeded');
  if (!shareOne(subject.families, when.family)) return t('another family');
  if (!shareOne(subject.outcomes, when.outcome)) return t('another outcome');
  if (!shareOne(subject.tags, when.tag)) return t('no such tag');
  if (networks !== undefined && !networks.contains(subject.actor)) return t('another network');
  if (when.source !== undefined && !subject.sources.some((name) => when.source?.some((pattern) => fitsName(name, pattern)) === true))
    return t('another source');
  if (filter !== undefined && !subject.passed.includes(rule.number)) return t('no line passes its filter');
  return '';
}

/** The first rule that fits; undefined when none does. */
export const ruleFor = ({ rules }: Policy, subject: Subject): Rule | undefined => rules.find((rule) => whyNot(rule, subject) === '');

/** Why no rule fits, all of them. */
export const whyNone = ({ rules }: Policy, subject: Subject): string =>
  rules.length === 0
    ? t('there is no rule')
    : rules.map((rule) => t('rule {number}: {what}', { number: rule.number, what: whyNot(rule, subject) })).join('; ');
