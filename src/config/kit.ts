import { fromCredential, fromEnvironment, fromFile, type SchemaKit } from '../settings/schema-kit.ts';
import { hasBadReference, type SecretPlaces, secretFrom } from './secrets.ts';

/** Loads zod, and binds secrets to where they are looked up. */
export async function loadKit(places: SecretPlaces): Promise<SchemaKit> {
  const { z } = await import('zod');
  return {
    z,
    secret: (description) =>
      z
        .string()
        .min(1)
        .refine((text) => !hasBadReference(text), {
          error: `expected ${fromEnvironment('NAME')}, ${fromFile('/path')} or ${fromCredential('NAME')}`,
        })
        .transform((text) => secretFrom(text, places))
        .describe(description)
        .meta({ secret: true }),
  };
}
