import { BlockList, isIP } from 'node:net';
import { refusalOf } from '../regex.ts';
import type { FieldMeaning } from './fields.ts';
import { factsOf } from './regex-literals.ts';
import type { Comparison, Test, TimePart } from './rule.ts';
import { describe, RuleError } from './rule-error.ts';
import { base64Offsets, globTest, type Pieces, type Position, piecesOf } from './values.ts';

/** Tells of a pattern whether it was proved linear (by source and flags). */
export type IsLinear = (source: string, flags: string) => boolean;

/** A field with its modifiers sorted out. */
export interface Modified {
  readonly field: string;
  readonly position: Position;
  readonly kind: 'text' | 'regex' | 'cidr' | 'fieldref' | 'exists' | 'compare' | 'base64' | 'base64offset';
  readonly all: boolean;
  readonly negated: boolean;
  readonly cased: boolean;
  readonly flags: string;
  readonly operator: Comparison;
  readonly timePart: TimePart | undefined;
}

const POSITIONS: Readonly<Record<string, Position>> = { contains: 'inside', startswith: 'start', endswith: 'end' };
const KINDS: Readonly<Record<string, Modified['kind']>> = {
  re: 'regex',
  cidr: 'cidr',
  fieldref: 'fieldref',
  exists: 'exists',
  base64: 'base64',
  base64offset: 'base64offset',
};
const COMPARISONS: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte']);
const TIME_PARTS: ReadonlySet<string> = new Set(['minute', 'hour', 'day', 'week', 'month', 'year']);
const REFUSED: Readonly<Record<string, string>> = {
  wide: 'UTF-16 does not stand in these logs',
  utf16: 'UTF-16 does not stand in these logs',
  utf16le: 'UTF-16 does not stand in these logs',
  utf16be: 'UTF-16 does not stand in these logs',
  windash: 'command lines of Windows do not stand in these logs',
  expand: 'placeholders are not supported',
};

/** Splits `field|modifier|modifier`. */
export function readModifiers(key: string, path: readonly (string | number)[]): Modified {
  const [field = '', ...names] = key.split('|');
  let result: Modified = {
    field,
    position: 'whole',
    kind: 'text',
    all: false,
    negated: false,
    cased: false,
    flags: '',
    operator: 'eq',
    timePart: undefined,
  };
  for (const name of names) {
    const position = POSITIONS[name];
    const kind = KINDS[name];
    if (position !== undefined) result = { ...result, position };
    else if (kind !== undefined) result = { ...result, kind };
    else if (COMPARISONS.has(name)) result = { ...result, kind: 'compare', operator: name as Comparison };
    else if (TIME_PARTS.has(name)) result = { ...result, timePart: name as TimePart };
    else if (name === 'all') result = { ...result, all: true };
    else if (name === 'neq') result = { ...result, negated: true };
    else if (name === 'cased') result = { ...result, cased: true };
    else if (result.kind === 'regex' && ['i', 'm', 's', 'ignorecase', 'multiline', 'dotall'].includes(name))
      result = { ...result, flags: result.flags + (name === 'dotall' ? 's' : name.charAt(0)) };
    else throw new RuleError(`the modifier "${name}" is not supported${REFUSED[name] === undefined ? '' : `: ${REFUSED[name]}`}`, path);
  }
  if (field === '' && result.kind === 'text' && result.position === 'whole') return { ...result, position: 'inside' };
  return result;
}

function regexTest(modified: Modified, value: string, context: TestContext): Test {
  const inline = /^\(\?([ims]+)\)/.exec(value);
  const source = inline === null ? value : value.slice(inline[0].length);
  const flags = [...new Set(modified.flags + (inline?.[1] ?? ''))].sort().join('');
  const facts = factsOf(source);
  const native = facts !== undefined && context.isLinear(source, flags);
  const refusal = native ? undefined : refusalOf(source, flags);
  if (refusal !== undefined) throw new RuleError(`the pattern ${describe(value)} cannot run in linear time: ${refusal}`, context.path);
  return {
    type: 'regex',
    source,
    flags,
    native,
    anchoredStart: facts?.anchoredStart ?? false,
    anchoredEnd: facts?.anchoredEnd ?? false,
    ...(facts === undefined || facts.gates.length === 0 ? {} : { gates: facts.gates }),
  };
}

function cidrTest(value: string, path: readonly (string | number)[]): Test {
  const [network = '', bits = ''] = value.split('/');
  const family = isIP(network);
  const size = Number(bits);
  if (family === 0 || !/^\d{1,3}$/.test(bits) || size > (family === 4 ? 32 : 128))
    throw new RuleError(`expected a network such as 10.0.0.0/8, found ${describe(value)}`, path);
  new BlockList().addSubnet(network, size, family === 4 ? 'ipv4' : 'ipv6');
  return { type: 'cidr', network, bits: size };
}

export interface TestContext {
  readonly path: readonly (string | number)[];
  readonly meaning: FieldMeaning | undefined;
  readonly isLinear: IsLinear;
}

function numberOf(value: unknown, context: TestContext): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw new RuleError(`expected a number, found ${describe(value)}`, context.path);
  return number;
}

const base64Pieces = (value: string): Pieces => [Buffer.from(value, 'utf8').toString('base64')];

function textTests(modified: Modified, value: string, context: TestContext): readonly Test[] {
  const { position } = modified;
  switch (modified.kind) {
    case 'regex':
      return [regexTest(modified, value, context)];
    case 'cidr':
      return [cidrTest(value, context.path)];
    case 'fieldref':
      return [{ type: 'fieldref', field: value, at: position, cased: modified.cased }];
    case 'base64':
      return [globTest(base64Pieces(value), { position, cased: true })];
    case 'base64offset':
      return base64Offsets(value).map((form) => globTest([form], { position, cased: true }));
    default:
      return value === '' ? [{ type: 'absent' }] : [globTest(piecesOf(value), { position, cased: modified.cased })];
  }
}

/** What one value of a field asks; several tests where any one of them will do. */
export function testsOf(modified: Modified, value: unknown, context: TestContext): readonly Test[] {
  const { meaning } = context;
  if (value === null) return [{ type: 'absent' }];
  if (typeof value === 'object') throw new RuleError(`expected a text or a number, found ${describe(value)}`, context.path);
  if (meaning?.type === 'time') {
    if (modified.timePart === undefined)
      throw new RuleError('expected one of the modifiers minute, hour, day, week, month, year', context.path);
    return [{ type: 'time', part: modified.timePart, operator: modified.operator, value: numberOf(value, context) }];
  }
  if (modified.timePart !== undefined)
    throw new RuleError(`the modifier "${modified.timePart}" needs a field that holds a time`, context.path);
  const isNumber = meaning?.type === 'number';
  if (modified.kind === 'compare' && !isNumber)
    throw new RuleError(`"${modified.operator}" needs a field that holds a number`, context.path);
  if (
    isNumber &&
    (modified.kind === 'compare' || (modified.kind === 'text' && modified.position === 'whole' && !/[*?]/.test(String(value))))
  ) {
    return [{ type: 'number', operator: modified.operator, value: numberOf(value, context) }];
  }
  return textTests(modified, String(value), context);
}
