import { t } from '../../lang/lang.ts';
import { GROUNDS, STYLE_NAMES } from '../styled.ts';
import { isColor } from './color.ts';

const ATTRIBUTES: readonly string[] = ['bold', 'dim', 'underline', 'reverse'];
const KEYS: readonly string[] = ['title', 'description', 'mode', 'colors', 'grounds', 'attributes'];

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with the content of a theme file, in one sentence; undefined when nothing is. */
export function themeProblem(value: unknown): string | undefined {
  return isObject(value)
    ? problemOf(value)
    : t('expected an object with {names}, found {found}', { names: KEYS.join(', '), found: shown(value) });
}

function problemOf(value: Json): string | undefined {
  const { colors, grounds, attributes } = value;
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return notKnown(unknown, KEYS);
  for (const key of ['title', 'description'])
    if (typeof value[key] !== 'string') return t('"{key}" must be a text, found {found}', { key, found: shown(value[key]) });
  if (value.mode !== 'dark' && value.mode !== 'light')
    return t('"mode" must be "dark" or "light", found {found}', { found: shown(value.mode) });
  if (!isObject(colors)) return noObject('colors', STYLE_NAMES, colors);
  if (!isObject(grounds)) return noObject('grounds', GROUNDS, grounds);
  return (
    colorProblem('colors', colors, STYLE_NAMES) ??
    colorProblem('grounds', grounds, GROUNDS) ??
    (attributes === undefined ? undefined : attributeProblem(attributes))
  );
}

function colorProblem(part: 'colors' | 'grounds', given: Json, names: readonly string[]): string | undefined {
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  if (unknown !== undefined) return notKnown(`${part}.${unknown}`, names);
  const wrong = names.find((key) => !isColor(given[key]) && !(part === 'grounds' && given[key] === null));
  if (wrong === undefined) return undefined;
  const values = { key: `${part}.${wrong}`, found: shown(given[wrong]) };
  return part === 'grounds'
    ? t('"{key}" must be a colour like "#58a6ff", or null for the terminal’s own, found {found}', values)
    : t('"{key}" must be a colour like "#58a6ff", found {found}', values);
}

function attributeProblem(given: unknown): string | undefined {
  if (!isObject(given)) return t('"attributes" must be an object, found {found}', { found: shown(given) });
  const names: readonly string[] = [...STYLE_NAMES, ...GROUNDS];
  for (const [key, list] of Object.entries(given)) {
    if (!names.includes(key)) return notKnown(`attributes.${key}`, names);
    if (!Array.isArray(list) || !list.every((item) => ATTRIBUTES.includes(item))) {
      return t('"{key}" must be a list of {names}, found {found}', {
        key: `attributes.${key}`,
        names: ATTRIBUTES.join(', '),
        found: shown(list),
      });
    }
  }
  return undefined;
}

const notKnown = (key: string, names: readonly string[]): string =>
  t('"{key}" is not known; expected {names}', { key, names: names.join(', ') });
const noObject = (key: string, names: readonly string[], value: unknown): string =>
  t('"{key}" must be an object with {names}, found {found}', { key, names: names.join(', '), found: shown(value) });

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  return value === undefined ? t('nothing') : (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
