import { comparesWords, marksWords } from './about-code.ts';
import { isSpace, isWord, type Judge, type Judgement, skip } from './judgement.ts';
import { commandAt, isKnown, looksLikeArguments } from './shell-command.ts';
import { judgeChain, judgeDirect } from './shell-direct.ts';
import { shellWordAt } from './shell-word.ts';
import { DEVELOPERS, RARE_COMMANDS, TECHNOLOGIES, WORDS } from './shell-words.ts';

const MAX_POSITIONS = 200;

/** Why a command may stand at a place. */
type Opening = 'start' | 'separator' | 'substitution' | 'line' | 'brace';

interface Position {
  readonly at: number;
  readonly opening: Opening;
  readonly start: number;
}

/** Entities of HTML with the names of commands; entities that decode to a sign are decoded before. */
const ENTITY = /^&(?:copy|reg|sum|sc|ni|comp|cut);/i;
/** `sale & more`: what follows is prose, unless it is a file. */
const AND_MORE = /^[\w\s,.!'-]*\s$/;

/** `{cat,/etc/passwd}` at the beginning of a word; behind a name or a bracket it is a block of some other language: `query{id,name}`. */
const opensList = (text: string, at: number): boolean =>
  (isSpace(text.charCodeAt(at + 1)) || isWord(text.charCodeAt(at + 1))) && !/[\w)\]]/.test(text.charAt(at - 1));

/** Places where a shell would read a command: after a separator, in a substitution, on a new line, in braces. */
function* positionsOf(text: string): Generator<Position> {
  let count = 0;
  for (let at = 0; at < text.length && count < MAX_POSITIONS; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    let opening: Opening | undefined;
    let length = 1;
    if (char === ';' || char === '|') opening = 'separator';
    else if (char === '&' && (next === '&' || at === 0 || isSpace(text.charCodeAt(at - 1)) || !isSpace(text.charCodeAt(at + 1))))
      opening = 'separator';
    else if (char === '`') opening = 'substitution';
    else if ((char === '$' || char === '<' || char === '>') && next === '(') {
      opening = 'substitution';
      length = 2;
    } else if (char === '\n' || char === '\r') opening = 'line';
    else if (char === '{' && opensList(text, at)) opening = 'brace';
    if (opening === undefined || (char === '&' && ENTITY.test(text.slice(at, at + 10)))) continue;
    while (opening === 'separator' && (text.charAt(at + length) === char || text.charAt(at + length) === '&')) length++;
    count++;
    yield { at: at + length, opening, start: at };
    at += length - 1;
  }
}

/** `mail.example.com;id`: a host, as forms for pings take it, and no field of a record. */
const HOST_FIRST =
  /^(?:[\w-]{1,63}\.){1,6}(?:com|net|org|io|edu|gov|mil|int|info|biz|dev|app|co|me|tv|cc|eu|us|uk|de|fr|nl|it|es|pl|ru|ua|se|ch|at|be|br|mx|ca|au|in|kr|jp|cn|tw|hk|sg|vn|tr|ir|il|za|example|test|invalid|local|localhost|internal|lan)[;|&]/i;

/** `name;id;date` and `title|date`: lists of names, not commands. */
const isNameList = (text: string): boolean =>
  !HOST_FIRST.test(text.slice(0, 260)) &&
  /^[a-z_]{2,40}(?:\.[a-z_]{1,40})?(?:[;|,]-?[a-z_]{2,40}(?:\.[a-z_]{1,40})?){1,40}[;|]?$/i.test(text.slice(0, 2000));

