import { STEPS } from '../../detection/decode/steps.ts';
import { detectionLines, placesOf } from '../../detection/describe-rule.ts';
import type { CompiledRule } from '../../detection/sigma/rule.ts';
import type { CorrelationRule } from '../../incidents/correlation/correlation-rule.ts';
import { correlationLines } from '../../incidents/correlation/describe.ts';
import { msg, t } from '../../lang/lang.ts';
import { severityWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';

/** A rule or a correlation. */
export type AnyRule = CompiledRule | CorrelationRule;

export const isCorrelation = (rule: AnyRule): rule is CorrelationRule => 'timespanMs' in rule;

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', t(title), ...lines.map((line) => `  ${visible(line)}`)];

const heading = ({ info, about }: AnyRule): readonly string[] => [
  visible(`${info.name}  (${severityWord(info.severity)})`),
  visible(t(info.title)),
  ...section(msg('Why'), [t(info.description.trim())]),
  ...section(msg('Known as'), [
    `id         ${info.id}`,
    `families   ${info.families.join(' ') || 'none'}`,
    `technique  ${info.techniques.join(' ') || 'none'}`,
    `file       ${about.file}`,
  ]),
];

const ending = ({ about }: AnyRule): readonly string[] => [
  ...section(msg('False alarms'), about.falsePositives),
  ...section(msg('References'), about.references),
];

/** Where a rule looks, and for what. */
function body(rule: CompiledRule): readonly string[] {
  const places = placesOf(rule);
  const decoded = places.filter(({ isDecoded }) => isDecoded).map(({ place }) => place);
  return [
    ...section(msg('Reads'), [
      `entries    ${rule.kinds.join(', ')}`,
      `as logged  ${places.map(({ place }) => place).join(', ') || 'no text'}`,
      ...(decoded.length > 0 ? [`decoded    ${decoded.join(', ')}`, `by         ${Object.keys(STEPS).join(', ')}`] : []),
    ]),
    ...section(msg('Matches'), detectionLines(rule)),
  ];
}

/** Everything about one rule or correlation, as harmless lines. */
export function ruleText(rule: AnyRule, all: readonly AnyRule[]): readonly string[] {
  const nameOf = (id: string): string => all.find(({ info }) => info.id === id)?.info.name ?? id;
  const middle = isCorrelation(rule) ? section(msg('Holds for'), correlationLines(rule, nameOf)) : body(rule);
  return [...heading(rule), ...middle, ...ending(rule)];
}
