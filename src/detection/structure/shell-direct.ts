import { isSpace, type Judgement, skip } from './judgement.ts';
import { commandAt, isKnown, looksLikeArguments } from './shell-command.ts';
import type { ShellWord } from './shell-word.ts';
import { DEVELOPERS, DIRECT_COMMANDS, PREFIXES, RARE_COMMANDS, TECHNOLOGIES, WORDS } from './shell-words.ts';

const INTERPRETERS = /^(?:bash|sh|zsh|ksh|dash|ash|busybox|python[23]?|perl|ruby|php|lua|cmd|powershell|pwsh)$/;

/** What makes a sentence code: signs, an address, a path. */
const SIGNS = /[;|&<>$"'`=\\{]|https?:|\s\//;
const ABOUT =
  /\s(?:explained|explanation|meaning|means?|tutorials?|examples?|options?|flags?|syntax|usage|versus|vs|alternatives?|documentation|docs|cheat|guide|manual|how|what|why|when|difference|command|doesn't|not|in|for|with|and)\b/i;
/** A word of another script than Latin: whoever searches in it writes it behind the command. */
const OTHER_SCRIPT = /(?:^|\s)(?!\p{Script=Latin})\p{L}/u;

/** Texts about a command rather than commands. */
const isAbout = (rest: string): boolean => !SIGNS.test(rest) && (ABOUT.test(rest) || OTHER_SCRIPT.test(rest));

/** An option and then nothing or more arguments: `-la`, `--force`. Searches exclude words in the same way: `jaguar -car`. */
const OPTION = /^\s{1,8}-(?:[a-z]{1,2}|[a-z]*[A-Z0-9][\w]*|-[a-z][\w-]{2,40}(?:=\S*)?|9)(?:\s|$)/;
const RARE_OPTION = /^\s{1,8}-{1,2}[a-zA-Z][\w.=,-]{0,40}(?:\s|$)/;
const CODE = /["'/$=;|<>:\\{}(]|\w\.\w/;

const HOST_ARGUMENT = /^\s+(?:-\S+\s+)*@?(?:[\w-]{1,63}\.){1,8}(?:[a-z]{2,20}|\d{1,3})(?:[\s:/]|$)/i;

/** A file by its name and nothing else: `index.php`, `*`. */
const READ_FILE =
  /^\s+(?:-\w+\s+)*(?:\S{0,80}\.(?:php\d?|phtml|sh|conf|cfg|config|cnf|ini|log|txt|py|pl|rb|xml|ya?ml|env|key|pem|sql|inc|aspx?|jsp|htaccess|htpasswd|json|db|bak)|\*|\.\*)\s*$/i;

/** Arguments that no option introduces. */
const VERBS: ReadonlyMap<string, RegExp> = new Map([
  ['systemctl', /^\s+(?:start|stop|restart|status|enable|disable|mask|list-\S+|daemon-reload)\b/],
  ['service', /^\s+[\w.-]{2,30}\s+(?:start|stop|restart|status|reload)\s*$/],
  ['ip', /^\s+(?:a|addr|r|route|link|neigh)(?:\s+(?:show|add|del|list|flush)\b|\s*$)/],
  ['ifconfig', /^\s+(?:eth|wlan|en[opsx]?|lo|docker|br|tun|ppp)\d/],
  ['su', /^\s+(?:-(?:\s|c|$)|root\s*$)/],
  ['sudo', /^\s+-(?:l|s|i|u|k|S)\b/],
  ['curl', /^\s+(?:-\S+\s+)*(?:[\w-]{1,63}\.){1,8}[a-z]{2,20}(?::\d{1,5})?\/\S/i],
  ['printenv', /^\s+[A-Z_]{2,30}\s*$/],
  ['echo', /^\s+["']?\$\{?[A-Z_]{2,20}\}?["']?\s*$/],
  ['sqlite3', /^\s+\S+\.(?:db|sqlite3?)\b/],
  ['cat', READ_FILE],
  ['sh', READ_FILE],
  ['bash', READ_FILE],
  ['more', READ_FILE],
  ['head', READ_FILE],
  ['tail', READ_FILE],
  ['tac', READ_FILE],
  ['strings', READ_FILE],
  ['nmap', HOST_ARGUMENT],
  ['ssh', /^\s+(?:-\S+\s+)*[\w.-]+@[\w.-]+\b/],
  ['at', /^\s+now\s*\+/],
  ['ps', /^\s+(?:aux|ax|axu|faux|auxww|ef)\s*$/],
  ['passwd', /^\s+(?:root|admin)\s*$/],
  ['useradd', /^\s+\w+\s*$/],
  ['userdel', /^\s+\w+\s*$/],
  ['nslookup', HOST_ARGUMENT],
  ['dig', HOST_ARGUMENT],
  ['nc', HOST_ARGUMENT],
  ['ncat', HOST_ARGUMENT],
  ['netcat', HOST_ARGUMENT],
  ['telnet', /^\s+(?:[\w-]+\.)+\w+\s+\d{1,5}\b/],
  ['tftp', HOST_ARGUMENT],
  ['wget', HOST_ARGUMENT],
  ['gcc', /^\s+\S+\.c\b/],
  ['chmod', /^\s+(?:[ugoa]*[+-][rwxst]+|[0-7]{3,4})\s+\S*[/.]/],
  ['chown', /^\s+\w+(?::\w+)?\s+\S*[/.]/],
  ['kill', /^\s+-\d+\s+\d/],
  ['tar', /^\s+-{0,2}[xcztvfjJ]{2,6}\s+\S*\//],
  ['rsync', /^\s+\S*:{1,2}\S/],
  ['scp', /\s\S+@?\S*:/],
]);

/** Several words behind an option, the first of which is no command: ` -e one liner`, where code has signs and ` -c ls` names a command. */
function namesOption(rest: string): boolean {
  const [, word = ''] = /^\s+\S+\s+([\p{L}\p{N}_-]+)(?:\s+[\p{L}\p{N}_-]+)+\s*$/u.exec(rest.slice(0, 200)) ?? [];
  return word !== '' && !isKnown(word.toLowerCase());
}

/** What of a command's arguments prose does not have; undefined when nothing. */
function tellingArguments(name: string, word: ShellWord, rest: string): string | undefined {
  if (isAbout(rest)) return undefined;
  if (VERBS.get(name)?.test(rest) === true) return 'verb';
  if (INTERPRETERS.test(name) && /^\s+-[lic]{1,3}\s*$/.test(rest)) return 'interpreter';
  if (!DEVELOPERS.has(name)) {
    const rare = RARE_COMMANDS.has(name) && !TECHNOLOGIES.has(name);
    const option = (rare || TECHNOLOGIES.has(name) ? RARE_OPTION : OPTION).exec(rest);
    const excluded = option === null ? '' : option[0].trim().replace(/^-+/, '');
    if (option !== null && !isKnown(excluded) && (!TECHNOLOGIES.has(name) || CODE.test(rest.slice(option[0].length)))) return 'option';
  }
  if (!DIRECT_COMMANDS.has(name)) return undefined;
  if (/^\s+(?:-{1,2}\w+\s+)*(?:\/(?:etc|bin|usr|var|tmp|proc|root|home|dev|opt)\b|~\/|\.\.\/|\/\?)/.test(rest)) return 'file';
  if (/^\s+(?:(?:clone|install|pull|get|add)\s+)?(?:-\w+\s+){0,4}["']?(?:https?|ftp):\/\//i.test(rest)) return 'download';
  if (/^<[\w/~.$]/.test(rest)) return 'redirection';
  if (/^(?:ls|uname|id|netstat|ifconfig)$/.test(name) && /^\s+-\w+\s*$/.test(rest)) return 'option';
  if (
    INTERPRETERS.test(name) &&
    ((/^\s+(?:-{1,2}[a-z]{1,4}|\/[ck])\s+["'\w$]/i.test(rest) && !namesOption(rest)) || (/\d\.\d+$/.test(word.text) && /^\s+\w/.test(rest)))
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
  if (rare && word.disguised && /^[a-z]{1,3}(?:["'^\\][a-z]{1,3}){3,}["']?$/i.test(source)) return found(`disguised ${name}`, word.end);
  if (/^(?:\/tmp|\/dev)\//.test(word.text)) return found(`path ${name}`, word.end);
  if (prefixed && (optioned || (rare && !WORDS.has(name) && looksLikeArguments(text, word.end, name))))
    return found(`prefixed ${name}`, word.end);
  if (rare && !TECHNOLOGIES.has(name) && /^\s*(?:[;|`]|&&)/.test(rest)) return found(`ended ${name}`, word.end);
  if (PREFIXES.has(name) && /^\s+-[a-z]{1,3}\s+["']/.test(rest)) return found(`prefixed ${name}`, word.end);
  if (rare && !TECHNOLOGIES.has(name) && /^\s{0,4}(["'])\w+\1\s{1,4}\S/.test(text.slice(0, 60))) return found(`quoted ${name}`, word.end);
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
