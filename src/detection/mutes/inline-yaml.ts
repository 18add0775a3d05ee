/** What YAML reads as the text that it is, in a flow collection too; everything else is quoted. */
const WORD = /^[A-Za-z][\w./-]{0,200}$|^\/[\w./-]{0,200}$/;
const NUMBERS_AND_TIMES =
  /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$|^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** What no YAML reader takes as it is, and what makes a text look like another one. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cf}|\p{Co}|\p{Cs}/gu;

const escaped = (text: string): string =>
  [...text].map((character) => Array.from({ length: character.length }, (_, i) => unit(character.charCodeAt(i))).join('')).join('');
const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

/** A text as YAML 1.2 (and 1.1) writes it on one line. */
function inlineText(text: string): string {
  const isPlain = (WORD.test(text) && !RESERVED.test(text)) || NUMBERS_AND_TIMES.test(text);
  return isPlain ? text : JSON.stringify(text).replace(UNPRINTABLE, escaped);
}

/** A value as YAML on one line: texts quoted where they must be, maps and lists in flow style. */
export function inlineYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, item]) => `${/^[\w|.-]+$/.test(key) ? key : inlineText(key)}: ${inlineYaml(item)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  return typeof value === 'string' ? inlineText(value) : JSON.stringify(value);
}
