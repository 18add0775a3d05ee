import type { Secret } from '../settings/secret.ts';
import { visible } from '../text/sanitize.ts';

const MAX_INPUT_CHARACTERS = 8_192;
const MAX_CHARACTERS = 300;
const HIDDEN = '•••';
/** Hiding a shorter value letter by letter would show which letters it has. */
const SHORTEST = 4;

/** What a peer or library said, fit to be shown: on one line, harmless, secrets hidden in their usual spellings, at most 300 characters. */
export function cleanReason(text: string, secrets: readonly (Secret | undefined)[] = []): string {
  const values = secrets.flatMap((secret) => (secret === undefined ? [] : valuesOf(secret)));
  let shown = text.slice(0, MAX_INPUT_CHARACTERS);
  if (values.some((value) => value.length < SHORTEST)) return 'the answer is not shown, as a very short secret may be in it';
  for (const value of values.sort((a, b) => b.length - a.length)) shown = shown.replaceAll(value, HIDDEN);
  shown = visible(shown.replace(/\s+/g, ' ').trim());
  return shown.length > MAX_CHARACTERS ? `${shown.slice(0, MAX_CHARACTERS - 1)}…` : shown;
}

function valuesOf(secret: Secret): string[] {
  try {
    const value = secret.reveal();
    return value === ''
      ? []
      : [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), Buffer.from(value).toString('base64')];
  } catch {
    return [];
  }
}

/** Why something failed, from whatever was thrown. */
export function reasonOf(error: unknown, secrets: readonly (Secret | undefined)[] = []): string {
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return cleanReason(inner instanceof Error ? inner.message || inner.name : 'unknown reason', secrets);
}
