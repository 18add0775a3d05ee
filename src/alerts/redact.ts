import { t } from '../lang/lang.ts';
import { HIDDEN, type Secret } from '../settings/secret.ts';
import { visible } from '../text/sanitize.ts';

const MAX_INPUT_CHARACTERS = 8_192;
const MAX_REASON_CHARACTERS = 300;
/** Hiding a shorter value letter by letter would show which letters it has. */
const SHORTEST_REPLACEABLE = 4;
const SHORTEST_URL_PART = 6;

/** What a server or library said, made fit to be shown and kept: secrets hidden in every usual spelling, harmless, at most 300 characters. */
export function redact(text: string, secrets: readonly Secret[]): string {
  const values = secrets.flatMap(valuesOf);
  if (values.some((value) => value.length < SHORTEST_REPLACEABLE)) return t('the answer is not shown, as a very short secret may be in it');
  const spellings = [...new Set(values.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  let shown = text.slice(0, MAX_INPUT_CHARACTERS);
  for (const spelling of spellings) shown = shown.replaceAll(spelling, HIDDEN);
  shown = visible(shown.replace(/\s+/g, ' ').trim());
  return shown.length > MAX_REASON_CHARACTERS ? `${shown.slice(0, MAX_REASON_CHARACTERS - 1)}…` : shown;
}

/** The secret and, of one that is a URL, the parts that are secret in it: user, password, query and every long piece of the path. */
function valuesOf(secret: Secret): string[] {
  let value: string;
  try {
    value = secret.reveal();
  } catch {
    return [];
  }
  if (value === '') return [];
  if (!URL.canParse(value) || !/^https?:/i.test(value)) return [value];
  const { pathname, search, username, password } = new URL(value);
  const parts = [...pathname.split('/'), ...search.slice(1).split(/[&=]/), search.slice(1), username, password];
  return [value, pathname, `${pathname}${search}`, ...parts].filter((part) => part.length >= SHORTEST_URL_PART);
}

function spellingsOf(value: string): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const spellings = [
    value,
    converted(value, encodeURIComponent),
    JSON.stringify(value).slice(1, -1),
    base64(value),
    converted(value, decodeURIComponent),
  ];
  // Inside AUTH PLAIN's base64 the value starts at any of three places of a group; what is certain of each is its middle.
  for (const lead of ['_', '__']) spellings.push(base64(lead + value).slice(4, -4));
  return spellings.filter((spelling) => spelling.length >= SHORTEST_REPLACEABLE);
}

/** A value that cannot be converted (a lone surrogate, a stray `%`) has no such spelling. */
function converted(value: string, convert: (text: string) => string): string {
  try {
    return convert(value);
  } catch {
    return value;
  }
}
