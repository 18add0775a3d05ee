import type { Behaviour } from '../model/behaviour.ts';
import { SEVERITIES } from '../model/detection.ts';

const overlap = (a: Behaviour, b: Behaviour): boolean => a.startMs <= b.endMs && a.endMs >= b.startMs;
const grave = ({ rule }: Behaviour): number => SEVERITIES.indexOf(rule.severity);

/**
 * Whether `other` tells at the same time what `one` tells in another measure: one's rule is named after the other's (`ssh-brute-force-slow`), or
 * both have one title and one example.
 */
function isToldBy(one: Behaviour, other: Behaviour): boolean {
  if (one.rule.name === other.rule.name || one.success !== other.success || !overlap(one, other)) return false;
  const isNamedAfter = one.rule.name.startsWith(`${other.rule.name}-`);
  const isTitledAlike = one.rule.title === other.rule.title && one.example === other.example;
  if (!isNamedAfter && !isTitledAlike && !other.rule.name.startsWith(`${one.rule.name}-`)) return false;
  if (grave(one) !== grave(other)) return grave(one) < grave(other);
  return isNamedAfter || (isTitledAlike && one.rule.name > other.rule.name);
}

/** Behaviours without those that tell again what another tells, of two the graver stays. */
export const withoutVariants = (behaviours: readonly Behaviour[]): Behaviour[] =>
  behaviours.filter((one) => !behaviours.some((other) => isToldBy(one, other)));
