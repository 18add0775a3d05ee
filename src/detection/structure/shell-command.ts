import { isSpace, skip } from './judgement.ts';
import { type ShellWord, shellWordAt } from './shell-word.ts';
import { COMMON_COMMANDS, PREFIXES, RARE_COMMANDS } from './shell-words.ts';

const MAX_PREFIXES = 6;

/** A command as a shell finds it: past assignments, empty expansions and prefixes such as `sudo`. */
export interface Command {
  readonly word: ShellWord;
  /** Without path, version and `.exe`, in lower case. */
  readonly name: string;
  readonly at: number;
  /** A prefix stood before it; `optioned`: with an option of its own. */
  readonly prefixed: boolean;
  readonly optioned: boolean;
}

export const isKnown = (name: string): boolean => RARE_COMMANDS.has(name) || COMMON_COMMANDS.has(name);

/** `/usr/bin/python3.10` is `python3`, `ansible-doc` is a part of `ansible`. */
function nameOf(path: string): string {
  const name = (path.split('/').at(-1) ?? path).replace(/\.exe$/i, '').toLowerCase();
  if (isKnown(name)) return name;
  const plain = name.replace(/[\d.]+$/, '');
  if (isKnown(plain)) return plain;
  const first = name.split('-')[0] ?? name;
  return RARE_COMMANDS.has(first) ? first : name;
}

/** Commands whose argument is a number alone. */
const COUNTING = /^(?:sleep|usleep|kill|exit|timeout|wait|seq|echo|shutdown|chmod|head|tail|ping|nice|reboot|fold|printf|sum|factor)$/;

/** A host as commands take one: labels with dots between. */
const HOST = /^(?:[\w.-]{1,40}@|@)?(?:[\w-]{1,63}\.){1,8}[a-z]{2,20}(?:$|[\s:/;|&)`#])/i;

/** Arguments as the command of this name takes them, not as prose goes on. */
export function looksLikeArguments(text: string, from: number, name = ''): boolean {
  const at = skip(text, from, isSpace);
  const rest = text.slice(at, at + 80);
  if (at === from) return /^(?:$|[;|&<>)`]|\$\{?IFS)/i.test(rest);
  if (COUNTING.test(name) && /^\d{1,9}\s{0,2}(?:$|[;|&)`#])/.test(rest)) return true;
  return (
    rest === '' ||
    HOST.test(rest) ||
    (name === 'ps' && /^(?:aux|ax|ef|faux)\b/.test(rest)) ||
    (name === 'dir' && /^\w{1,40}$/.test(rest)) ||
    /^(?:-{1,2}(?:[a-z]|\d{1,2}\b|\s)|\+[a-z]\b|[~./]{0,2}\/|\.\.|\$|["'*?\\]|[;|&<>)`]|https?:|\/[a-z?]\b|[a-z]:\\|[\w.-]{1,60}\.(?:txt|php|sh|py|pl|conf|log|exe|ini|html?|com|net|org|io|bin|zip|gz|js|xml|ya?ml)\b|\d{1,3}(?:\.\d{1,3}){3}|\{|0x|\w+=|@)/i.test(
      rest,
    )
  );
}

/** Reads the command at a position. */
export function commandAt(text: string, from: number): Command | undefined {
  let at = from;
  let prefix: Command | undefined;
  let optioned = false;
  for (let count = 0; count < MAX_PREFIXES; count++) {
    at = skip(text, at, (code) => isSpace(code) || code === 33 || code === 40 || code === 123);
    const word = shellWordAt(text, at);
    if (word.end === at) return prefix;
    if (word.text === '' && word.disguised && isSpace(text.charCodeAt(word.end))) {
      at = word.end;
      continue;
    }
    const command: Command = { word, name: nameOf(word.text), at, prefixed: prefix !== undefined, optioned };
    const assignment = /^\w{1,30}=/.test(word.text);
    if (!assignment && !(PREFIXES.has(command.name) && isSpace(text.charCodeAt(word.end))))
      return isKnown(command.name) ? command : (prefix ?? command);
    if (!assignment) prefix ??= command;
    const option = skip(text, word.end, isSpace);
    const hasOption = text.charAt(option) === '-';
    const hasNumber = !hasOption && /^\d{1,6}[smhd]?\s/.test(text.slice(option, option + 9));
    optioned ||= hasOption;
    at = hasOption || hasNumber ? shellWordAt(text, option).end : word.end;
  }
  return prefix;
}
