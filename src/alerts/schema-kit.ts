import type { z } from 'zod';
import type { Secret } from './secret.ts';

/**
 * What a channel needs to describe its section of the configuration. It is handed in, so that zod is only loaded when a person's
 * file is read, and secrets are bound to the environment that they come from.
 */
export interface SchemaKit {
  readonly z: typeof z;
  /** A text that is never shown; `${env:NAME}` and `${file:/path}` are allowed. */
  secret(description: string): z.ZodType<Secret, string>;
}

/** How a secret in an environment variable is written. */
export const fromEnvironment = (name: string): string => `\${env:${name}}`;

/** How a secret in a file is written. */
export const fromFile = (path: string): string => `\${file:${path}}`;
