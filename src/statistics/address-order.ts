import type { AddressSort } from '../model/snapshot.ts';
import type { AddressTable } from './address-table.ts';

export interface Order {
  /** Index into WINDOWS. */
  readonly window: number;
  readonly sort: AddressSort;
  readonly reverse: boolean;
  readonly limit: number;
}

/** Ids of the first `limit` addresses of the window in order, and how many it holds. One pass; only `limit` of them are ever kept sorted. */
export function selectTop(table: AddressTable, { window, sort, reverse, limit }: Order): { chosen: number[]; held: number } {
  const direction = reverse ? -1 : 1;
  const before = (a: number, b: number): boolean =>
    direction * (table[SORT_COLUMN[sort]](b, window) - table[SORT_COLUMN[sort]](a, window) || compareTies(table, window, [a, b])) < 0;
  const ids: number[] = [];
  let held = 0;
  for (let id = 0; id < table.end; id += 1) {
    if (table.hits(id, window) === 0) continue;
    held += 1;
    const least = ids[ids.length - 1];
    if (ids.length >= limit && (least === undefined || before(least, id))) continue;
    let at = ids.length;
    for (let above = ids[at - 1]; above !== undefined && before(id, above); above = ids[at - 1]) at -= 1;
    ids.splice(at, 0, id);
    if (ids.length > limit) ids.pop();
  }
  return { chosen: ids, held };
}

const SORT_COLUMN = { hits: 'hits', errors: 'errors', bytes: 'bytes', severity: 'worst' } as const;

/** More hits first, then the lower address in code-unit order. */
function compareTies(table: AddressTable, window: number, [a, b]: readonly [number, number]): number {
  const hits = table.hits(b, window) - table.hits(a, window);
  if (hits !== 0) return hits;
  return table.addressAt(a) < table.addressAt(b) ? -1 : 1;
}
