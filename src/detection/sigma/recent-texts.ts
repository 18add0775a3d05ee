/** Longer texts are seldom seen twice. */
const MAX_TEXT = 512;
/** Texts kept in a generation; two generations are kept. */
const GENERATION = 4096;

/** What is known of texts seen of late, at most twice {@link GENERATION}, by the text itself (a hash could be forged). */
export interface RecentTexts<V extends object> {
  get(text: string): V | undefined;
  /** The text must be a copy ({@link copyOf}). */
  set(text: string, value: V): void;
}

/** A copy that does not keep the chunk alive that the text was cut from; undefined for one that is not worth keeping. */
export function copyOf(text: string): string | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const copy = Buffer.from(text, 'utf8').toString('utf8');
  return copy === text ? copy : undefined;
}

export function createRecentTexts<V extends object>(): RecentTexts<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const set = (text: string, value: V): void => {
    if (young.size >= GENERATION) {
      old = young;
      young = new Map();
    }
    young.set(text, value);
  };
  return {
    get(text) {
      if (text.length > MAX_TEXT) return undefined;
      const known = young.get(text);
      if (known !== undefined) return known;
      const older = old.get(text);
      if (older !== undefined) set(text, older);
      return older;
    },
    set,
  };
}
