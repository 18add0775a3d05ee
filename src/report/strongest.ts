/** The strongest distinct items seen, in bounded memory; of equal ones the first. */
export interface StrongestList<T> {
  add(item: T): void;
  /** Strongest first, then in the order they came. */
  list(): readonly T[];
}

export interface StrongestOptions<T> {
  readonly most: number;
  readonly strength: (item: T) => number;
  /** Items with one key tell the same: only the strongest of them stays. */
  readonly key: (item: T) => string;
}

export function strongestList<T>({ most, strength, key }: StrongestOptions<T>): StrongestList<T> {
  let held: { readonly item: T; readonly strength: number; readonly key: string }[] = [];
  return {
    add(item) {
      const own = strength(item);
      const weakest = held.at(-1);
      if (held.length >= most && weakest && own <= weakest.strength) return;
      const name = key(item);
      const same = held.find((one) => one.key === name);
      if (same && same.strength >= own) return;
      if (same) held = held.filter((one) => one !== same);
      const at = held.findIndex((one) => one.strength < own);
      held.splice(at < 0 ? held.length : at, 0, { item, strength: own, key: name });
      if (held.length > most) held.pop();
    },
    list: () => held.map(({ item }) => item),
  };
}
