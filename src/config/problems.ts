import type { z } from 'zod';
import { closest } from './closest.ts';
import type { ConfigProblem } from './config-error.ts';
import { isSecretPlace, type Shape, shapesAt } from './shape.ts';
import type { YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const KIND: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'settings ("name: value" lines)',
  record: 'settings ("name: value" lines)',
};
const MAX_SHOWN = 60;

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
  if (issue.code === 'invalid_key') return [at(`${issue.issues[0]?.message ?? 'expected another name'}, got ${shown(path.at(-1))}`)];
  const got = isSecretPlace(file.shape, path) ? '' : `, got ${shown(valueAt(file.document.value, path))}`;
  return [
    at(
      `${expected(issue, shapesAt(file.shape, path))}${issue.code === 'invalid_type' ? `, got ${kindOf(valueAt(file.document.value, path))}` : got}${meant(issue, file)}`,
    ),
  ];
}

function expected(issue: Issue, shapes: readonly Shape[]): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KIND[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return `expected one of ${constants(shapes).join(', ')}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message.startsWith('expected') ? issue.message : 'expected another value';
  }
}

const unitOf = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '');

const constants = (shapes: readonly Shape[]): string[] =>
  shapes.flatMap((shape) => (shape.const === undefined ? (shape.enum ?? []) : [shape.const])).map(String);

function meant(issue: Issue, file: File): string {
  const value = valueAt(file.document.value, issue.path);
  if (typeof value !== 'string' || isSecretPlace(file.shape, issue.path)) return '';
  const candidates = issue.code === 'invalid_value' ? issue.values.map(String) : constants(shapesAt(file.shape, issue.path));
  const near = closest(value, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function unknownKey(key: string, shapes: readonly Shape[]): string {
  const known = [...new Set(shapes.flatMap((shape) => Object.keys(shape.properties ?? {})))];
  const near = closest(key, known);
  return `unknown setting${near === undefined ? `; known here: ${known.join(', ')}` : `; did you mean ${near}?`}`;
}

function missing(path: Path, shape: Shape): string {
  const [first] = shapesAt(shape, path);
  const choices = constants(shapesAt(shape, path));
  const what =
    choices.length > 0
      ? ` (one of ${choices.join(', ')})`
      : first?.description === undefined
        ? ''
        : ` (${first.description.replace(/\.$/, '')})`;
  return `expected this setting${what}, got nothing; add it`;
}

/** Of a value with several allowed forms: the problems of the form that it comes nearest to. */
function unionProblems(issue: Issue & { code: 'invalid_union' }, file: File, at: (message: string) => ConfigProblem): ConfigProblem[] {
  const forms = issue.errors.filter((form) => !form.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
  const nearest = [...forms].sort((a, b) => a.length - b.length)[0];
  if (nearest !== undefined) return nearest.flatMap((inner) => problemOf({ ...inner, path: [...issue.path, ...inner.path] }, file));
  const kinds = issue.errors.flatMap((form) =>
    form.map((inner) => (inner.code === 'invalid_type' ? (KIND[inner.expected] ?? inner.expected) : '')),
  );
  const value = valueAt(file.document.value, issue.path);
  return [at(`expected ${[...new Set(kinds.filter((kind) => kind !== ''))].join(' or ')}, got ${kindOf(value)}`)];
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return KIND.array ?? '';
  return KIND[typeof value] ?? typeof value;
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
