import type { Judgement } from './judgement.ts';

/** Statements and clauses with a look of their own; every repetition is bounded. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\bmatch\s{0,4}\([\w,.\s`+()]{1,100}\)\s{0,4}against\s{0,4}\(/i, 'match'],
  [/\bexecute\s{1,4}immediate\s{0,4}(?:["'(:]|select\b|insert\b|update\b|drop\b|\w{1,30}\s{0,4}(?:\|\||;|using\b))/i, 'execute'],
  [/\bexec(?:ute)?\s{0,4}\(\s{0,4}(?:@|n?["'][^"']{0,60}["']\s{0,4}(?:\+|\|\||\)\s{0,4}(?:at\b|;|--|$)))/i, 'execute'],
  [/\balter\s{1,4}\w{1,40}\s{1,4}(?:\w{1,40}\s{1,4}){0,4}(?:character|char)\s{1,4}set\s{1,4}\w/i, 'statement'],
  [/\b\d{1,6}\.e\s{0,4}(?:[(),]|\.["'$(,.\w`]|\w{2,20}\s{0,4}\()/i, 'number'],
  [/\bdeclare\s{1,4}@?\w{1,40}\s{1,4}(?:n?varchar|char|int|cursor|table|bigint|text|nvarchar2?|varchar2)\b/i, 'statement'],
  [/\bwaitfor\s{1,4}(?:delay|time)\s{0,4}["'@(]|\bgoto\s{1,4}["']|["'];?\s{0,4}\w{1,20}\s{0,4}:\s{0,4}goto\b/i, 'delay'],
  [
    /\bcreate\s{1,4}(?:temp(?:orary)?\s{1,4})?table\s{1,4}[\w.]{1,40}\s{0,4}\(|\bcreate\s{1,4}user\s{1,4}\S{1,40}\s{1,4}identified\b/i,
    'statement',
  ],
  [
    /\bcreate\s{1,4}(?:or\s{1,4}replace\s{1,4})?(?:aggregate\s{1,4})?(?:function|proc(?:edure)?)\s{1,4}[\w.]{1,40}\s{0,4}(?:\([^)]{0,80}\)\s{0,4}(?:returns?\b|-|as\b|is\b|language\b|begin\b)|returns\s{1,4}(?:string|int|integer|real|decimal)\b|(?:as|is)\s{1,4}(?:begin|select|exec|declare)\b|begin\b)/i,
    'statement',
  ],
  [
    /\bcreate\s{1,4}trigger\s{1,4}[\w.]{1,40}\s{1,4}(?:after|before|instead\s{1,4}of|on)\s{1,4}(?:insert|update|delete|\w{1,40}\s{1,4}(?:for|after))\b/i,
    'statement',
  ],
  [
    /\bmerge\s{1,4}(?:into\s{1,4})?[\w.]{1,40}\s{1,4}(?:(?:as\s{1,4})?\w{1,20}\s{1,4})?using\s{0,4}(?:\(\s{0,4}(?:select|values)\b|[\w.]{1,40}\s{1,4}(?:\w{1,20}\s{1,4})?on\s{0,4}\()/i,
    'statement',
  ],
  [/["'`]\s{0,4}as\s{0,4}["'`]?[\w.]{0,40}["'`]?\s{0,4}from\b|\d\s{0,4}as\s{0,4}["'`][\w.]{0,40}["'`]?\s{0,4}from\b/i, 'alias'],
  [
    /["'`]\s{0,4}(?:regexp|rlike|xor|sounds\s{1,4}like|div)\s{0,4}(?:$|["'`(\d])|\d\s{1,4}(?:regexp|rlike|sounds\s{1,4}like)\s{1,4}["'(\d]/i,
    'comparison',
  ],
  [/\bdiv\s{0,4}\(\s{0,4}[-+]?[\d.]{1,20}\s{0,4},\s{0,4}[-+]?[\d.]{1,20}\s{0,4}\)/i, 'call'],
  [/[\]}]["'`]\s{0,4}(?:::\s{0,4}\w{1,20}\s{0,4})?(?:@>|<@|\?[|&]?|#>>?|->>?|[<>!]?=|[<>])\s{0,4}["'`\d]/, 'json'],
  [/(?:@>|<@|#>>?|->>?|\?[|&])\s{0,4}["'`][[{$]/, 'json'],
  [/(?:^|[=,+\-*/|(])\s{0,4}\(\s{0,4}select\s{1,4}[-+]?\d/i, 'select'],
  [/\bselect\s{1,4}(?:current_user|session_user|system_user|sysdate|current_timestamp|@@\w)/i, 'select'],
  [/[\d"')]\s{1,4}(?:or|and)\s{1,4}([a-z][\w.]{0,30})\s{0,4}=\s{0,4}\1(?![\w.])/i, 'tautology'],
  [/\(\s{0,4}(?:table\s{1,4}\w{1,40}\s{1,4}(?:limit|order\s{1,4}by)\b|values\s{1,4}row\s{0,4}\()/i, 'table'],
  [/\bmerge\s{1,4}(?:\w{1,40}\s{1,4})?using\(/i, 'statement'],
  [/\bdo\s{1,4}\$\w{0,20}\$/i, 'statement'],
];

/** PostgreSQL's casts; `std::text` and `key::int` are other languages'. */
const CASTS: readonly (readonly [RegExp, string])[] = [
  [/(?<=["')\]\d]\s?|null)::\s{0,4}(?:jsonb?|text|int(?:eger)?|bool(?:ean)?|real|date|timestamp|money|char)\b/i, 'cast'],
  [
    /(?<=[\w"')\]]\s?)::\s{0,4}(?:bigint|smallint|numeric|double\s{1,4}precision|oid|varchar|regclass|jsonb|timestamptz|int[248]|float[48])\b/i,
    'cast',
  ],
];

/** The first statement or clause in the text that is SQL by its look. */
export function judgeShape(text: string): Judgement | undefined {
  for (const [pattern, kind] of text.includes('::') ? [...SHAPES, ...CASTS] : SHAPES) {
    const found = pattern.exec(text);
    if (found !== null) return { description: `shape ${kind}`, start: found.index, end: found.index + found[0].length };
  }
  return undefined;
}
