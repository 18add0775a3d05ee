import { FAMILIES, type Family, type RuleInfo, SEVERITIES, type Severity } from '../../model/detection.ts';
import type { EntryKind } from '../../model/entry.ts';
import { parseCondition } from './condition.ts';
import { FIELDS, UNAVAILABLE } from './fields.ts';
import { kindsOf } from './logsource.ts';
import { type IsLinear, readModifiers, testsOf } from './modifiers.ts';
import type { CompiledRule, Condition, Item, Selection, Test } from './rule.ts';
import { describe, RuleError } from './rule-error.ts';

type Path = readonly (string | number)[];
type Plain = Readonly<Record<string, unknown>>;

export interface CompileOptions {
  /** The rule's readable name: its file's base name. */
  readonly name: string;
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

function infoOf(document: Plain, name: string): RuleInfo {
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

function itemOf(key: string, value: unknown, context: { readonly path: Path; readonly isLinear: IsLinear }): Item {
  const modified = readModifiers(key, context.path);
  const meaning = modified.field === '' ? undefined : FIELDS[modified.field];
  if (modified.field !== '' && meaning === undefined) {
    const reason = UNAVAILABLE[modified.field.toLowerCase()];
    throw new RuleError(
      `the field "${modified.field}" is ${reason === undefined ? 'not known' : `not available: ${reason}`}`,
      context.path,
    );
  }
  const { negated, all, field } = modified;
  if (modified.kind === 'exists') {
    if (typeof value !== 'boolean') throw new RuleError(`expected true or false, found ${describe(value)}`, context.path);
    return { field, tests: [{ type: 'absent' }], all: false, negated: value !== negated };
  }
  if (modified.kind === 'fieldref' && FIELDS[String(value)]?.type !== 'text')
    throw new RuleError(`expected the name of a field, found ${describe(value)}`, context.path);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new RuleError('expected at least one value, found an empty list', context.path);
  const tests = values.flatMap((each): readonly Test[] =>
    testsOf(modified, each, { path: context.path, meaning, isLinear: context.isLinear }),
  );
  if (all && modified.kind === 'base64offset') throw new RuleError('"all" and "base64offset" do not go together', context.path);
  return { field, tests, all, negated };
}

function mapItems(map: Plain, path: Path, isLinear: IsLinear): readonly Item[] {
  const keys = Object.keys(map);
  if (keys.length === 0) throw new RuleError('expected at least one field, found an empty map', path);
  return keys.map((key) => itemOf(key, map[key], { path: [...path, key], isLinear }));
}

function selectionOf(value: unknown, path: Path, isLinear: IsLinear): Selection {
  if (isMap(value)) return [mapItems(value, path, isLinear)];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || value === null || value === undefined)
    throw new RuleError(`expected a map, a list or a keyword, found ${describe(value ?? null)}`, path);
  const items = list.map((each, index) =>
    isMap(each) ? mapItems(each, [...path, index], isLinear) : [itemOf('|contains', each, { path, isLinear })],
  );
  return items;
}

function conditionOf(value: unknown, names: readonly string[]): Condition {
  const path = ['detection', 'condition'];
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

/** Compiles one Sigma rule document; throws {@link RuleError} for anything that cannot be honoured. */
export function compileRule(document: unknown, options: CompileOptions): CompiledRule {
  if (!isMap(document)) throw new RuleError(`expected a map, found ${describe(document ?? null)}`, []);
  if (document.correlation !== undefined)
    throw new RuleError('a correlation stands among rules: it belongs with the incidents', ['correlation']);
  if (document.action !== undefined) throw new RuleError('"action" is not part of Sigma 2', ['action']);
  const info = infoOf(document, options.name);
  const kinds = kindsAt(document);
  const detection = document.detection;
  if (!isMap(detection)) throw new RuleError(`expected "detection" to be a map, found ${describe(detection ?? null)}`, ['detection']);
  if (detection.timeframe !== undefined)
    throw new RuleError('"timeframe" is not part of Sigma 2; use a correlation', ['detection', 'timeframe']);
  const names = Object.keys(detection).filter((key) => key !== 'condition');
  const condition = conditionOf(detection.condition, names);
  const selections = Object.fromEntries(names.map((name) => [name, selectionOf(detection[name], ['detection', name], options.isLinear)]));
  return { info, kinds, selections, condition };
}
