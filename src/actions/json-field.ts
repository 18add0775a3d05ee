/** A field of a value that came from outside; undefined where there is none. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
