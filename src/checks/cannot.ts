import type { Values } from '../lang/lang.ts';
import { english, type Said, said } from '../text/said.ts';
import { CheckError } from './check-error.ts';

/** The error for a sentence; its message is the English one. */
export const cannot = (sentence: Said, cause?: unknown): CheckError =>
  new CheckError(sentence, english(sentence), cause === undefined ? undefined : { cause });

/** The same for a text of the catalogue and its values. */
export const cannotDo = (text: string, values?: Values): CheckError => cannot(said(text, values));

/** Any failure as a sentence. */
export function saidBy(error: unknown): Said {
  if (error instanceof CheckError) return error.said;
  return { text: '{reason}', values: { reason: error instanceof Error ? error.message : String(error) } };
}
