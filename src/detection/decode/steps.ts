import { base64, hex } from './binary.ts';
import { html } from './entities.ts';
import { escapes } from './escapes.ts';
import { breaks, comments, fullWidth, nulls, shell, slashes } from './normalise.ts';
import { nested, overlong, percent, plus, unicode } from './percent.ts';
import type { Offsets } from './rewrite.ts';

/** A decoding step: pure, bounded by the length of its text, the same string when it has nothing to do. */
export type Decode = (text: string, offsets?: Offsets) => string;

/** Every decoding step by the name that the operator sees. */
export const STEPS = {
  plus,
  percent,
  unicode,
  overlong,
  nested,
  html,
  escapes,
  base64,
  hex,
  'full-width': fullWidth,
  null: nulls,
  comments,
  shell,
  slashes,
  breaks,
} satisfies Record<string, Decode>;

export type StepName = keyof typeof STEPS;

/** The named step, or undefined for a name that is none. */
export const stepNamed = (name: string): Decode | undefined => (Object.hasOwn(STEPS, name) ? STEPS[name as StepName] : undefined);
