import { compileCatalogue } from '../../scripts/compile-catalogues.mjs';
import { addCatalogue, setLanguage } from '../../src/lang/lang.ts';

/** Lets this test file speak Korean from here on, from the catalogues as they stand in the sources. */
export async function speakKorean(): Promise<void> {
  addCatalogue('ko', JSON.parse(await compileCatalogue('ko')));
  setLanguage('ko');
}
