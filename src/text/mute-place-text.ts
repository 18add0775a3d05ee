import { msg, t } from '../lang/lang.ts';

/** What the English words of a place begin with, and the whole of them; the first that fits holds. */
const PLACES: readonly (readonly [lead: string, words: string])[] = [
  ['at ', msg('at {value}')],
  ['from ', msg('from {value}')],
  ['for the account ', msg('for the account {value}')],
  ['on ', msg('on {value}')],
];
const EVERYWHERE = msg('everywhere');
const PARAMETER = 'in the parameter ';
const AT = ' at /';

/** Where a mute holds, in the language of the work. It is kept in English: `in the parameter id at /item`. What stands in it may be hostile. */
export function mutePlaceText(kept: string): string {
  if (kept === EVERYWHERE) return t(EVERYWHERE);
  const at = kept.indexOf(AT);
  if (kept.startsWith(PARAMETER) && at >= PARAMETER.length)
    return t('in the parameter {name} at {path}', { name: kept.slice(PARAMETER.length, at), path: kept.slice(at + AT.length - 1) });
  const [lead = '', words] = PLACES.find(([start]) => kept.startsWith(start)) ?? [];
  return words === undefined ? kept : t(words, { value: kept.slice(lead.length) });
}

/** Title of a mute that secmon wrote: which rules, and where. */
const TITLE = /^Mute (\S{1,200}(?: and (?:\d{1,6} more|\S{1,200}))?) (.{1,200})$/s;

/** What a mute is called, in the language of the work; one that a person wrote as it is. */
export function muteTitleText(kept: string): string {
  const [, rules, place] = TITLE.exec(kept) ?? [];
  return rules === undefined || place === undefined ? kept : t('Mute {rules} {place}', { rules, place: mutePlaceText(place) });
}
