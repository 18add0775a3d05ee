import { t } from '../lang/lang.ts';
import { FAMILIES } from '../model/detection.ts';
import { displayTarget } from '../text/display-target.ts';
import { FILTER_FIELDS, OPERATORS, type Operator } from './fields.ts';
import type { FilterError, Token } from './lexer.ts';
import type { FilterRow, RowTest } from './row.ts';

type Word = Extract<Token, { type: 'word' }>;

const FIELD_TERM = /^([a-z_-]+)(!=|>=|<=|:|=|>|<)(.*)$/is;
/** Other names that people type. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({ addr: 'ip', address: 'ip', url: 'path', uri: 'path', agent: 'ua', size: 'bytes', level: 'severity' }),
);

/** What one word of a filter means: a field term where it is written as one, else text to look for. */
export function compileTerm(word: Word): RowTest | FilterError {
  const [, written = '', operator = '', value = ''] = FIELD_TERM.exec(word.text) ?? [];
  const isField = written !== '' && written.length + operator.length <= word.literalFrom;
  if (!isField) return textTest(word);
  const name = ALIASES.get(written.toLowerCase()) ?? written.toLowerCase();
  const field = FILTER_FIELDS.find((candidate) => candidate.name === name);
  if (field === undefined) return unknownField(word, { written, operator, value });
  const at = word.at + written.length + operator.length;
  // `status:>=500`, as other languages write it.
  const isQuoted = written.length + operator.length === word.literalFrom;
  const inner = operator === ':' && !isQuoted ? OPERATORS.find((other) => other !== ':' && value.startsWith(other)) : undefined;
  const wanted = inner === undefined ? value : value.slice(inner.length);
  if (wanted === '')
    return { ok: false, message: t('{name}: a value is missing, for example {example}', { name, example: field.example }), at };
  const test = field.compile(inner ?? toOperator(operator), wanted);
  return typeof test === 'function'
    ? test
    : { ok: false, message: t('{name}: expected {expected}, got {value}', { name, expected: test.expected, value: wanted }), at };
}

const toOperator = (text: string): Operator => OPERATORS.find((operator) => operator === text) ?? ':';

/** `http://…` and `id=1` are text; what looks like a mistyped field is an error. */
function unknownField(
  word: Word,
  { written, operator, value }: { written: string; operator: string; value: string },
): RowTest | FilterError {
  const close = FILTER_FIELDS.find(({ name }) => isClose(name, written.toLowerCase()));
  const isText = value.startsWith('//') || (operator !== ':' && close === undefined);
  if (isText) return textTest(word);
  const message =
    close === undefined
      ? t('no field {field}: expected one of {names} (text in "quotation marks" is looked for as it is)', {
          field: written,
          names: FILTER_FIELDS.map(({ name }) => name).join(', '),
        })
      : t('no field {field}: did you mean {name}? (text in "quotation marks" is looked for as it is)', {
          field: written,
          name: close.name,
        });
  return { ok: false, message, at: word.at };
}

/** At most one letter missing, added or wrong, or two neighbours swapped; `s` or `ip` alone are too short to guess from. */
function isClose(name: string, written: string): boolean {
  if (name.length < 4 || Math.abs(name.length - written.length) > 1) return false;
  let start = 0;
  while (start < name.length && name[start] === written[start]) start += 1;
  let end = 0;
  while (end < Math.min(name.length, written.length) - start && name.at(-1 - end) === written.at(-1 - end)) end += 1;
  const left = name.slice(start, name.length - end);
  const right = written.slice(start, written.length - end);
  return Math.max(left.length, right.length) <= 1 || (left.length === 2 && left === `${right[1]}${right[0]}`);
}

/** Text anywhere in the line, whatever the case; a bare family name also finds what was detected as that family. */
function textTest(word: Word): RowTest {
  const wanted = word.text.toLowerCase();
  const family = word.literalFrom > 0 ? FAMILIES.find((name) => name === wanted) : undefined;
  return (row) => (family !== undefined && row.family === family) || holdsText(row, wanted);
}

function holdsText(row: FilterRow, wanted: string): boolean {
  const has = (text: string | undefined): boolean => text?.toLowerCase().includes(wanted) ?? false;
  return (
    has(row.raw) ||
    has(row.text) ||
    has(row.userAgent) ||
    has(row.address) ||
    has(row.source) ||
    has(row.host) ||
    has(row.user) ||
    has(row.method) ||
    (row.text.includes('%') && has(displayTarget(row.text).text))
  );
}
