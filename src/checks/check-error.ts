import type { Said } from '../text/said.ts';

/** A check could not do its work: one sentence that says why and what to do. */
export class CheckError extends Error {
  readonly said: Said;

  constructor(sentence: Said, english: string, options?: ErrorOptions) {
    super(english, options);
    this.name = 'CheckError';
    this.said = sentence;
  }
}
