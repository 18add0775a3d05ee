import type { ActorDetail } from '../engine/protocol.ts';
import type { Screen } from './state.ts';

export type ActorScreen = Extract<Screen, { kind: 'actor' }>;

/** The steps that the cursor can stand on. */
export const stepsOf = (detail: ActorDetail | 'loading'): ActorDetail['story'] =>
  detail === 'loading' ? [] : detail.story.filter(({ kind }) => kind === 'step');

/** The step that Enter opens. */
export const stepUnderCursor = ({ detail, step }: ActorScreen): ActorDetail['story'][number] | undefined => {
  const steps = stepsOf(detail);
  return steps[Math.min(step, steps.length - 1)];
};
