import { FILTER_FIELDS } from '../../filter/fields.ts';
import { msg, t } from '../../lang/lang.ts';
import type { Command } from '../commands/command.ts';
import { keyWord, SESSION_KEYS } from '../commands.ts';
import { cellsFor, column, lineWidth, seg, space, wrap } from '../line.ts';
import type { StyledLine } from '../styled.ts';
import type { Drawing } from './drawing.ts';
import { helpTopics, QUESTIONS } from './help-topics.ts';
import { outcomeLegend } from './outcome-words.ts';

const KEY_CELLS = 12;
const WORD_CELLS = 25;

const LETTERS: readonly (readonly [string, string, 'critical' | 'high' | 'medium' | 'low'])[] = [
  ['C', msg('critical: it worked, or may have'), 'critical'],
  ['H', msg('high: a real attack'), 'high'],
  ['M', msg('medium: somebody tries doors'), 'medium'],
  ['L', msg('low: worth knowing'), 'low'],
];

/** What holds for every field of the filter language. */
const FILTER_GRAMMAR: readonly (readonly [word: string, meaning: string])[] = [
  ['sqli', msg('a word: a family, or text anywhere in the line')],
  ['"two words"', msg('text with blanks')],
  ['a b', msg('side by side: both must hold')],
  ['a OR b', msg('one of them; (a OR b) c with parentheses')],
  ['-path:/health', msg('minus in front: not')],
];

const WIDE = 110;

/** The help screen: the four questions, keys by what they are for, the filter language, and what marks mean; in two columns where there is room. */
export function helpLines(width: number, drawing: Drawing): StyledLine[] {
  const half = width >= WIDE ? Math.floor(width / 2) - 1 : width;
  const topics = helpTopics().map(({ title, commands, isDialog }) => section(t(title), commands.map(isDialog ? dialogRow : keyRow), half));
  const keys = [...topics, section(t('Always'), SESSION_KEYS.map(translated), half)].flatMap((lines) => [...lines, []]);
  const words = wordsPart(half, drawing);
  const questions = section(t('What the screen tells'), questionRows(drawing), width, questionCells());
  if (width < WIDE) return [...questions, [], ...keys, ...words];
  const columns = Array.from({ length: Math.max(keys.length, words.length) }, (_, i): StyledLine => {
    const left = keys[i] ?? [];
    return [...left, space(half + 1 - lineWidth(left)), ...(words[i] ?? [])];
  });
  return [...questions, [], ...columns];
}

const questionRows = ({ glyphs }: Drawing) =>
  QUESTIONS.map(([question, answer]) => [t(question), t(answer).replaceAll('✔', glyphs.check)] as const);
const questionCells = (): number =>
  cellsFor(
    QUESTIONS.map(([question]) => t(question)),
    KEY_CELLS,
  ) + 1;

function wordsPart(width: number, { glyphs }: Drawing): StyledLine[] {
  const fields = FILTER_FIELDS.map(({ example, description }) => [example, t(description)] as const);
  return [
    ...section(t('Filter'), [...FILTER_GRAMMAR.map(translated), ...fields], width, WORD_CELLS),
    [],
    [seg(` ${t('Severity')}`, 'strong', { bold: true })],
    ...LETTERS.map(
      ([letter, meaning, style]): StyledLine => [seg('  '), column(letter, WORD_CELLS, style, { bold: true }), seg(t(meaning))],
    ),
    [],
    ...section(t('At the end of a line'), outcomeLegend(glyphs), width, WORD_CELLS),
  ];
}

const translated = ([word, meaning]: readonly [string, string]): readonly [string, string] => [word, t(meaning)];
const keyRow = ({ keys, description }: Command): readonly [string, string] => [keys.map(keyWord).join(' '), t(description)];
/** Below the dialog's own title its name before each description goes. */
const dialogRow = (command: Command): readonly [string, string] => {
  const [keys, description] = keyRow(command);
  return [keys, description.replace(/^[^:]+: /, '')];
};

function section(title: string, rows: readonly (readonly [string, string])[], width: number, cells = KEY_CELLS): StyledLine[] {
  const room = Math.max(20, width - cells - 3);
  const lines = rows.flatMap(([keys, meaning]) =>
    wrap(meaning, room).map((text, i): StyledLine => [seg('  '), column(i === 0 ? keys : '', cells, 'accent', { bold: true }), seg(text)]),
  );
  return [[seg(` ${title}`, 'strong', { bold: true })], ...lines];
}
