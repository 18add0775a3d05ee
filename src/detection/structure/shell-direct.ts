import { isSpace, type Judgement, skip } from './judgement.ts';
import { commandAt, isKnown, looksLikeArguments } from './shell-command.ts';
import type { ShellWord } from './shell-word.ts';
import { DIRECT_COMMANDS, PREFIXES, RARE_COMMANDS, TECHNOLOGIES } from './shell-words.ts';

const INTERPRETERS = /^(?:bash|sh|zsh|ksh|dash|ash|busybox|python[23]?|perl|ruby|php|lua|cmd|powershell|pwsh)$/;

/** What of a command's arguments prose does not have; undefined when nothing. */
function tellingArguments(name: string, word: ShellWord, rest: string): string | undefined {
  if (/^\s+(?:-{1,2}\w+\s+)*(?:\/(?:etc|bin|usr|var|tmp|proc|root|home|dev|opt)\b|~\/|\.\.\/|\/\?)/.test(rest)) return 'file';
  if (/^\s+(?:-\w+\s+){0,4}["']?(?:https?|ftp):\/\//i.test(rest)) return 'download';
  if (/^<[\w/~.$]/.test(rest)) return 'redirection';
  if (/^(?:ls|uname|id|netstat|ifconfig)$/.test(name) && /^\s+-\w+\s*$/.test(rest)) return 'option';
  if (
    INTERPRETERS.test(name) &&
    (/^\s+(?:-{1,2}[a-z]{1,4}|\/[ck])\s+["'\w$]/i.test(rest) || (/\d\.\d+$/.test(word.text) && /^\s+\w/.test(rest)))
  )
    return 'interpreter';
  return /^[^|;&]{0,120}(?:\||;|&&)\s*(?:ba|z|k|da)?sh\b/.test(rest) ? 'pipe' : undefined;
}

/** The whole value is a command: only interpreters, downloaders and the like count, with arguments that prose does not have. */
export function judgeDirect(text: string): Judgement | undefined {
  const from = skip(text, 0, (code) => isSpace(code) || code === 39 || code === 34 || code === 64);
  const found = (kind: string, end: number): Judgement => ({ description: `start ${kind}`, start: from, end: Math.min(end, text.length) });
  if (/^\$\{?[A-Z_]{2,20}\}?\s{1,4}-[a-z]/.test(text.slice(from, from + 40))) return found('variable', from + 40);
  const command = commandAt(text, from);
  if (command === undefined || !isKnown(command.name)) return undefined;
  const { word, name, prefixed, optioned } = command;
  const rare = RARE_COMMANDS.has(name);
  const source = text.slice(command.at, word.end);
  const rest = text.slice(word.end, word.end + 300);
  if (word.ifs) return found(`command ${name}`, word.end);
  if (/^\\[a-z]+$/.test(source) && word.end === text.length) return found(`disguised ${name}`, word.end);
  if (rare && word.disguised && /[a-z](?:''|""|\\|\^|\$[@*!?]|\$\{)+[a-z]/i.test(source)) return found(`disguised ${name}`, word.end);
  if (/^(?:\/tmp|\/dev)\//.test(word.text)) return found(`path ${name}`, word.end);
  if (prefixed && (optioned || (rare && looksLikeArguments(text, word.end)))) return found(`prefixed ${name}`, word.end);
  if (rare && !TECHNOLOGIES.has(name) && /^\s*(?:[;|`]|&&)/.test(rest)) return found(`ended ${name}`, word.end);
  if (PREFIXES.has(name) && /^\s+-[a-z]{1,3}\s+["']/.test(rest)) return found(`prefixed ${name}`, word.end);
  if (!DIRECT_COMMANDS.has(name)) return undefined;
  const kind = tellingArguments(name, word, rest);
  return kind === undefined ? undefined : found(`${kind} ${name}`, word.end);
}

/** Several statements that all begin with commands, one of them with an argument as commands take: `cd /;cd etc;fold passwd`. */
export function judgeChain(text: string): Judgement | undefined {
  let commands = 0;
  let arguments_ = 0;
  for (const part of text.slice(0, 4000).split(/[;|&\n]+/)) {
    const command = commandAt(part, 0);
    if (command === undefined) continue;
    if (!isKnown(command.name)) return undefined;
    commands++;
    if (/^\s+(?:-{1,2}[a-z]|[~.]{0,2}\/)/i.test(part.slice(command.word.end, command.word.end + 40))) arguments_++;
  }
  return commands >= 2 && arguments_ >= 1 ? { description: 'chain of commands', start: 0, end: Math.min(text.length, 200) } : undefined;
}
