/** A password or key that is looked up when it is needed; the part of the configuration's secrets that is needed here. */
export interface Secret {
  /** The value now. Throws when it is missing; the message names the place, never the value. */
  reveal(): string;
  /** As the person wrote it. */
  written(): string;
}