/** An address, a number or nothing: what stands before a line break that an attacker put in. */
const isPlainValue = (before: string): boolean =>
  /^[\s"']{0,4}(?:[\w-]{0,30}\d[\d.:]{0,30}|[\w-]{0,2}|(?:[\w-]{1,63}\.){1,6}[a-z]{2,20})["']?[\s]{0,4}$/i.test(before.slice(0, 120));

/** `salt & pepper`, `one | two`: words with a spaced sign between, as prose and titles have them. */
const isEnumeration = (text: string, position: Position): boolean =>
  isSpace(text.charCodeAt(position.start - 1)) && isSpace(text.charCodeAt(position.at)) && /^[\w\s&|'-]*$/.test(text.slice(0, 400));

/** Common commands that are no words of prose. */
const UNLIKELY =
  /^(?:cp|mv|dd|df|du|ln|wc|od|nl|tr|dig|cat|env|uniq|chroot|mkdir|hostnamectl|printf|eval|ren|rd|md|ed|ftp|fc|compgen|chgrp|sg|ip)$/;

/** One word, a separator without space, a command and its argument, and no further separator: `8.8.8.8;touch x`, not a list of names. */
const isInjected = (text: string, position: Position, end: number): boolean =>
  /^[^\s;|&]{0,60}$/.test(text.slice(0, position.start).slice(0, 61)) &&
  isSpace(text.charCodeAt(end)) &&
  /^[a-z]/.test(text.charAt(position.at)) &&
  /^\s{1,4}[^;|]{1,60}(?:$|[;|]{1,2}\s{0,4}#?$)/.test(text.slice(end, end + 70));

function judgePosition(text: string, position: Position, list: boolean): Judgement | undefined {
  const command = commandAt(text, position.at);
  if (command === undefined) return undefined;
  const { word, name } = command;
  const found = (kind: string): Judgement => ({
    description: `${position.opening} ${kind} ${name.slice(0, 30)}`,
    start: position.start,
    end: word.end,
  });
  const path = word.text.includes('/');
  if (word.glob && path && /^\/?[\w.?*[\]/-]+$/.test(word.text) && position.opening !== 'line') return found('glob');
  if (path && /(?:^|\/)(?:s?bin|usr|tmp|etc|dev)\//.test(word.text)) return found('path');
  const rare = RARE_COMMANDS.has(name);
  if (!isKnown(name)) return word.ifs && position.opening !== 'line' && /^[a-z]+$/.test(name) ? found('ifs') : undefined;
  if (list && !path && !word.disguised && !(rare && !TECHNOLOGIES.has(name) && /[;|]$/.test(text))) return undefined;
  if (word.disguised && word.text !== '' && /[a-z]['"\\^$]+.*[a-z]/i.test(text.slice(command.at, word.end))) return found('disguised');
  if (word.ifs || (path && (rare || /^(?:\.{1,2}|~)\//.test(word.text)))) return found('command');
  if (
    /^net1?$/.test(name) &&
    /^\s+(?:users?|localgroup|share|use|view|group|session|accounts|config)\b/i.test(text.slice(word.end, word.end + 30))
  )
    return found('command');
  if (
    name === 'more' &&
    text.charAt(position.start) === '&' &&
    AND_MORE.test(text.slice(0, position.start)) &&
    !/^\s+[~.]{0,2}\/[\w.~]/.test(text.slice(word.end, word.end + 9))
  )
    return undefined;
  const tight = looksLikeArguments(text, word.end, name);
  const whole = position.start === 0 && position.at === 1;
  const atEnd = skip(text, word.end, (code) => isSpace(code)) >= text.length;
  const before = text.slice(0, Math.min(position.start, 200));
  const glued = position.at < text.length && !isSpace(text.charCodeAt(position.at));
  switch (position.opening) {
    case 'substitution':
      return tight || (rare && !DEVELOPERS.has(name)) ? found('command') : undefined;
    case 'line':
      return rare &&
        tight &&
        position.start > 0 &&
        (!atEnd || isPlainValue(before) || (!TECHNOLOGIES.has(name) && /^\s*\w{1,40}\s*$/.test(before.slice(0, 60))))
        ? found('command')
        : undefined;
    case 'brace':
      return (text.charAt(word.end) === ',' && (rare || !/^(?:,\w+)+\}/.test(text.slice(word.end, word.end + 200)))) ||
        (rare && tight && !atEnd)
        ? found('command')
        : undefined;
    default:
      if (
        rare &&
        !TECHNOLOGIES.has(name) &&
        isSpace(text.charCodeAt(word.end)) &&
        (glued || tight || !WORDS.has(name) || !isEnumeration(text, position))
      )
        return found('command');
      if (glued && text.charAt(position.start) !== '&' && (rare || UNLIKELY.test(name)) && isInjected(text, position, word.end))
        return found('command');
      if (/^[A-Z]&[A-Z]\b/.test(text) && !glued) return undefined;
      if (/^\s{0,8}[;|&]/.test(text.slice(word.end, word.end + 10)) && !rare && !glued) return undefined;
      return tight &&
        (rare || glued || whole || !atEnd || (position.start < 200 && /^[\d.:\s]+$|["'.]/.test(before) && isPlainValue(before)))
        ? found('command')
        : undefined;
  }
}

/** `/usr/bin/id` and `bin/id`, wherever they stand: programs by their path. */
function judgeProgramPath(text: string): Judgement | undefined {
  let count = 0;
  for (const found of text.matchAll(/(?:^|[^\w.-])((?:\/?usr)?(?:\/?local)?\/?s?bin\/)(?=[\w[?*'"\\$])/gi)) {
    if (++count > MAX_POSITIONS) return undefined;
    const start = found.index + found[0].length;
    const word = shellWordAt(text, start);
    const isName =
      isKnown(word.text.toLowerCase().replace(/[\d.]+$/, '')) || isKnown(word.text.toLowerCase()) || word.glob || word.disguised;
    const followed = word.end >= text.length || /[\s;|&<>)`,"']/.test(text.charAt(word.end));
    if (isName && followed) return { description: `path ${word.text.slice(0, 30)}`, start: start - (found[1]?.length ?? 0), end: word.end };
  }
  return undefined;
}

/** Constructs of shells that stand nowhere else, whatever the command. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/[;|&]\s{0,3}!(?:-\d|!)/, 'history'],
  [/\$'[^']{0,80}\\[x0-7u]/, 'quoted escape'],
  [/\$\{?IFS\b/, 'ifs'],
  [/\/dev\/(?:tcp|udp)\/\S/i, 'socket'],
  [/\w\$[@*]\w|\w\$\{[@*!]\w{0,3}\}\w/, 'empty expansion'],
  [
    /\$\(\(?\s{0,4}(?:[<$]|\.\s|(?!\.[a-z]|(?:document|this|window|self|event|el|function|selector)\b)[a-z_/.~]{1,30}[\s)|;])/i,
    'substitution',
  ],
  [/[;|&\n]\s{0,3}\.\s{1,4}[/~.]|\bnohup\s{1,3}\.\//, 'run file'],
  [/\bcase\s{1,3}\S{1,40}\s{1,3}in\s[^;]{1,80};;|[;|&\n`]\s{0,3}trap\s{1,3}\S.{0,40}\s(?:EXIT|INT|ERR|DEBUG|TERM|HUP|0)\b/, 'statement'],
  [/\b(?:cat|sh|bash|diff|source)<\(/, 'process substitution'],
  [/[;|&\n`]\s{0,3}(?:GET|HEAD|POST)\s{1,4}(?:-\w\s{1,3})?https?:/, 'download'],
  [/(?:^|[;|&`\n])\s{0,3}\$(?:0|\{?(?:SHELL|BASH|COMSPEC|0)\b\}?)(?:\s{1,3}-\w|\s{0,3}(?:$|[;|&`]))/, 'shell variable'],
  [/\/\w{0,20}\$[\d@*!]\w/, 'empty expansion'],
  [/(?:^|[\s;|&=(])[<>]\([a-z/]/i, 'process substitution'],
  [/(?:^|\s)--(?:upload-pack|receive-pack|checkpoint-action|use-compress-program|to-command)=\S/, 'argument'],
  [/<<<["'$\w]|<<-?\s{0,2}["']?eof\b/i, 'here document'],
  [/[\d&]?>&?\s{0,3}(?:&\d|\/dev\/\w|\/tmp\/\w)/, 'redirection'],
  [/\b\w{1,20}\(\)\s{0,4}\{[^}]{1,200}\}\s{0,4};\s{0,4}\w/, 'function'],
  [
    /\$\{[a-z_]\w{0,30}(?::-?\d{1,3}:\d{1,3}|%{1,2}[^}]{1,30}|#{1,2}[^}]{1,30}|\/[^}]{1,40}|\^{1,2}|,{1,2}|@[a-z]|:[-+=?][^}]{0,40})\}/i,
    'expansion',
  ],
];

/** Tells whether a value makes a shell run something: a command in a position where one is read, with its disguises taken off. */
export const judgeShell: Judge = (text) => {
  if (marksWords(text)) return undefined;
  const list = isNameList(text);
  for (const position of positionsOf(text)) {
    const judged = judgePosition(text, position, list);
    if (judged !== undefined) return judged;
  }
  const direct = judgeDirect(text) ?? (/[;|&\n]/.test(text) ? judgeChain(text) : undefined);
  if (direct !== undefined) return direct;
  if (text.includes('>&') && comparesWords(text.replace(/\d>&\d/g, 'x'))) return undefined;
  const program = text.includes('bin/') && !comparesWords(text) ? judgeProgramPath(text) : undefined;
  if (program !== undefined) return program;
  for (const [pattern, kind] of SHAPES) {
    const found = pattern.exec(text);
    if (found !== null) return { description: `shape ${kind}`, start: found.index, end: found.index + found[0].length };
  }
  return undefined;
};
