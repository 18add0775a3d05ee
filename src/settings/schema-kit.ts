import type { z } from 'zod';
import { msg } from '../lang/lang.ts';
import type { Secret } from './secret.ts';

/**
 * What a feature needs to describe its section of the configuration. It is handed in, so that zod is only loaded when a person's
 * file is read, and secrets are bound to the environment that they come from.
 */
export interface SchemaKit {
  readonly z: typeof z;
  /** A text that is never shown; `${env:NAME}`, `${file:/path}` and `${credential:NAME}` are allowed. */
  secret(description: string): z.ZodType<Secret, string>;
}

/** How a secret in an environment variable is written. */
export const fromEnvironment = (name: string): string => `\${env:${name}}`;

/** How a secret in a file is written. */
export const fromFile = (path: string): string => `\${file:${path}}`;

/** How a secret that systemd gives a service is written (systemd.exec(5), LoadCredential=). */
export const fromCredential = (name: string): string => `\${credential:${name}}`;

const WEB_ADDRESS = /^https?:\/\/[^\s/?#@]{1,255}(?:\/[^\s?#@]{0,500})?$/i;

/** An address of a service that holds no secret; without a slash at its end. */
export function webAddress({ z }: SchemaKit) {
  return z.string().regex(WEB_ADDRESS, { error: msg('expected an address such as https://api.example.org') });
}

/** `address` and a path below it. */
export const below = (address: string, path: string): string => `${address.replace(/\/+$/, '')}${path}`;
