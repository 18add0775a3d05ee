/** One entry of a catalogue as a translator wrote it. */
export interface CatalogueEntry {
  readonly file: string;
  readonly text: string;
  readonly many: string | undefined;
  readonly forms: readonly string[];
}
/** The languages that have a folder of catalogues. */
export function translations(): Promise<string[]>;
export function readCatalogues(language: string): Promise<CatalogueEntry[]>;
/** JSON: English text → its forms. */
export function compileCatalogue(language: string): Promise<string>;
