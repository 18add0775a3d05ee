/** ISO 639-1 codes of the languages that secmon speaks. */
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language that texts are written in; the others are translated from it. */
export const ENGLISH = 'en' satisfies Language;

/** The language that a name like `ko`, `ko_KR.UTF-8` or `ko-KR` means; undefined for one that secmon does not speak. */
export function languageNamed(name: string): Language | undefined {
  const code = name.toLowerCase().split(/[-_.@]/)[0];
  return LANGUAGES.find((language) => language === code);
}

/**
 * What decides, first to last: `--lang`, the configuration, then LC_ALL, LC_MESSAGES and LANG (POSIX, "Internationalization Variables"). A
 * locale that is not of UTF-8 shows question marks for what it lacks: with one, English is meant unless another language is asked for.
 */
export interface LanguageChoice {
  readonly flag?: string | undefined;
  readonly configured?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const UTF8 = /\.utf-?8(?:@|$)/i;

export function chooseLanguage({ flag, configured, env }: LanguageChoice): Language {
  const posix = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((name) => name !== undefined && name !== '');
  const wanted = flag ?? configured ?? (posix !== undefined && UTF8.test(posix) ? posix : undefined);
  return (wanted === undefined ? undefined : languageNamed(wanted)) ?? ENGLISH;
}
