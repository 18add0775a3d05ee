// Joins the catalogues of one language, src/lang/LANGUAGE/*.po, to one JSON: English text → its forms.
import { readdir, readFile } from 'node:fs/promises';
import { po } from 'gettext-parser';

const folder = new URL('../src/lang/', import.meta.url);

/** The languages that have a folder of catalogues. */
export async function translations() {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Every entry with its file, as a translator wrote it. */
export async function readCatalogues(language) {
  const base = new URL(`${language}/`, folder);
  const names = (await readdir(base)).filter((name) => name.endsWith('.po')).sort();
  const entries = [];
  for (const name of names) {
    const { translations } = po.parse(await readFile(new URL(name, base)));
    for (const entry of Object.values(translations['']))
      if (entry.msgid !== '') entries.push({ file: name, text: entry.msgid, many: entry.msgid_plural, forms: entry.msgstr });
  }
  return entries;
}

export async function compileCatalogue(language) {
  const filled = (await readCatalogues(language)).filter(({ forms }) => forms.every((form) => form !== ''));
  return JSON.stringify(Object.fromEntries(filled.map(({ text, forms }) => [text, forms])));
}
