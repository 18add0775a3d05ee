import type { SchemaKit } from '../settings/schema-kit.ts';
import { configSchema } from './schema.ts';

/** The part of JSON Schema (2020-12) that the configuration uses, with `secret` of our own. */
export interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly secret?: boolean;
}

/** The configuration's schema as data, for documents and messages. */
export function configShape(kit: SchemaKit): Shape {
  return kit.z.toJSONSchema(configSchema(kit), { io: 'input', unrepresentable: 'any' }) as Shape;
}

/** The alternatives that may stand at a place; a `type` narrows them when the value names one. */
export function shapesAt(shape: Shape, path: readonly PropertyKey[]): readonly Shape[] {
  let shapes = alternatives(shape);
  for (const key of path) shapes = shapes.flatMap((one) => below(one, key)).flatMap(alternatives);
  return shapes;
}

export function alternatives(shape: Shape): readonly Shape[] {
  const among = shape.anyOf ?? shape.oneOf;
  return among === undefined ? [shape] : [...among.flatMap(alternatives), ...(shape.secret ? [shape] : [])];
}

function below(shape: Shape, key: PropertyKey): readonly Shape[] {
  if (typeof key === 'number') return shape.items === undefined ? [] : [shape.items];
  const known = shape.properties?.[String(key)];
  if (known !== undefined) return [known];
  return typeof shape.additionalProperties === 'object' ? [shape.additionalProperties] : [];
}

/** True when what stands at a place must never be shown. */
export function isSecretPlace(shape: Shape, path: readonly PropertyKey[]): boolean {
  return path.some((_, depth) => shapesAt(shape, path.slice(0, depth + 1)).some(({ secret }) => secret === true));
}
