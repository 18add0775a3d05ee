import { lowerOf, type View } from '../decode/places.ts';
import { downloadName, readable } from './about-code.ts';
import { judgeHtml } from './html-judge.ts';
import { EVENTS } from './html-words.ts';
import { jsonStrings } from './json-strings.ts';
import type { Judge, Judgement } from './judgement.ts';
import { judgePhp } from './php-judge.ts';
import { judgeScript } from './script-judge.ts';
import { judgeShell } from './shell-judge.ts';
import { DIRECT_COMMANDS, PREFIXES } from './shell-words.ts';
import { judgeSql } from './sql-judge.ts';

export type StructureName = 'sql' | 'html' | 'script' | 'shell' | 'php';

/** Texts in lower case, white space as a space or a line feed, of which one must stand in a text for the judge to be asked. */
interface Gate {
  readonly literals: readonly string[];
}

export interface Structure {
  readonly needed: readonly Gate[];
  readonly judge: Judge;
}

const SQL = [
  "'",
  '"',
  '`',
  '(',
  ';',
  '||',
  '&&',
  ' or ',
  ' and ',
  ' xor ',
  'select',
  'union',
  '/*',
  '--',
  'having ',
  'order by',
  'between ',
  'rlike',
  'regexp',
  'declare',
  '.e',
  'execute',
  'alter ',
  'procedure',
  'limit ',
  'sounds ',
  'create ',
  'merge ',
  'waitfor',
  '::',
  'do $',
  'into @',
];
const HTML = [
  '<',
  '"',
  "'",
  '`',
  'script:',
  'data:',
  'vbs:',
  'mocha:',
  'behavi',
  'expression',
  '-moz-binding',
  '@import',
  'style',
  'srcdoc',
  'action',
  'href',
  'http-equiv',
  '\u00bc',
  ' on',
  'xmlns',
  '+ad',
  '+ac',
];
const SCRIPT = [
  '(',
  '[',
  '`',
  'location',
  'document',
  'window.',
  'self.',
  'throw ',
  'html',
  'alert',
  'prompt',
  '.source',
  '=>',
  'cookie',
  'storage',
  'node',
];
const SHELL = [
  ...[
    ';',
    '|',
    '&',
    '`',
    '$',
    '{',
    '<(',
    '>(',
    '<<',
    '>/',
    '> /',
    '>&',
    "'",
    '"',
    '\\',
    '^',
    '\n',
    'bin/',
    '/dev/',
    '/tmp/',
    '()',
    '~+',
    '~-',
    'alias ',
    '-pack=',
    'point-action=',
    'compress-program=',
    'to-command=',
  ],
  ' -',
  ...[...DIRECT_COMMANDS, ...PREFIXES].map((name) => `${name} `),
];
const PHP = ['(', '$', 'echo', 'include', 'require', 'print'];

/** Every structure that rules can ask about, by the name of its field (`secmon.sql` ...). */
export const STRUCTURES: Readonly<Record<StructureName, Structure>> = {
  sql: { needed: [{ literals: SQL }], judge: judgeSql },
  html: { needed: [{ literals: [...HTML, ...[...EVENTS].map((event) => `on${event}`)] }], judge: judgeHtml },
  script: { needed: [{ literals: SCRIPT }], judge: judgeScript },
  shell: { needed: [{ literals: SHELL }], judge: judgeShell },
  php: { needed: [{ literals: PHP }], judge: judgePhp },
};

/** Finds a literal as the prefilter does: letter case and the kind of white space apart. */
const patternOf = ({ literals }: Gate): RegExp =>
  new RegExp(
    literals
      .map((literal) =>
        literal
          .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
          .replaceAll(' ', '\\s')
          .replaceAll('\n', '[\\n\\r\u2028\u2029]'),
      )
      .join('|'),
    'iu',
  );

const PATTERNS: Readonly<Record<StructureName, readonly RegExp[]>> = {
  sql: STRUCTURES.sql.needed.map(patternOf),
  html: STRUCTURES.html.needed.map(patternOf),
  script: STRUCTURES.script.needed.map(patternOf),
  shell: STRUCTURES.shell.needed.map(patternOf),
  php: STRUCTURES.php.needed.map(patternOf),
};

/** User agents are full of brackets and semicolons; these signs they do not have. */
const IN_AGENTS: Readonly<Record<StructureName, RegExp>> = {
  sql: /['"`]|select|\bor\b|\band\b|sleep\(/i,
  html: /[<"']|script:|\bon[a-z]{4,30}\s?=/i,
  script: /document\.|alert/i,
  shell: /[`$|{'>\\]|&&|;[/wc]|^[;&]/i,
  php: /\$|\(["']|echo|info\(/i,
};

/** The name of a download, in quotes of a header, is no code; a page may show it. */
const isDownload = ({ origin, text }: View): boolean =>
  /^\s*(?:attachment|inline)/i.test(text) && downloadName(readable(origin.text)) !== undefined;

/** A whole referer is an address like any other, unless it begins as none does. */
function isJudged(view: View, name: StructureName): boolean {
  const { origin, text } = view;
  if (name !== 'html' && isDownload(view)) return false;
  if (origin.field === 'userAgent') return IN_AGENTS[name].test(text);
  return name !== 'shell' || origin.field !== 'referer' || origin.start > 0 || /^[;|&`$(]/.test(text);
}

/** A judgement as something that rules can match: a view that holds its description, and where it stands in the judged view. */
export interface Judged {
  readonly description: View;
  readonly found: { readonly start: number; readonly end: number };
}

/** Texts of which a value is made that applications take apart first: JSON, the name of a download. */
function partsOf({ text, origin, steps }: View): readonly string[] | undefined {
  const own = jsonStrings(text);
  if (own !== undefined) return own;
  if (!/^\s*(?:[[{]|attachment|inline)/i.test(text)) return undefined;
  const sent = readable(origin.text);
  if (downloadName(sent) !== undefined) return isOnlyEscaped(steps) ? [downloadName(text) ?? text] : [];
  // What deeper decoding makes of JSON is none any more; its strings still end at its quotes.
  return jsonStrings(sent) === undefined ? undefined : text.split('"', MAX_PIECES);
}

const MAX_PIECES = 256;
const isOnlyEscaped = (steps: View['steps']): boolean => steps.every((step) => step === 'percent' || step === 'plus');

/** The judge on a value, or on each string of one that is JSON. */
function judgeValue(view: View, name: StructureName): Judgement | undefined {
  const { judge } = STRUCTURES[name];
  view.strings ??= partsOf(view) ?? null;
  if (view.strings === null) return judge(view.text);
  for (const text of view.strings) {
    const judgement = judge(text);
    if (judgement === undefined) continue;
    const at = view.text.indexOf(text);
    // Escaped inside the JSON, it stands somewhere in the whole.
    if (at < 0) return { ...judgement, start: 0, end: view.text.length };
    return { ...judgement, start: at + judgement.start, end: at + judgement.end };
  }
  return undefined;
}

/** What one structure's judge says of a view; judged once for all rules. */
export function structureOf(view: View, name: StructureName): Judged | undefined {
  view.judged ??= new Map<string, Judgement | undefined>();
  let judgement = view.judged.get(name);
  if (judgement === undefined && !view.judged.has(name)) {
    if (isJudged(view, name) && PATTERNS[name].every((pattern) => pattern.test(lowerOf(view)))) judgement = judgeValue(view, name);
    view.judged.set(name, judgement);
  }
  if (judgement === undefined) return undefined;
  const { description, start, end } = judgement;
  return { description: { origin: view.origin, text: description, steps: view.steps, lower: undefined }, found: { start, end } };
}
