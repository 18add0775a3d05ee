import type { Behaviour } from '../model/behaviour.ts';
import { SEVERITIES } from '../model/detection.ts';

const overlap = (a: Behaviour, b: Behaviour): boolean => a.startMs <= b.endMs && a.endMs >= b.startMs;
const grave = ({ rule }: Behaviour): number => SEVERITIES.indexOf(rule.severity);

/** Whether `other` tells at the same time what `one` tells in another measure: one's rule is named after the other's (`ssh-brute-force-slow`). */
function isToldBy(one: Behaviour, other: Behaviour): boolean {
  if (one === other || one.success !== other.success || !overlap(one, other)) return false;
  const isNamedAfter = one.rule.name.startsWith(`${other.rule.name}-`);
  const isNamesake = isNamedAfter || other.rule.name.startsWith(`${one.rule.name}-`);
  return isNamesake && (grave(one) < grave(other) || (grave(one) === grave(other) && isNamedAfter));
}

/** Behaviours without those that tell again what another tells, of two the graver stays. */
export const withoutVariants = (behaviours: readonly Behaviour[]): Behaviour[] =>
  behaviours.filter((one) => !behaviours.some((other) => isToldBy(one, other)));
