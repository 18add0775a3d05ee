import { AsyncLocalStorage } from 'node:async_hooks';
import { type Catalogue, readCatalogue } from './catalogue-file.ts';
import { ENGLISH, type Language } from './language.ts';

/** What stands for `{name}` in a text. Values are put in as they are; what comes from a log was made harmless before. */
export type Values = Readonly<Record<string, string | number>>;

/** The language of a process is set once, as its time zone is; work for somebody else runs {@link inLanguage}. */
const ofWork = new AsyncLocalStorage<Language>();
const ofProcess: { language: Language } = { language: ENGLISH };
const catalogues = new Map<Language, Catalogue>();

/** Takes a catalogue instead of the file's (tests, which run without a build). */
export function addCatalogue(language: Language, catalogue: Catalogue): void {
  catalogues.set(language, catalogue);
}

function catalogueOf(language: Language): Catalogue {
  const known = catalogues.get(language) ?? readCatalogue(language);
  catalogues.set(language, known);
  return known;
}

/** The language of everything that is not run {@link inLanguage} of its own. */
export function setLanguage(language: Language): void {
  ofProcess.language = language;
}

export const language = (): Language => ofWork.getStore() ?? ofProcess.language;

/** Does the work, and what it awaits, in a language. */
export const inLanguage = <T>(wanted: Language, work: () => T): T => (wanted === language() ? work() : ofWork.run(wanted, work));

/** Marks a text of a table for the catalogue; {@link t} translates it where it is shown. */
export const msg = <T extends string>(text: T): T => text;

/** The text in the language of the work; the English one where the catalogue lacks it. `{name}` is replaced by the value of that name. */
export function t(text: string, values?: Values): string {
  return filled(formsOf(text)?.[0] ?? text, values);
}

/** A text about a number: `tn(2, '{n} address', '{n} addresses')`. `{n}` is the number as the language writes it. */
export function tn(count: number, one: string, many: string, values?: Values): string {
  const forms = formsOf(one);
  const text = forms === undefined ? (count === 1 ? one : many) : (forms[Math.min(count === 1 ? 0 : 1, forms.length - 1)] ?? many);
  return filled(text, { ...values, n: formatNumber(count) });
}

/** `12,345`. */
export const formatNumber = (value: number): string => value.toLocaleString(language());

function formsOf(text: string): readonly string[] | undefined {
  const current = language();
  if (current === ENGLISH) return undefined;
  const catalogue = catalogueOf(current);
  return Object.hasOwn(catalogue, text) ? catalogue[text] : undefined;
}

const PLACE = /\{([a-zA-Z]\w{0,30})\}/g;

function filled(text: string, values: Values | undefined): string {
  if (values === undefined) return text;
  return text.replace(PLACE, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
