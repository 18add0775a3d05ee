import { isSpace, type Judge, type Judgement } from './judgement.ts';
import { isOnlySql } from './sql-functions.ts';
import { judgeShape } from './sql-shapes.ts';
import { type SqlToken, sqlTokens } from './sql-tokens.ts';
import { FUNCTIONS, wordClass } from './sql-words.ts';

/**
 * What follows a value that was left (its quote closed, its number ended), as a fingerprint without brackets. The first that fits names the structure. All patterns are tied to the start
 * and run over at most 48 letters.
 */
const AFTER_QUOTE: readonly (readonly [RegExp, string])[] = [
  [/^,?[fxsnviNA,]*U(?:D|S|W|$)/, 'union'],
  [/^;(?:K|S|H)/, 'stacked'],
  [/^;c/, 'comment'],
  [/^;/, 'end'],
  [/^[LH][snvNi](?:A[snvNifxg])*C[sonvNifxgSE]/, 'logic'],
  [/^[LH][fxSE]/, 'logic'],
  [/^[LH][nvN](?:$|[c;LBO])/, 'logic'],
  [/^[LH](?:o|s(?:[cLCBO]|A[nfxoS]|;(?:$|[cKS]))|[nN]A(?:[fx]|[nN](?:$|[cL;BO]))|g)/, 'logic'],
  [/^C(?:o|s[cL;C]|f|x|S|[nN](?:$|[cL;C]))/, 'comparison'],
  [/^A(?:x|f|S|o$|sA|nA[so]$|nC|n[Lc])/, 'arithmetic'],
  [/^B(?:i|f)?[ni](?:,[ni])*i?(?:c|,|;|U|$)/, 'clause'],
  [/^O(?:n|i|f)(?:,n)*(?:c|;|$)/, 'clause'],
  [/^,(?:x|f|S)/, 'list'],
  [/^,i(?:,i)*Co$/, 'list'],
];

