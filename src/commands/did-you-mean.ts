/** Words may differ by so much and still be meant: 1 for short ones. */
const most = (word: string): number => (word.length <= 4 ? 1 : 2);

/** Restricted Damerau-Levenshtein distance: letters put in, left out, changed, or two that changed places. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (older[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    older = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The name that a mistyped word is meant to be; undefined when none is near. */
export function closest(word: string, names: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const ranked = names.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far);
  const [first] = ranked;
  return first !== undefined && first.far <= most(word) ? first.name : undefined;
}
