import type { z } from 'zod';
import { msg, t, tn } from '../lang/lang.ts';
import { closest } from '../text/closest.ts';
import type { ConfigProblem } from './config-error.ts';
import { isSecretPlace, type Shape, shapesAt } from './shape.ts';
import type { YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const KIND: Readonly<Record<string, string>> = {
  string: msg('a text'),
  number: msg('a number'),
  int: msg('a whole number'),
  boolean: msg('true or false'),
  array: msg('a list'),
  object: msg('settings ("name: value" lines)'),
  record: msg('settings ("name: value" lines)'),
};
const MAX_SHOWN = 60;
const OTHER_NAME = msg('expected another name');
const OTHER_VALUE = msg('expected another value');

const kindWords = (type: string): string => t(KIND[type] ?? type);
/** `a text or a list` */
const either = (words: readonly string[]): string => words.reduce((some, one) => t('{some} or {one}', { some, one }));

/** zod's issues as problems of the file: line, what was expected, what was found, what was probably meant. */
export function problemsOf(issues: readonly Issue[], { document, shape }: { document: YamlDocument; shape: Shape }): ConfigProblem[] {
  return issues.flatMap((issue) => problemOf(issue, { document, shape })).sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

interface File {
  readonly document: YamlDocument;
  readonly shape: Shape;
}

function problemOf(issue: Issue, file: File): ConfigProblem[] {
  const { path } = issue;
  const at = (message: string, place: Path = path): ConfigProblem => ({
    line: file.document.lineOf(place),
    setting: settingName(place),
    message,
  });
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => at(unknownKey(key, shapesAt(file.shape, path)), [...path, key]));
  if (path.length > 0 && !file.document.has(path)) return [at(missing(path, file.shape))];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return unionProblems(issue, file, at);
  if (issue.code === 'invalid_key') return [at(withGot(t(issue.issues[0]?.message ?? OTHER_NAME), shown(path.at(-1))))];
  const wanted = expected(issue, shapesAt(file.shape, path));
  const value = valueAt(file.document.value, path);
  const isHidden = issue.code !== 'invalid_type' && isSecretPlace(file.shape, path);
  const said = isHidden ? wanted : withGot(wanted, issue.code === 'invalid_type' ? kindOf(value) : shown(value));
  return [at(`${said}${meant(issue, file)}`)];
}

const withGot = (wanted: string, got: string): string => t('{wanted}, got {got}', { wanted, got });

function expected(issue: Issue, shapes: readonly Shape[]): string {
  switch (issue.code) {
    case 'invalid_type':
      return t('expected {what}', { what: kindWords(issue.expected) });
    case 'invalid_value':
      return expectedOneOf(issue.values.map(String));
    case 'invalid_union':
      return t('expected one of {values}', { values: constants(shapes).join(', ') });
    case 'too_small':
      return t('expected at least {amount}', { amount: amountOf(Number(issue.minimum), issue.origin) });
    case 'too_big':
      return t('expected at most {amount}', { amount: amountOf(Number(issue.maximum), issue.origin) });
    default:
      return t(issue.message.startsWith('expected') ? issue.message : OTHER_VALUE);
  }
}

const expectedOneOf = (values: readonly string[]): string =>
  values.length > 1
    ? t('expected one of {values}', { values: values.join(', ') })
    : t('expected {what}', { what: values[0] ?? t('another value') });

function amountOf(n: number, origin: string): string {
  if (origin === 'string') return tn(n, '{n} character', '{n} characters');
  return origin === 'array' ? tn(n, '{n} item', '{n} items') : String(n);
}

const constants = (shapes: readonly Shape[]): string[] =>
  shapes.flatMap((shape) => (shape.const === undefined ? (shape.enum ?? []) : [shape.const])).map(String);

function meant(issue: Issue, file: File): string {
  const value = valueAt(file.document.value, issue.path);
  if (typeof value !== 'string' || isSecretPlace(file.shape, issue.path)) return '';
  const candidates = issue.code === 'invalid_value' ? issue.values.map(String) : constants(shapesAt(file.shape, issue.path));
  const near = closest(value, candidates);
  return near === undefined ? '' : `; ${t('did you mean {name}?', { name: near })}`;
}

function unknownKey(key: string, shapes: readonly Shape[]): string {
  const known = [...new Set(shapes.flatMap((shape) => Object.keys(shape.properties ?? {})))];
  const near = closest(key, known);
  return near === undefined
    ? t('unknown setting; known here: {names}', { names: known.join(', ') })
    : `${t('unknown setting')}; ${t('did you mean {name}?', { name: near })}`;
}

function missing(path: Path, shape: Shape): string {
  const [first] = shapesAt(shape, path);
  const choices = constants(shapesAt(shape, path));
  if (choices.length > 0) return t('expected this setting (one of {values}), got nothing; add it', { values: choices.join(', ') });
  return first?.description === undefined
    ? t('expected this setting, got nothing; add it')
    : t('expected this setting ({what}), got nothing; add it', { what: first.description.replace(/\.$/, '') });
}

/** Of a value with several allowed forms: the problems of the form that it comes nearest to. */
function unionProblems(issue: Issue & { code: 'invalid_union' }, file: File, at: (message: string) => ConfigProblem): ConfigProblem[] {
  const forms = issue.errors.filter((form) => !form.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
  const nearest = [...forms].sort((a, b) => a.length - b.length)[0];
  if (nearest !== undefined) return nearest.flatMap((inner) => problemOf({ ...inner, path: [...issue.path, ...inner.path] }, file));
  const kinds = issue.errors.flatMap((form) => form.map((inner) => (inner.code === 'invalid_type' ? kindWords(inner.expected) : '')));
  const value = valueAt(file.document.value, issue.path);
  const what = [...new Set(kinds.filter((kind) => kind !== ''))];
  return [at(withGot(t('expected {what}', { what: what.length > 0 ? either(what) : t('another value') }), kindOf(value)))];
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return t('nothing');
  return kindWords(Array.isArray(value) ? 'array' : typeof value);
}

function shown(value: unknown): string {
  if (typeof value === 'object' || value === undefined) return kindOf(value);
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** `alerts.channels.ops.to[0]` */
export function settingName(path: Path): string {
  return path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`),
    '',
  );
}
