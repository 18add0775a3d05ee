/** Reads a value that came from another process; undefined for what it is not. */
type Field<T> = (value: unknown) => T | undefined;

/** How each field of an object is read. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/**
 * The object with exactly these fields, each as its reader gives it; those in `optional` may be left out. Undefined for everything else,
 * also for an object that holds more.
 */
export function shaped<T>(value: unknown, fields: Fields<T>, optional: readonly string[] = []): T | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (Object.keys(value).some((key) => !Object.hasOwn(fields, key))) return undefined;
  const found: Record<string, unknown> = {};
  for (const [key, read] of Object.entries<Field<unknown>>(fields)) {
    const item: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    if (item === undefined && optional.includes(key)) {
      found[key] = undefined;
      continue;
    }
    const got = read(item);
    if (got === undefined) return undefined;
    found[key] = got;
  }
  return found as T;
}

/** A text of at most so many UTF-16 units. */
export const text =
  (most: number): Field<string> =>
  (value) =>
    typeof value === 'string' && value.length <= most ? value : undefined;

const NAME = /^[\w.@-]{1,64}(?: [\w.@-]{1,64})?$/;

/** `nftables`, `fail2ban sshd`. */
export const name: Field<string> = (value) => (typeof value === 'string' && NAME.test(value) ? value : undefined);

export const wholeNumber: Field<number> = (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined);

export const number: Field<number> = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

export const flag: Field<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

export const list =
  <T>(item: Field<T>, most: number): Field<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value) || value.length > most) return undefined;
    const found = value.map(item);
    return found.every((one) => one !== undefined) ? (found as T[]) : undefined;
  };
