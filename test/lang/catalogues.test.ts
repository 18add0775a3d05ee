import { beforeAll, describe, expect, test } from 'vitest';
import { type CatalogueEntry, readCatalogues } from '../../scripts/compile-catalogues.mjs';
import { compileRules } from '../../scripts/compile-rules.mjs';
import { readRuleSet } from '../../src/engine/rules/rule-set.ts';
import { LANGUAGES } from '../../src/lang/language.ts';
import { type MarkedText, markedTexts } from './marked-texts.ts';

const SOURCES = new URL('../../src/', import.meta.url);
const RULES = ['rules.po', 'rule-descriptions.po'];

const placesOf = (text: string): string[] => [...new Set([...text.matchAll(/\{\w+\}/g)].map(([place]) => place))].sort();

describe.each(LANGUAGES.filter((language) => language !== 'en'))('the catalogues of %s', (language) => {
  let entries: CatalogueEntry[];
  let texts: MarkedText[];
  let unreadable: string[];

  beforeAll(async () => {
    entries = await readCatalogues(language);
    ({ texts, unreadable } = await markedTexts(SOURCES));
  });

  test('every call names its text as a plain literal', () => {
    expect(unreadable).toEqual([]);
  });

  test('every text that the program says is translated', () => {
    const known = new Set(entries.filter(({ forms }) => forms.every((form) => form !== '')).map(({ text }) => text));
    expect([...new Set(texts.filter(({ text }) => !known.has(text)).map(({ file, text }) => `${file}: ${text}`))]).toEqual([]);
  });

  test('every title and description of a built-in rule is translated', async () => {
    const known = new Set(entries.map(({ text }) => text));
    const { rules, correlations } = readRuleSet(await compileRules());
    const said = [...rules, ...correlations].flatMap(({ info }) => [info.title, info.description.trim()]);
    expect([...new Set(said)].filter((text) => !known.has(text))).toEqual([]);
  });

  test('no translation is left over from a text that is gone', () => {
    const said = new Set(texts.map(({ text }) => text));
    const left = entries.filter(({ file, text }) => !RULES.includes(file) && !said.has(text));
    expect(left.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  test('a translation has the places of its text, and no others', () => {
    const wrong = entries.filter(({ text, many, forms }) => {
      const wanted = new Set([...placesOf(text), ...placesOf(many ?? '')]);
      return forms.some(
        (form) => placesOf(form).some((place) => !wanted.has(place)) || placesOf(text).some((place) => !form.includes(place)),
      );
    });
    expect(wrong.map(({ file, text, forms }) => `${file}: ${text} → ${forms.join(' | ')}`)).toEqual([]);
  });

  test('a text has one translation, whatever file it stands in', () => {
    const seen = new Map<string, string>();
    const differing = entries.filter(({ text, forms }) => {
      const before = seen.get(text);
      seen.set(text, forms[0] ?? '');
      return before !== undefined && before !== forms[0];
    });
    expect(differing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  test('no translation holds what does not belong on a terminal', () => {
    const odd = entries.filter(({ forms }) => forms.some((form) => /[\p{Cc}\p{Cf}]/u.test(form.replaceAll('\n', ''))));
    expect(odd.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });
});
