import { GROUNDS, STYLE_NAMES } from '../styled.ts';
import { isColor } from './color.ts';

const ATTRIBUTES: readonly string[] = ['bold', 'dim', 'underline', 'reverse'];
const KEYS: readonly string[] = ['title', 'description', 'mode', 'colors', 'grounds', 'attributes'];

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with the content of a theme file, in one sentence; undefined when nothing is. */
export function themeProblem(value: unknown): string | undefined {
  return isObject(value) ? problemOf(value) : `expected an object with ${KEYS.join(', ')}, found ${shown(value)}`;
}

function problemOf(value: Json): string | undefined {
  const { colors, grounds, attributes } = value;
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `"${unknown}" is not known; expected ${KEYS.join(', ')}`;
  for (const key of ['title', 'description'])
    if (typeof value[key] !== 'string') return `"${key}" must be a text, found ${shown(value[key])}`;
  if (value.mode !== 'dark' && value.mode !== 'light') return `"mode" must be "dark" or "light", found ${shown(value.mode)}`;
  if (!isObject(colors)) return `"colors" must be an object with ${STYLE_NAMES.join(', ')}, found ${shown(colors)}`;
  if (!isObject(grounds)) return `"grounds" must be an object with ${GROUNDS.join(', ')}, found ${shown(grounds)}`;
  return (
    colorProblem('colors', colors, STYLE_NAMES) ??
    colorProblem('grounds', grounds, GROUNDS) ??
    (attributes === undefined ? undefined : attributeProblem(attributes))
  );
}

function colorProblem(part: 'colors' | 'grounds', given: Json, names: readonly string[]): string | undefined {
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  if (unknown !== undefined) return `"${part}.${unknown}" is not known; expected ${names.join(', ')}`;
  const wrong = names.find((key) => !isColor(given[key]) && !(part === 'grounds' && given[key] === null));
  if (wrong === undefined) return undefined;
  const orNull = part === 'grounds' ? ', or null for the terminal’s own' : '';
  return `"${part}.${wrong}" must be a colour like "#58a6ff"${orNull}, found ${shown(given[wrong])}`;
}

function attributeProblem(given: unknown): string | undefined {
  if (!isObject(given)) return `"attributes" must be an object, found ${shown(given)}`;
  const names: readonly string[] = [...STYLE_NAMES, ...GROUNDS];
  for (const [key, list] of Object.entries(given)) {
    if (!names.includes(key)) return `"attributes.${key}" is not known; expected ${names.join(', ')}`;
    if (!Array.isArray(list) || !list.every((item) => ATTRIBUTES.includes(item))) {
      return `"attributes.${key}" must be a list of ${ATTRIBUTES.join(', ')}, found ${shown(list)}`;
    }
  }
  return undefined;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
