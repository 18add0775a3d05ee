import { readFileSync } from 'node:fs';
import type { Language } from './language.ts';

/** English text → its forms in one language: one, or several where the language tells numbers apart (gettext's `msgstr[n]`). */
export type Catalogue = Readonly<Record<string, readonly string[]>>;

/** The catalogue that the build put beside the program; empty where there is none, which leaves the texts English. */
export function readCatalogue(language: Language): Catalogue {
  try {
    return JSON.parse(readFileSync(new URL(`./lang.${language}.json`, import.meta.url), 'utf8')) as Catalogue;
  } catch {
    return {};
  }
}
