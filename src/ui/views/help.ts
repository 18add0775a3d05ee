import { FILTER_FIELDS } from '../../filter/fields.ts';
import type { Command } from '../commands/command.ts';
import { COMMANDS, keyWord, SESSION_KEYS } from '../commands.ts';
import { column, lineWidth, seg, space, wrap } from '../line.ts';
import type { StyledLine } from '../styled.ts';
import type { Drawing } from './drawing.ts';
import { OUTCOME_LEGEND } from './outcome-words.ts';

const KEY_CELLS = 12;
const WORD_CELLS = 25;

const LETTERS: readonly (readonly [string, string, 'critical' | 'high' | 'medium' | 'low'])[] = [
  ['C', 'critical: it worked, or may have', 'critical'],
  ['H', 'high: a real attack', 'high'],
  ['M', 'medium: somebody tries doors', 'medium'],
  ['L', 'low: worth knowing', 'low'],
];

/** What holds for every field of the filter language. */
const FILTER_GRAMMAR: readonly (readonly [word: string, meaning: string])[] = [
  ['sqli', 'a word: a family, or text anywhere in the line'],
  ['"two words"', 'text with blanks'],
  ['a b', 'side by side: both must hold'],
  ['a OR b', 'one of them; (a OR b) c with parentheses'],
  ['-path:/health', 'minus in front: not'],
];

const WIDE = 110;

/** The help screen: keys from the command table, the filter language, and what marks mean; in two columns where there is room. */
export function helpLines(width: number, drawing: Drawing): StyledLine[] {
  const half = width >= WIDE ? Math.floor(width / 2) - 1 : width;
  const screens = COMMANDS.filter(
    (command) => !command.contexts.includes('input') && !isDialog(command) && !isMuteDialog(command) && !isBanDialog(command),
  );
  const keys = [
    ...section('Keys', [...screens.map(keyRow), ...SESSION_KEYS], half),
    [],
    ...section('In the alert dialog', COMMANDS.filter(isDialog).map(keyRow), half),
    [],
    ...section('In the mute dialog', COMMANDS.filter(isMuteDialog).map(keyRow), half),
    [],
    ...section('In the ban dialog', COMMANDS.filter(isBanDialog).map(keyRow), half),
  ];
  const words = wordsPart(half, drawing);
  if (width < WIDE) return [...keys, [], ...words];
  return Array.from({ length: Math.max(keys.length, words.length) }, (_, i): StyledLine => {
    const left = keys[i] ?? [];
    return [...left, space(half + 1 - lineWidth(left)), ...(words[i] ?? [])];
  });
}

function wordsPart(width: number, { glyphs }: Drawing): StyledLine[] {
  const fields = FILTER_FIELDS.map(({ example, description }) => [example, description] as const);
  const outcomes = OUTCOME_LEGEND.map(([word, meaning]) => [word.replace('✔', glyphs.check).replace('×', glyphs.times), meaning] as const);
  return [
    ...section('Filter', [...FILTER_GRAMMAR, ...fields], width, WORD_CELLS),
    [],
    [seg(' Severity', 'strong', { bold: true })],
    ...LETTERS.map(([letter, meaning, style]): StyledLine => [seg('  '), column(letter, WORD_CELLS, style, { bold: true }), seg(meaning)]),
    [],
    ...section('At the end of a line', outcomes, width, WORD_CELLS),
  ];
}

const isDialog = (command: Command): boolean => command.contexts.length === 1 && command.contexts[0] === 'dialog';
const isMuteDialog = (command: Command): boolean => command.contexts.length === 1 && command.contexts[0] === 'mute';
const isBanDialog = (command: Command): boolean => command.contexts.length === 1 && command.contexts[0] === 'ban';
const keyRow = ({ keys, description }: Command): readonly [string, string] => [
  keys.map(keyWord).join(' '),
  description.replace(/^(?:alert|mute|ban) dialog: /, ''),
];

function section(title: string, rows: readonly (readonly [string, string])[], width: number, cells = KEY_CELLS): StyledLine[] {
  const room = Math.max(20, width - cells - 3);
  const lines = rows.flatMap(([keys, meaning]) =>
    wrap(meaning, room).map((text, i): StyledLine => [seg('  '), column(i === 0 ? keys : '', cells, 'accent', { bold: true }), seg(text)]),
  );
  return [[seg(` ${title}`, 'strong', { bold: true })], ...lines];
}
