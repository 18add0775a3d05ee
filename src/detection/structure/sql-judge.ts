import { isSpace, type Judge, type Judgement } from './judgement.ts';
import { type SqlToken, sqlTokens } from './sql-tokens.ts';

/**
 * What follows a value that was left (its quote closed, its number ended), as a fingerprint without brackets. The first that fits names the structure. All patterns are tied to the start
 * and run over at most 48 letters.
 */
const AFTER_QUOTE: readonly (readonly [RegExp, string])[] = [
  [/^,?[fxsnviNA,]*U(?:D|S|$)/, 'union'],
  [/^;(?:K|S|H)/, 'stacked'],
  [/^;c/, 'comment'],
  [/^;$/, 'end'],
  [/^[LH][snvNi](?:A[snvNifxg])*C[sonvNifxgSE]/, 'logic'],
  [/^[LH][fxSE]/, 'logic'],
  [/^[LH][nvN](?:$|[c;LBO])/, 'logic'],
  [/^[LH](?:o|s[c;LACBO]|[nN]A[nNfx]|g)/, 'logic'],
  [/^C(?:o|s[cL;C]|f|x|S|[nN](?:$|[cL;C]))/, 'comparison'],
  [/^A(?:x|f|S|o$|sA|nA?[so]$|nC|n[Lc])/, 'arithmetic'],
  [/^B(?:i|f)?[ni](?:,[ni])*(?:c|,|;|U|$)/, 'clause'],
  [/^O(?:n|i|f)(?:,n)*(?:c|;|$)/, 'clause'],
  [/^,(?:x|f|S)/, 'list'],
];

