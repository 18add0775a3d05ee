import { FAMILIES, type Family, type RuleInfo, SEVERITIES, type Severity } from '../../model/detection.ts';
import type { EntryKind } from '../../model/entry.ts';
import { parseCondition } from './condition.ts';
import { EXTENSIONS, FIELDS, type FieldMeaning, UNAVAILABLE } from './fields.ts';
import { flaggedKinds, kindsOf } from './logsource.ts';
import { type IsLinear, type Modified, readModifiers, testsOf } from './modifiers.ts';
import type { CompiledFilter, CompiledRule, Condition, Detection, Item, Selection, Test } from './rule.ts';
import { describe, RuleError } from './rule-error.ts';

type Path = readonly (string | number)[];
type Plain = Readonly<Record<string, unknown>>;

export interface CompileOptions {
  /** The rule's readable name where it has none: its file's base name. */
  readonly name: string;
  readonly file: string;
  readonly isLinear: IsLinear;
}

const isMap = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

function textAt(map: Plain, key: string, path: Path = []): string {
  const value = map[key];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new RuleError(`expected "${key}" to be a text, found ${describe(value)}`, [...path, key]);
  return value;
}

const normalised = (map: Plain, key: string): string => textAt(map, key, ['logsource']).toLowerCase();

function kindsAt(document: Plain): readonly EntryKind[] {
  const source = document.logsource;
  if (!isMap(source)) throw new RuleError(`expected "logsource" to be a map, found ${describe(source ?? null)}`, ['logsource']);
  const words = {
    category: normalised(source, 'category'),
    product: normalised(source, 'product'),
    service: normalised(source, 'service'),
  };
  const kinds = kindsOf(words);
  if (kinds === undefined)
    throw new RuleError(
      `no log read here is ${
        Object.entries(words)
          .filter(([, word]) => word !== '')
          .map(([key, word]) => `${key} "${word}"`)
          .join(', ') || 'of an unnamed source'
      }`,
      ['logsource'],
    );
  return kinds;
}

/** What is known of a rule or correlation wherever it is shown; throws {@link RuleError}. */
export function infoOf(document: Plain, baseName: string): RuleInfo {
  const name = textAt(document, 'name') || baseName;
  const title = textAt(document, 'title');
  if (title === '') throw new RuleError('expected a "title"', ['title']);
  const level = textAt(document, 'level') || 'medium';
  const severity: Severity | undefined = level === 'informational' ? 'low' : SEVERITIES.find((known) => known === level);
  if (severity === undefined)
    throw new RuleError(`expected "level" to be one of informational, ${SEVERITIES.join(', ')}, found "${level}"`, ['level']);
  const tags = document.tags ?? [];
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string'))
    throw new RuleError('expected "tags" to be a list of texts', ['tags']);
  const families = FAMILIES.filter((family: Family) => tags.includes(`secmon.${family}`));
  families.sort((a, b) => tags.indexOf(`secmon.${a}`) - tags.indexOf(`secmon.${b}`));
  const techniques = tags.flatMap((tag: string) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []);
  return {
    id: textAt(document, 'id') || name,
    name,
    title,
    description: textAt(document, 'description').trim() || title,
    severity,
    families,
    techniques,
  };
}

interface ItemContext {
  readonly path: Path;
  readonly isLinear: IsLinear;
}

/** The meaning of a field; undefined for keywords. Throws {@link RuleError} for a field that no entry has. */
function meaningAt(field: string, path: Path): FieldMeaning | undefined {
  if (field === '') return undefined;
  const meaning = FIELDS[field];
  if (meaning !== undefined) return meaning;
  const reason = UNAVAILABLE[field.toLowerCase()];
  throw new RuleError(`the field "${field}" is ${reason === undefined ? 'not known' : `not available: ${reason}`}`, path);
}

function existsItem({ field, negated }: Modified, value: unknown, path: Path): Item {
  if (typeof value !== 'boolean') throw new RuleError(`expected true or false, found ${describe(value)}`, path);
  return { field, tests: [{ type: 'absent' }], all: false, negated: value !== negated };
}

/** An extension is the end of the path after a dot. */
function withExtension(modified: Modified, path: Path): { readonly modified: Modified; readonly prefix: string } {
  const field = EXTENSIONS[modified.field];
  if (field === undefined) return { modified, prefix: '' };
  if (modified.kind !== 'text' || modified.position !== 'whole')
    throw new RuleError(`the field "${modified.field}" takes whole values only`, path);
  return { modified: { ...modified, field, position: 'end' }, prefix: '.' };
}

/** Fields of which every value may hold in a form of its own: as logged, or decoded. In our own, all must hold in one and the same. */
const isPublished = (field: string): boolean => !field.startsWith('secmon.');

/** What `field|modifiers: value` asks; with `all`, often one item a value. */
function itemsOf(key: string, value: unknown, { path, isLinear }: ItemContext): readonly Item[] {
  const { modified, prefix } = withExtension(readModifiers(key, path), path);
  const meaning = meaningAt(modified.field, path);
  const { negated, all, field } = modified;
  if (modified.kind === 'exists') return [existsItem(modified, value, path)];
  if (modified.kind === 'fieldref' && FIELDS[String(value)]?.type !== 'text')
    throw new RuleError(`expected the name of a field, found ${describe(value)}`, path);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new RuleError('expected at least one value, found an empty list', path);
  const tests = values.map((each): readonly Test[] =>
    testsOf(modified, prefix === '' ? each : `${prefix}${each}`, { path, meaning, isLinear }),
  );
  if (!all || negated || !isPublished(field)) {
    if (all && modified.kind === 'base64offset') throw new RuleError('"all" and "base64offset" do not go together here', path);
    return [{ field, tests: tests.flat(), all, negated }];
  }
  return tests.map((alternatives) => ({ field, tests: alternatives, all: false, negated }));
}

