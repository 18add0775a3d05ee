import { t } from '../lang/lang.ts';

const THEN = ', then ';

/**
 * The title of an incident in the language of the work. It is kept in English, as phrases and rule titles with `, then ` between them: each
 * of them is a text of the catalogue, a rule's title also in the form that begins small. What the catalogue lacks stays as it is.
 */
export function incidentTitle(kept: string): string {
  const phrases = kept.split(THEN).map(phraseText);
  const [first = '', ...later] = phrases;
  return later.reduce((before, next) => t('{before}, then {next}', { before, next }), first);
}

function phraseText(phrase: string): string {
  const own = t(phrase);
  if (own !== phrase) return own;
  const title = phrase.charAt(0).toUpperCase() + phrase.slice(1);
  const translated = t(title);
  return translated === title ? phrase : translated;
}