const AFTER_NUMBER: readonly (readonly [RegExp, string])[] = [
  [/^[ns,]*U(?:DS|S(?:[nsNvxfD,A]|i[,R(])|D$)/, 'union'],
  [/^;(?:K[KOiRgfxsv]|S[nsNvxfA]|KS|K;?c)/, 'stacked'],
  [/^(?:An)*L[nsvNi](?:A[nsvNi])*C[sonvNfxSE]/, 'logic'],
  [/^L(?:x|S|f)/, 'logic'],
  [/^L[nN]c/, 'logic'],
  [/^H(?:[nsx]|f[iAns]?)C/, 'logic'],
  [/^C(?:x|S)/, 'comparison'],
  [/^A(?:x|S)/, 'arithmetic'],
  [/^Cn(?:Ln)?c/, 'comparison'],
  [/^B[nf](?:,n)*(?:c|,|;)/, 'clause'],
  [/^B[ni](?:,[ni])*H(?:[nsx]|f[iAns]?)C/, 'clause'],
  [/^O(?:n|f)(?:,n)?c/, 'clause'],
  [/^On*(?:K|U|S|v)/, 'clause'],
];

/** Structures that are SQL wherever they stand. */
const ANYWHERE: readonly (readonly [RegExp, string])[] = [
  [/^A?[nsN]UD?W|US\{/, 'union'],
  [/^A?nLN$/, 'logic'],
  [/^[^i]*SDi(?:,i)*Ri/, 'select'],
  [/U(?:DS|S(?:[nsNvxDR]|f|i[,R]|A[,R]|D))/, 'union'],
  [/S(?:D[n]?)?(?:A|N|v|x|n|s|f)(?:,[snvNifxA]+)*R[i(]/, 'select'],
  [/Si(?:,[ifnsvNx])+R[i]/, 'select'],
  [/S[ifA]R[i]H[ifsn]C/, 'select'],
  [/S(?:x|[nvN](?:,[nvNs])+|v$|v[c;R])/, 'select'],
  [/KOi(?:,?i){0,8}[fSK]/, 'statement'],
  [/^[iA,]*L(?:nCn|sC[so]|[nN]C[so]|sCn)(?:$|[c;LA])/, 'logic'],
  [/^L?x[ns](?!i)/, 'call'],
  [/^[ns]a[iso]R[iso]/, 'alias'],
  [/^Sf(?:$|[nsviA])/, 'select'],
  [/^L[fx](?:[nsvi]|S)/, 'logic'],
];

/** A text that is still percent-encoded is judged in its decoded form. */
const ESCAPED = /%2[0278]/;

/** Operands side by side: words of a sentence, not an expression. */
const PROSE = /[insvN][insvNfxg]/;

/** A sign after these belongs to the operand; `+select+1` is an address whose plus signs are no spaces. */
const isUnaryAfter = (out: string): boolean => /[LCH,]$|(?:^|[^A])S$/.test(out);

/** Three names side by side are no SQL: `select * from books (SQL course)`. */
const SENTENCE = /i{3}|ii\{i/;

/** Brackets out, `a.b` to one name, `group by`/`order by` to one letter, signs before operands out: what is left is the order of things. */
function fingerprint(tokens: readonly SqlToken[]): string {
  let out = '';
  let plus = false;
  let previous: string | undefined;
  for (const { type, word, open } of tokens) {
    if (type === '(' || type === ')' || type === 'T') continue;
    const last = out.at(-1) ?? '';
    if (type === 'i' && ((word === 'by' && last === 'B') || last === '.')) {
      if (last === '.') out = out.slice(0, -1);
      continue;
    }
    if (type === 'A' && word !== undefined && '+-~'.includes(word) && isUnaryAfter(out)) continue;
    if (word === 'desc' && out.includes('B')) continue;
    if (word !== undefined && (last === 'U' || (last === 'D' && out.at(-2) === 'U')) && (word === 'values' || word === 'table')) {
      out += 'W';
      continue;
    }
    if (last === 'A' && 'LH'.includes(type) && plus) out = out.slice(0, -1);
    plus = word === '+';
    if (type === 'n' && previous === 'is') out = `${out.slice(0, -1)}i`;
    previous = word;
    out += type === 'i' && word === 'as' ? 'a' : type === 's' && open === true ? 'o' : type;
  }
  return out;
}

const match = (patterns: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  patterns.find(([pattern]) => pattern.test(text))?.[1];

/** White space, or the plus sign that stands for it in a form that was not decoded. */
const isSpaceLike = (text: string, at: number): boolean => isSpace(text.charCodeAt(at)) || text.charAt(at) === '+';

/** `the 'in' crowd`, `what does '+' do`, `'or' and 'and'`: words or signs in quotes inside prose. */
function isProse(text: string, quoteAt: number, tokens: readonly SqlToken[]): boolean {
  const [operator, after] = tokens;
  if (operator === undefined || after === undefined || after.type !== 's') return false;
  const spaceBefore = quoteAt === 0 || isSpaceLike(text, quoteAt - 1);
  const behind = text.charCodeAt(after.start + 1);
  const isApart = Number.isNaN(behind) || isSpaceLike(text, after.start + 1);
  if (operator.start !== quoteAt + 1 || after.start !== operator.end || !spaceBefore || !isApart) return false;
  return (
    Number.isNaN(behind) ||
    !/[CcUSKxfLA;]/.test(
      fingerprint(sqlTokens(text.slice(after.start + 1, after.start + 200).replace(/[%+]/g, ' '), 0)).replace(/^[LC]/, ''),
    )
  );
}

/** A comment ends the statement only when little but the attacker's filler stands in it. */
function isCommentEnd(text: string, tokens: readonly SqlToken[]): boolean {
  const comment = tokens.find((token) => token.type !== ')' && token.type !== '(');
  if (comment === undefined || comment.type !== 'c' || /^(?:--|#)["'`]/.test(text.slice(comment.start, comment.start + 3))) return false;
  return (text.slice(comment.start, comment.end).match(/[a-z]{2,}/gi) ?? []).length <= 1;
}

/** The value as it is inside quotes: what comes after the first quote must go on as SQL. */
function judgeQuoted(text: string, quote: string): Judgement | undefined {
  let tries = 0;
  let opening: number | undefined;
  for (let at = text.indexOf(quote); at >= 0 && tries < 4; at = text.indexOf(quote, at + 1), tries++) {
    const tokens = sqlTokens(text, at + 1);
    const last = tokens.at(-1);
    if (last === undefined) return undefined;
    const print = fingerprint(tokens);
    const isOwn = /[=(,:[]\s?$/.test(text.slice(Math.max(0, at - 2), at)) && text.includes(quote, at + 1);
    const kind = match(AFTER_QUOTE, print) ?? (!isOwn && isCommentEnd(text, tokens) ? 'comment' : undefined);
    const isLone =
      opening === undefined &&
      !text.includes(quote, at + 1) &&
      (print.length < 3 || tokens[0]?.type === ';') &&
      !/s/i.test(text.charAt(at - 1));
    const isOther = print === 'Lo' && text.charAt(tokens.at(-1)?.start ?? 0) !== quote;
    const isFilter = opening !== undefined && (closesWord(text, opening) || (closesLiteral(text, opening) && !BEYOND_FILTERS.test(print)));
    opening = opening === undefined ? at : undefined;
    if (kind !== undefined && !isOther && (kind !== 'end' || isLone) && !isFilter && !isProse(text, at, tokens))
      return { description: `quote ${kind}`, start: at, end: last.end };
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
  const kind = bare === undefined && !SENTENCE.test(whole) ? match(ANYWHERE, whole) : bare;
  return kind === undefined
    ? undefined
    : { description: `${bare === undefined ? 'plain' : 'number'} ${kind}`, start: first.start, end: last.end };
}

/** `STATE='CA'`, `contains(Name,'kim'`: the quote at `at` closes a literal that the value itself opened as part of a filter's expression. */
function closesLiteral(text: string, opening: number): boolean {
  const around = text.slice(Math.max(0, opening - 24), opening);
  const before = around.trimEnd();
  return /[=~<>(,:[]$|\b(?:eq|ne|gt|ge|lt|le|like|ilike|is|in|contains|matches|and|or|not)$/i.test(before);
}

/** `between 'let' and "var"`: a name before the opening quote makes it no SQL. */
function closesWord(text: string, opening: number): boolean {
  const word = /(?:^|[\s(,])([a-z]{2,30})\s$/i.exec(text.slice(Math.max(0, opening - 34), opening))?.[1];
  return word !== undefined && wordClass(word.toLowerCase()) === undefined;
}

/** What cannot be part of a filter that a person or a page wrote: literals compared with literals, subqueries, calls only databases know. */
const BEYOND_FILTERS = /U|S|K|x|c|[LH][fns]?(?:[ns]|N)[CcLA]|[LH]N/;

/** A word that a comment was put into: `un` + `ion`, `ch` + `ar(`. */
function judgeSplit(text: string): Judgement | undefined {
  if (!text.includes('/*')) return undefined;
  const split = /([a-z_]{1,20})\/\*[^*]{0,20}\*\/([a-z_]{1,20})(\s?\()?/gi;
  for (let tries = 0; tries < 8; tries++) {
    const found = split.exec(text);
    if (found === null) return undefined;
    const [whole, head = '', tail = '', call] = found;
    const word = `${head}${tail}`.toLowerCase();
    const known = wordClass(word);
    const isWhole = wordClass(head.toLowerCase()) !== undefined || wordClass(tail.toLowerCase()) !== undefined;
    if ((known !== undefined && 'USKRHL'.includes(known) && !isWhole) || (call !== undefined && FUNCTIONS.has(word)))
      return { description: 'split word', start: found.index, end: found.index + whole.length };
    split.lastIndex = found.index + head.length + 1;
  }
  return undefined;
}

/** The whole value is an expression that calls a function of databases, and no text in a language of people. */
function judgeExpression(text: string): Judgement | undefined {
  if (text.startsWith('=')) return undefined;
  const tokens = sqlTokens(text, 0);
  const call = tokens.findIndex((token) => 'xfg'.includes(token.type) && token.word !== undefined && isOnlySql(token.word));
  const last = tokens.at(-1);
  if (call < 0 || last === undefined || tokens[call + 1]?.type !== '(') return undefined;
  const argument = tokens[call + 2];
  if (argument === undefined || argument.type === ')' || argument.type === '{') return undefined;
  if (PROSE.test(fingerprint(tokens))) return undefined;
  return { description: 'plain call', start: tokens[call]?.start ?? 0, end: last.end };
}

/**
 * Tells whether a value changes the structure of an SQL statement that it is put into: as a number, inside single quotes, inside double quotes or backticks. The idea of judging by the order of kinds of tokens
 * is libinjection's (N. Galbreath, 2012); tokens, contexts and tables are our own.
 */
export const judgeSql: Judge = (text) => {
  if (ESCAPED.test(text)) return undefined;
  return (
    judgeQuoted(text, "'") ??
    judgeQuoted(text, '"') ??
    judgeQuoted(text, '`') ??
    judgeBare(text) ??
    judgeShape(text) ??
    judgeExpression(text) ??
    judgeSplit(text)
  );
};