function mapItems(map: Plain, path: Path, isLinear: IsLinear): readonly Item[] {
  const keys = Object.keys(map);
  if (keys.length === 0) throw new RuleError('expected at least one field, found an empty map', path);
  return keys.flatMap((key) => itemsOf(key, map[key], { path: [...path, key], isLinear }));
}

function selectionOf(value: unknown, path: Path, isLinear: IsLinear): Selection {
  if (isMap(value)) return [mapItems(value, path, isLinear)];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || value === null || value === undefined)
    throw new RuleError(`expected a map, a list or a keyword, found ${describe(value ?? null)}`, path);
  const items = list.map((each, index) =>
    isMap(each) ? mapItems(each, [...path, index], isLinear) : itemsOf('|contains', each, { path, isLinear }),
  );
  return items;
}

function conditionOf(value: unknown, names: readonly string[], key: string): Condition {
  const path = [key, 'condition'];
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const of = texts.map((text) => {
    if (typeof text !== 'string') throw new RuleError(`expected "condition" to be a text, found ${describe(text ?? null)}`, path);
    const parsed = parseCondition(text, names);
    if (!parsed.ok) throw new RuleError(`in the condition "${text}": ${parsed.reason}`, path);
    return parsed.condition;
  });
  const [only] = of;
  if (only === undefined) throw new RuleError('expected a condition, found an empty list', path);
  return of.length === 1 ? only : { type: 'or', of };
}

/** The selections and the condition of a `detection` or a `filter`. */
function detectionAt(document: Plain, key: 'detection' | 'filter', { isLinear }: CompileOptions): Detection {
  const detection = document[key];
  if (!isMap(detection)) throw new RuleError(`expected "${key}" to be a map, found ${describe(detection ?? null)}`, [key]);
  if (detection.timeframe !== undefined) throw new RuleError('"timeframe" is not part of Sigma 2; use a correlation', [key, 'timeframe']);
  const names = Object.keys(detection).filter((name) => name !== 'condition' && !(key === 'filter' && name === 'rules'));
  const condition = conditionOf(detection.condition, names, key);
  const selections = Object.fromEntries(names.map((name) => [name, selectionOf(detection[name], [key, name], isLinear)]));
  return { condition, selections };
}

function checkKind(document: unknown): Plain {
  if (!isMap(document)) throw new RuleError(`expected a map, found ${describe(document ?? null)}`, []);
  if (document.action !== undefined)
    throw new RuleError('"action" is not part of Sigma 2: write what is shared into every document of the file', ['action']);
  return document;
}

const textsAt = (document: Plain, key: string): readonly string[] =>
  [document[key] ?? []].flat().filter((each): each is string => typeof each === 'string');

/** What a rule or correlation says to people only. */
export const aboutOf = (document: Plain, file: string): CompiledRule['about'] => ({
  falsePositives: textsAt(document, 'falsepositives'),
  references: textsAt(document, 'references'),
  file,
});

/** True for a Sigma correlation document. */
export const isCorrelation = (document: unknown): document is Plain => isMap(document) && document.correlation !== undefined;

/** Compiles one Sigma rule document; throws {@link RuleError} for anything that cannot be honoured. */
export function compileRule(document: unknown, options: CompileOptions): CompiledRule {
  const rule = checkKind(document);
  const info = infoOf(rule, options.name);
  const isSilent = Array.isArray(rule.tags) && rule.tags.includes('secmon.silent');
  const kinds = isSilent ? kindsAt(rule) : flaggedKinds(kindsAt(rule));
  const about = aboutOf(rule, options.file);
  return { info, kinds, ...detectionAt(rule, 'detection', options), ...(isSilent ? { silent: true } : {}), about };
}

/** True for a Sigma filter document (Sigma specification 2.1, "Filters"). */
export const isFilter = (document: unknown): document is Plain => isMap(document) && document.filter !== undefined;

/** Compiles one Sigma filter document; throws {@link RuleError} for anything that cannot be honoured. */
export function compileFilter(document: unknown, options: CompileOptions): CompiledFilter {
  const filter = checkKind(document);
  const named = isMap(filter.filter) ? filter.filter.rules : undefined;
  const rules: readonly unknown[] = named === 'any' ? [] : [named ?? []].flat();
  if (named !== 'any' && (rules.length === 0 || !rules.every((rule) => typeof rule === 'string')))
    throw new RuleError(`expected "rules" to be "any" or a list of ids or names of rules, found ${describe(named ?? null)}`, [
      'filter',
      'rules',
    ]);
  return {
    title: textAt(filter, 'title') || options.name,
    kinds: kindsAt(filter),
    rules: named === 'any' ? 'any' : rules.map(String),
    ...detectionAt(filter, 'filter', options),
  };
}
