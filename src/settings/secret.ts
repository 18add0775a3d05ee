import { inspect } from 'node:util';

/** What stands wherever a secret would be printed. */
export const HIDDEN = '•••';

/** A password, token or address that holds one. Printing, inspecting or serialising it shows `•••`. */
export interface Secret {
  /** The value now; an environment variable or file is read at every call. Throws {@link SecretError} when it is missing. */
  reveal(): string;
  /** How the person wrote it: `${env:NAME}`, `${file:/path}`, or the value itself. Only to hand the secret to another thread. */
  written(): string;
  toString(): string;
  toJSON(): string;
  [inspect.custom](): string;
}

/** A secret could not be read where the configuration says it is; the message names the place, never the value. */
export class SecretError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SecretError';
  }
}

/** Wraps a value (or the way to it) so that it never prints. */
export function createSecret(written: string, reveal: () => string = () => written): Secret {
  const hidden = (): string => HIDDEN;
  return { reveal, written: () => written, toString: hidden, toJSON: hidden, [inspect.custom]: hidden };
}

/** An address or key made of another secret, looked up and hidden like it. */
export function derivedSecret(from: Secret, derive: (value: string) => string): Secret {
  return createSecret(HIDDEN, () => derive(from.reveal()));
}
