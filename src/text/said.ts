import { formatNumber, inLanguage, t, type Values } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';

/** A sentence that is made in one place and shown in another, in the language of who reads it. Plain data. */
export interface Said {
  /** The English text, as it stands in the catalogue. */
  readonly text: string;
  /** The same of several, and of how many. */
  readonly many?: string;
  readonly n?: number;
  readonly values?: Values;
}

export const said = (text: string, values?: Values): Said => (values === undefined ? { text } : { text, values });

/** A sentence about a number: `{n}` stands for it. */
export const saidOf = (n: number, texts: { readonly one: string; readonly many: string }, values?: Values): Said => ({
  text: texts.one,
  many: texts.many,
  n,
  ...(values === undefined ? {} : { values }),
});

/** The sentence in the language of the work. Values are put in as they are. */
export const words = ({ text, many, n, values }: Said): string =>
  many === undefined || n === undefined ? t(text, values) : t(n === 1 ? text : many, { ...values, n: formatNumber(n) });

/** The sentence in English, for other programs. */
export const english = (one: Said): string => inLanguage(ENGLISH, () => words(one));
