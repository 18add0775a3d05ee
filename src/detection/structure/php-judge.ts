import { namesCalls, readable } from './about-code.ts';
import { isSpace, isWord, type Judge, type Judgement, skip } from './judgement.ts';
import { COMMON_FUNCTIONS, PHP_CLASSES, PHP_FUNCTIONS, RUNNING, SHARED } from './php-words.ts';

const MAX_WORDS = 400;

/** An argument that is code: a string, a variable, a call, a number alone, an address, a constant in capitals; or nothing at all. */
const isCodeArgument = (argument: string): boolean =>
  /^\s{0,8}(?:$|[@&]?\$|["'`\\]|[a-z_\\]\w{0,40}(?:::\w{1,40})?\s{0,2}\(|\[|array|new\s|function|\d+(?:\.\d+)?\s{0,4}(?:$|[,)])|0x|-\d|(?:https?|ftp|php|data|file|phar|expect|zip):|\.{0,2}\/|[A-Z_]{3,}\s{0,2}(?:$|,)|__|[\w.-]{1,40}\.\w{1,5}\s{0,2}(?:$|,)|!)/.test(
    argument,
  );

/** What stands between the brackets, up to 200 characters; undefined when they are not closed in them. */
function argumentAt(text: string, open: number): { readonly text: string; readonly closed: boolean } {
  let depth = 0;
  const limit = Math.min(text.length, open + 400);
  for (let at = open; at < limit; at++) {
    const char = text.charAt(at);
    if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return { text: text.slice(open + 1, at), closed: true };
  }
  return { text: text.slice(open + 1, limit), closed: false };
}

/** Names with a prefix that functions of PHP have: `str_`, `array_` ... */
const PREFIXED =
  /^(?:apache|array|base64|bz|call_user|chunk|class|convert|create|ctype|curl|date|dba|debug|disk|dns|error|exif|file|filter|finfo|forward_static|ftp|func|function|gc|get|gmp|gz|hash|headers?|highlight|html|http_build|iconv|image|imap|ini|is|iterator|json|ldap|libxml|mb|mcrypt|mime|move_uploaded|msg|mssql|mt|mysqli?|number|ob|oci|odbc|opcache|openssl|output|parse|password|pcntl|pg|php|posix|preg|proc|quoted|readline|register|runkit|session|set|shell|shm|shmop|simplexml|snmp|socket|spl|sqlite|ssh2|str|stream|strip|substr|svn|sys|tidy|timezone|token|trigger|utf8|var|wddx|xdebug|xml|xmlrpc|yaml|zend|zip|zlib)_[a-z0-9_]{2,40}$/;
/** Names of mathematics and of manual pages: `sin(x)`, `printf(3)`. */
const MATHS =
  /^(?:abs|acos|asin|atan2?|ceil|cos|exp|floor|fmod|hypot|log|log10|max|min|pi|pow|round|sin|sinh|sqrt|tan|tanh|time|date|count|key|next|end|rand|range|list|link|current|each|print|prev|pos|reset|stat)$/;

/** Where the bracket of a call opens after a name: white space, comments and a closing quote may stand between. */
function callOpen(
  text: string,
  end: number,
): { readonly open: number; readonly gap: 'none' | 'space' | 'comment'; readonly quoted: boolean } | undefined {
  const quoted = `"'`.includes(text.charAt(end) || ' ');
  const from = quoted ? end + 1 : end;
  let at = from;
  let comment = false;
  for (;;) {
    at = skip(text, at, isSpace);
    if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) return undefined;
      at = close + 2;
    } else if (text.charAt(at) === '#' || text.startsWith('//', at)) {
      const line = text.indexOf('\n', at);
      if (line < 0) return undefined;
      at = line + 1;
    } else break;
    comment = true;
  }
  return text.charAt(at) === '(' ? { open: at, gap: comment ? 'comment' : at > from ? 'space' : 'none', quoted } : undefined;
}

/** An argument of a word or less, which prose in brackets may be too. */
const isShort = (argument: string): boolean => /^\s{0,20}[\w$.-]{0,40}\s{0,20}$/.test(argument);

/** A single call and nothing around it. */
const isOnlyCall = (text: string): boolean => /^\s*\w{1,40}\s?\([^()]*\)\s*;?\s*$/.test(readable(text).slice(0, 300));

