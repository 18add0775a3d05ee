import { msg, t } from '../lang/lang.ts';
import { FAMILIES, type Outcome, SEVERITIES } from '../model/detection.ts';
import type { EntryKind } from '../model/entry.ts';
import { cidrContains, parseCidr } from '../net/cidr.ts';
import { displayTarget } from '../text/display-target.ts';
import type { FilterRow, RowTest } from './row.ts';

export const OPERATORS = ['!=', '>=', '<=', ':', '=', '>', '<'] as const;
export type Operator = (typeof OPERATORS)[number];

/** One field of the filter language: what the help shows, and what a term with it means. */
export interface FilterField {
  readonly name: string;
  readonly example: string;
  readonly description: string;
  /** The test, or what the field expected instead of this operator and value. */
  readonly compile: (operator: Operator, value: string) => RowTest | { readonly expected: string };
}

const KINDS: readonly EntryKind[] = ['http', 'web-error', 'sshd', 'fail2ban', 'application', 'plain'];
const OUTCOMES: readonly Outcome[] = ['blocked', 'refused', 'redirected', 'abandoned', 'error', 'answered', 'none'];
const BYTE_FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** All fields, in the order of the help. */
export const FILTER_FIELDS: readonly FilterField[] = [
  { name: 'status', example: 'status>=500', description: msg('HTTP status; also status:404, status:4xx, status!=200'), compile: status },
  { name: 'ip', example: 'ip:203.0.113.0/24', description: msg('Client address or network; part of a host name'), compile: ip },
  {
    name: 'path',
    example: 'path:/admin',
    description: msg('Path contains; path=/admin is the whole path'),
    compile: text((row) => targetPath(row)),
  },
  { name: 'method', example: 'method:POST', description: msg('HTTP method'), compile: oneOf((row) => row.method) },
  { name: 'ua', example: 'ua:sqlmap', description: msg('User agent contains'), compile: text((row) => [row.userAgent]) },
  { name: 'source', example: 'source:access.log', description: msg('Name of the source contains'), compile: text((row) => [row.source]) },
  {
    name: 'family',
    example: 'family:sqli',
    description: msg('Attack family; a family name alone does the same'),
    compile: oneOf((row) => row.family, FAMILIES),
  },
  { name: 'severity', example: 'severity>=high', description: msg('low, medium, high, critical or none'), compile: severity },
  { name: 'outcome', example: 'outcome:answered', description: `success, ${OUTCOMES.join(', ')}`, compile: outcome },
  { name: 'bytes', example: 'bytes>10k', description: msg('Size of the answer; k, M and G are allowed'), compile: bytes },
  {
    name: 'host',
    example: 'host:shop.example',
    description: msg('Requested host contains'),
    compile: text((row) => [row.host ?? row.raw]),
  },
  { name: 'user', example: 'user:root', description: msg('User name contains'), compile: text((row) => [row.user ?? row.raw]) },
  {
    name: 'time',
    example: 'time>=2026-03-02T02:12Z',
    description: msg('Time of the line; a date-time with its zone (Z, +09:00)'),
    compile: time,
  },
  { name: 'kind', example: 'kind:sshd', description: KINDS.join(', '), compile: oneOf((row) => row.kind, KINDS) },
];

/** The request path as logged and as read, without the query. */
function targetPath(row: FilterRow): readonly string[] {
  const query = row.text.indexOf('?');
  const path = query < 0 ? row.text : row.text.slice(0, query);
  return path.includes('%') ? [path, displayTarget(path).text] : [path];
}

const negated = (test: RowTest, operator: Operator): RowTest => (operator === '!=' ? (row) => !test(row) : test);
const isOrder = (operator: Operator): boolean => operator.startsWith('<') || operator.startsWith('>');
const withoutOrder = (): { expected: string } => ({ expected: t('no order here: use :, = or !=') });

/** `:` contains, `=` equals, both whatever the case. */
function text(read: (row: FilterRow) => readonly string[]): FilterField['compile'] {
  return (operator, value) => {
    if (isOrder(operator)) return withoutOrder();
    const wanted = value.toLowerCase();
    const holds =
      operator === ':' ? (some: string) => some.toLowerCase().includes(wanted) : (some: string) => some.toLowerCase() === wanted;
    return negated((row) => read(row).some(holds), operator);
  };
}