const AFTER_NUMBER: readonly (readonly [RegExp, string])[] = [
  [/^[ns,]*U(?:DS|S(?:[nsNvxfD,A]|i[,R(])|D$)/, 'union'],
  [/^;(?:K[KOiRgfxsv]|S[nsNvxfA])/, 'stacked'],
  [/^L[nsvNi](?:A[nsvNi])*C[sonvNfxSE]/, 'logic'],
  [/^L(?:x|S|f)/, 'logic'],
  [/^L[nN]c/, 'logic'],
  [/^H[nsfx]C/, 'logic'],
  [/^C(?:x|S)/, 'comparison'],
  [/^A(?:x|S)/, 'arithmetic'],
  [/^Cn(?:Ln)?c/, 'comparison'],
  [/^Bn(?:,n)*(?:c|,|;)/, 'clause'],
  [/^O(?:n|f)(?:,n)?c/, 'clause'],
  [/^On*(?:K|U|S)/, 'clause'],
];

/** Structures that are SQL wherever they stand. */
const ANYWHERE: readonly (readonly [RegExp, string])[] = [
  [/U(?:DS|S(?:[nsNvxDR]|f|i[,R]|A[,R]|D))/, 'union'],
  [/S(?:D[n]?)?(?:A|N|v|x|n|s|f)(?:,[snvNifxA]+)*R[i(]/, 'select'],
  [/Si(?:,[ifnsvNx])+R[i]/, 'select'],
  [/S[ifA]R[i]H[ifsn]C/, 'select'],
  [/S(?:x|[nvN](?:,[nvNs])+|v$|v[c;R])/, 'select'],
  [/KOi(?:[iS]|(?:i,?)*K)/, 'statement'],
  [/^[iA,]*L(?:nCn|sC[so]|[nN]C[so]|sCn)(?:$|[c;LA])/, 'logic'],
  [/^L?x[ns]/, 'call'],
  [/^[ns]a[iso]R[iso]/, 'alias'],
  [/^Sf(?:$|[nsviA])/, 'select'],
  [/^L[fx](?:[nsvi]|S)/, 'logic'],
];

/** Brackets out, `a.b` to one name, `group by`/`order by` to one letter, signs before operands out: what is left is the order of things. */
function fingerprint(tokens: readonly SqlToken[]): string {
  let out = '';
  for (const { type, word, open } of tokens) {
    if (type === '(' || type === ')' || type === 'T') continue;
    const last = out.at(-1) ?? '';
    if (type === 'i' && ((word === 'by' && last === 'B') || last === '.')) {
      if (last === '.') out = out.slice(0, -1);
      continue;
    }
    if (type === 'A' && word !== undefined && '+-~'.includes(word) && (last === '' ? false : 'LCHS,'.includes(last))) continue;
    out += type === 'i' && word === 'as' ? 'a' : type === 's' && open === true ? 'o' : type;
  }
  return out;
}

/** Statements and clauses with a look of their own; every repetition is bounded. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\bmatch\s{0,4}\([\w,.\s`]{1,100}\)\s{0,4}against\s{0,4}\(/i, 'match'],
  [/\bexecute\s{1,4}immediate\s{0,4}["'(\w]|\bexec(?:ute)?\s{0,4}\(\s{0,4}@/i, 'execute'],
  [/\balter\s{1,4}\w{1,40}\s{1,4}(?:\w{1,40}\s{1,4})?(?:character|char)\s{1,4}set\s{1,4}\w/i, 'statement'],
  [/\b\d{1,6}\.e\s{0,4}(?:\(|\w{2,20}\s{0,4}\()/i, 'number'],
  [/\bdeclare\s{1,4}@?\w{1,40}\s{1,4}(?:n?varchar|char|int|cursor|table|bigint|text|nvarchar2?|varchar2)\b/i, 'statement'],
  [/\bwaitfor\s{1,4}(?:delay|time)\s{0,4}["'@(]|\bgoto\s{1,4}["']/i, 'delay'],
  [
    /\bcreate\s{1,4}(?:temp(?:orary)?\s{1,4})?table\s{1,4}[\w.]{1,40}\s{0,4}\(|\bcreate\s{1,4}user\s{1,4}\S{1,40}\s{1,4}identified\b/i,
    'statement',
  ],
  [/["'`]\s{0,4}as\s{0,4}["'`]?[\w.]{0,40}["'`]?\s{0,4}from\b|\d\s{0,4}as\s{0,4}["'`][\w.]{0,40}["'`]?\s{0,4}from\b/i, 'alias'],
  [
    /["'`]\s{0,4}(?:regexp|rlike|xor|sounds\s{1,4}like|div)\s{0,4}(?:$|["'`(\d])|\d\s{1,4}(?:regexp|rlike|sounds\s{1,4}like)\s{1,4}["'(\d]/i,
    'comparison',
  ],
];

const match = (patterns: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  patterns.find(([pattern]) => pattern.test(text))?.[1];

/** `the 'in' crowd`, `what does '+' do`: a word or sign in quotes inside prose. */
function isProse(text: string, quoteAt: number, tokens: readonly SqlToken[]): boolean {
  const [operator, after] = tokens;
  if (operator === undefined || after === undefined || after.type !== 's' || tokens.length > 2) return false;
  const spaceBefore = quoteAt === 0 || isSpace(text.charCodeAt(quoteAt - 1));
  const behind = text.charCodeAt(after.start + 1);
  return operator.start === quoteAt + 1 && after.start === operator.end && spaceBefore && (Number.isNaN(behind) || isSpace(behind));
}

/** A comment ends the statement only when little but the attacker's filler stands in it. */
function isCommentEnd(text: string, tokens: readonly SqlToken[]): boolean {
  const comment = tokens.find((token) => token.type !== ')' && token.type !== '(');
  if (comment === undefined || comment.type !== 'c') return false;
  return (text.slice(comment.start, comment.end).match(/[a-z]{2,}/gi) ?? []).length <= 1;
}

/** The value as it is inside quotes: what comes after the first quote must go on as SQL. */
function judgeQuoted(text: string, quote: string): Judgement | undefined {
  let tries = 0;
  for (let at = text.indexOf(quote); at >= 0 && tries < 4; at = text.indexOf(quote, at + 1), tries++) {
    const tokens = sqlTokens(text, at + 1);
    const last = tokens.at(-1);
    if (last === undefined) return undefined;
    const kind = match(AFTER_QUOTE, fingerprint(tokens)) ?? (isCommentEnd(text, tokens) ? 'comment' : undefined);
    if (kind !== undefined && !isProse(text, at, tokens)) return { description: `quote ${kind}`, start: at, end: last.end };
  }
  return undefined;
}

/** The value as it is in the place of a number or a name. */
function judgeBare(text: string): Judgement | undefined {
  const tokens = sqlTokens(text, 0);
  const [first] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const whole = fingerprint(tokens);
  const rest = /^A?[nNsv]/.test(whole) ? whole.replace(/^A?[nNsv]/, '') : undefined;
  const bare =
    (rest === undefined ? undefined : match(AFTER_NUMBER, rest)) ??
    (/^i(?:[LH]|;|U|O)/.test(whole) ? match(AFTER_NUMBER, whole.slice(1)) : undefined);
  const kind = bare === undefined ? match(ANYWHERE, whole) : bare;
  return kind === undefined
    ? undefined
    : { description: `${bare === undefined ? 'plain' : 'number'} ${kind}`, start: first.start, end: last.end };
}

function judgeShape(text: string): Judgement | undefined {
  for (const [pattern, kind] of SHAPES) {
    const found = pattern.exec(text);
    if (found !== null) return { description: `shape ${kind}`, start: found.index, end: found.index + found[0].length };
  }
  return undefined;
}

/**
 * Tells whether a value changes the structure of an SQL statement that it is put into: as a number, inside single quotes, inside double quotes or backticks. The idea of judging by the order of kinds of tokens
 * is libinjection's (N. Galbreath, 2012); tokens, contexts and tables are our own.
 */
export const judgeSql: Judge = (text) =>
  judgeQuoted(text, "'") ?? judgeQuoted(text, '"') ?? judgeQuoted(text, '`') ?? judgeBare(text) ?? judgeShape(text);