function judgeCall(text: string, start: number, end: number): Judgement | undefined {
  const word = text.slice(start, end).toLowerCase();
  const rare = PHP_FUNCTIONS.has(word) || PREFIXED.test(word);
  const isClass = PHP_CLASSES.has(word);
  if (!rare && !isClass && !COMMON_FUNCTIONS.has(word)) return undefined;
  const previous = text.charAt(start - 1);
  if (previous !== '' && '.$->'.includes(previous) && !text.startsWith('..', start - 2)) return undefined;
  const call = callOpen(text, end);
  if (call === undefined) return undefined;
  const { open, gap, quoted } = call;
  const argument = argumentAt(text, open);
  const found = (kind: string): Judgement => ({
    description: `${kind} ${word}`,
    start,
    end: Math.min(text.length, open + 1 + Math.min(argument.text.length, 60)),
  });
  if (isClass && argument.closed) return found('class');
  if (quoted) return RUNNING.has(word) || (rare && word.includes('_')) ? found('quoted call') : undefined;
  if (/^\s*\d+\s+[a-z]+\s*$/i.test(readable(argument.text))) return undefined;
  if (SHARED.has(word) && !/^\s*[a-z_]\w*\s*$/i.test(argument.text) && isOnlyCall(text) && !/\(/.test(argument.text)) return undefined;
  if (word === 'require' && /^\s*(["']?)@?\w[\w-]*(?:\/[\w-]+)?\1\s*$/.test(argument.text)) return undefined;
  if (gap === 'comment' && argument.closed) return found('disguised call');
  if (!argument.closed && previous !== '' && `"'`.includes(previous) && argument.text.startsWith(previous)) return undefined;
  const code = isCodeArgument(argument.text);
  const whole = (start <= 1 || previous === '/') && argument.closed && open + argument.text.length + 2 >= text.length - 1;
  if (rare && gap === 'none') return word.includes('_') || argument.closed || code ? found('call') : undefined;
  if (!argument.closed) return undefined;
  if (rare) return code || isShort(argument.text) ? found('call') : undefined;
  if (gap === 'none' && (RUNNING.has(word) || (whole && !MATHS.test(word) && !/^[1-9]\w?$/.test(argument.text)))) return found('call');
  if (whole && gap === 'space' && (/[\r\n]/.test(text.slice(end, open)) || /^\s*$/.test(argument.text))) return found('call');
  if (RUNNING.has(word) && word !== 'system' && (code || (whole && isShort(argument.text)))) return found('call');
  return code && !MATHS.test(word) && /["'$\\]|\w\(/.test(argument.text) && (gap === 'none' || whole) && !/^\s*\d/.test(argument.text)
    ? found('common call')
    : undefined;
}

/** A call of what a variable, a string put together, or an array element names: `$f(…)`, `('sys'.'tem')('id')`, `[…][0](…)`. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [
    /[([{]\s{0,4}["']?(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|assert|phpinfo|eval|call_user_func(?:_array)?|create_function|base64_decode|file_get_contents|print_r|readfile|var_dump)["']?\s{0,4}[)\]}](?:\s{0,4}[[{]\s{0,4}\d\s{0,4}[\]}]|\s{0,4}[)\]}]){0,4}\s{0,4}\(/i,
    'named call',
  ],
  [/["']\s{0,4}\.\s{0,4}["'][^"']{0,40}["']\s{0,4}\)?\s{0,4}\(/, 'joined call'],
  [/[)\]}]\s{0,4}\(\s{0,4}["'][^"']{0,200}["']\s{0,4}\)/, 'computed call'],
  [/\$\{?[a-z_\x80-\uffff]\w{0,40}\}?(?:\[[^\]]{1,60}\]|\{[^}]{1,60}\}){0,3}\s{0,4}\(/i, 'variable call'],
  [/(?:^|[\s;&|(])(?:new|throw\s{1,3}new)\s{1,3}\\?\w{1,40}\s{0,2}\(\s{0,2}["'$]/i, 'new'],
  [
    /(?:^|[\s;({])(?:(?:include|require)_once\s{1,4}\(?\s{0,4}["'$]|(?:include|require)\s{1,4}\(?\s{0,4}(?:\$|["'](?:[^"']{0,80}[./:%\\]|[$"'])))/i,
    'include',
  ],
  [/\(\s{0,4}["']?\w{1,40}["']?(?:\s{0,4}\.\s{0,4}\(?\s{0,4}["']?\w{1,40}["']?\s{0,4}\)?){1,12}\s{0,4}\)\s{0,4}\(/, 'joined call'],
  [/\b(?:Reflection\w{1,20}|Closure|SplFileObject|DateTime|Phar\w{0,4}|PDO|FFI|Imagick)\s{0,4}::\s{0,4}\w{1,40}\s{0,4}\(/i, 'static call'],
  [/\bchr\s{0,2}\(\s{0,2}\d{1,3}\s{0,2}\)\s{0,4}\.\s{0,4}chr\s{0,2}\(/i, 'joined characters'],
  [
    /\b(?:echo|print|die|exit|var_dump|print_r)\s{0,4}\(?\s{0,4}@?(?:md5|sha1|crc32|phpversion|phpinfo|php_uname|system|exec|shell_exec|base64_decode|strrev|hash|getenv|get_current_user|getcwd|chr|implode|array_sum|intval|rand|mt_rand)\s{0,4}\(/i,
    'printed call',
  ],
  [
    /(?:^|[;{}?\s])(?:echo|print)\s{0,4}\(?\s{0,4}(?:["'][^"']{0,100}["']|\$\w{1,40}|`[^`]{1,100}`|[A-Z_]{6,30})\s{0,4}\)?\s{0,4}(?:;|\?>)/i,
    'echo',
  ],
];

/** Tells whether a value holds PHP code: calls of its functions and classes, whatever way they are written. */
export const judgePhp: Judge = (text) => {
  if (namesCalls(text)) return undefined;
  if (text.includes('(')) {
    for (let at = 0, count = 0; at < text.length && count < MAX_WORDS; count++) {
      const start = skip(text, at, (code) => !isWord(code));
      const end = skip(text, start, isWord);
      at = Math.max(end, start + 1);
      const judged = end - start < 2 || end - start > 50 ? undefined : judgeCall(text, start, end);
      if (judged !== undefined) return judged;
    }
  }
  for (const [pattern, kind] of SHAPES) {
    const found = pattern.exec(text);
    if (found !== null) return { description: kind, start: found.index, end: found.index + found[0].length };
  }
  return undefined;
};