/** Equals, whatever the case; where the words are known, only they are accepted. */
function oneOf(read: (row: FilterRow) => string | undefined, words?: readonly string[]): FilterField['compile'] {
  return (operator, value) => {
    if (isOrder(operator)) return withoutOrder();
    const wanted = value.toLowerCase();
    if (words !== undefined && !words.includes(wanted)) return { expected: t('one of {names}', { names: words.join(', ') }) };
    return negated((row) => read(row)?.toLowerCase() === wanted, operator);
  };
}

function ip(operator: Operator, value: string): RowTest | { expected: string } {
  if (isOrder(operator)) return withoutOrder();
  const cidr = parseCidr(value);
  if (cidr === undefined && value.includes('/')) return { expected: t('an address or network such as 203.0.113.0/24') };
  const wanted = value.toLowerCase();
  const test: RowTest =
    cidr === undefined ? (row) => row.address.toLowerCase().includes(wanted) : (row) => cidrContains(cidr, withoutPrefix(row.address));
  return negated(test, operator);
}

/** An IPv6 actor is shown as its /64: it is looked up by the network's first address. */
function withoutPrefix(address: string): string {
  const slash = address.indexOf('/');
  return slash < 0 ? address : address.slice(0, slash);
}

function status(operator: Operator, value: string): RowTest | { expected: string } {
  const statusClass = /^([1-5])xx$/i.exec(value)?.[1];
  const low = statusClass === undefined ? Number(value) : Number(statusClass) * 100;
  const high = statusClass === undefined ? low : low + 99;
  if (!/^\d{1,3}$/.test(value) && statusClass === undefined) return { expected: t('a number such as 404, or a class such as 4xx') };
  return withinRange((row) => row.status, operator, [low, high], 1);
}

function bytes(operator: Operator, value: string): RowTest | { expected: string } {
  const [, digits, unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)\s?([kmg]?)b?$/i.exec(value) ?? [];
  if (digits === undefined) return { expected: t('a size such as 512, 10k or 2.5M') };
  const size = Number(digits) * (BYTE_FACTORS[unit.toLowerCase()] ?? 1);
  return withinRange((row) => row.bytes, operator, [size, size], 0);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/i;

function time(operator: Operator, value: string): RowTest | { expected: string } {
  const timeMs = DATE_TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(timeMs)) return { expected: t('a date-time with its zone such as 2026-03-02T02:12Z') };
  return withinRange((row) => row.timeMs ?? -1, operator, [timeMs, timeMs], 0);
}

function severity(operator: Operator, value: string): RowTest | { expected: string } {
  const names: readonly string[] = ['none', ...SEVERITIES];
  const level = names.indexOf(value.toLowerCase());
  if (level < 0) return { expected: t('one of {names}', { names: [...SEVERITIES, 'none'].join(', ') }) };
  // `severity<high` asks about suspicious lines; only `none` itself reaches the others.
  return withinRange((row) => names.indexOf(row.severity ?? 'none'), operator, [level, level], level === 0 ? 0 : 1);
}

function outcome(operator: Operator, value: string): RowTest | { expected: string } {
  if (isOrder(operator)) return withoutOrder();
  if (value.toLowerCase() === 'success') return negated((row) => row.success, operator);
  const tested = oneOf((row) => row.outcome, OUTCOMES)(operator, value);
  return typeof tested === 'function' ? tested : { expected: t('one of {names}', { names: ['success', ...OUTCOMES].join(', ') }) };
}

/** Compares with a range of values that count as equal; a value under `known` (absent) fits no comparison but `!=`. */
function withinRange(read: (row: FilterRow) => number, operator: Operator, [low, high]: readonly [number, number], known: number): RowTest {
  const compare: Readonly<Record<Operator, (n: number) => boolean>> = {
    ':': (n) => n >= low && n <= high,
    '=': (n) => n >= low && n <= high,
    '!=': (n) => n < low || n > high,
    '>': (n) => n > high,
    '>=': (n) => n >= low,
    '<': (n) => n < low,
    '<=': (n) => n <= high,
  };
  const holds = compare[operator];
  return (row) => {
    const n = read(row);
    return (n >= known || operator === '!=') && holds(n);
  };
}
