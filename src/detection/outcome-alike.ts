import type { Family, Outcome } from '../model/detection.ts';
import { type Attempt, differInAim } from './outcome-place.ts';
import { ALIKE_BYTES, type Echo } from './outcome-size.ts';

/** Times that a page may send a payload back, escaped (title, heading, field, message) and as it came (links). */
const ESCAPED_ECHOES = 4;
const RAW_ECHOES = 2;
/** Payloads after different things that were answered alike: then this is how the place answers what fails. */
export const MIN_ALIKE = 2;
const MIN_LENGTHS_APART = 8;
const MIN_AGAIN = 4;
const MOST = 0.75;

/** An earlier answer to a detection. */
export interface Answered {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  readonly status: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly success: boolean;
  readonly families: readonly Family[];
}

/** More than a page sends back of a request, bytes. */
export const mostSentBack = ({ escapedLength, rawLength, beside }: Attempt): number =>
  ESCAPED_ECHOES * escapedLength + RAW_ECHOES * (rawLength + beside);

/** There is nothing at the path. */
export const isMissing = (status: number): boolean => status === 404 || status === 410;

/**
 * The path was what the server did not like. A client gets 400, 405, 411, 412, 416, 417 or 429 for any path that it wants it for; a path with `..` or
 * escapes may well deserve its 400.
 */
export function isAboutPath({ outcome, status, attempt }: Answered): boolean {
  if (isMissing(status) || status === 401 || status === 451) return true;
  return (outcome === 'blocked' && status !== 429) || (status === 400 && /\.\.|[%\\]/.test(attempt.path));
}

/** Answers are known to send nothing back when most have a size that an ordinary request, or a payload of another length, got too. */
function sendsNothingBack(before: readonly Answered[], usual: readonly number[]): boolean {
  const answered = before.filter(({ outcome, success }) => outcome === 'answered' && !success);
  const again = answered.filter(
    ({ bytes, attempt }) =>
      usual.includes(bytes) ||
      answered.some((other) => Math.abs(other.bytes - bytes) <= ALIKE_BYTES && isOfOtherLength(attempt, other.attempt)),
  );
  return again.length >= MIN_AGAIN && again.length >= answered.length * MOST;
}

/** However a page sends payloads back, these two would differ by it. */
const isOfOtherLength = (one: Attempt, other: Attempt): boolean =>
  Math.abs(one.rawLength - other.rawLength) >= MIN_LENGTHS_APART && Math.abs(one.escapedLength - other.escapedLength) >= MIN_LENGTHS_APART;

/** What is known of a place: its earlier answers, and how its size follows from the request where that is known. */
export interface Known {
  readonly before: readonly Answered[];
  readonly echo: Echo | undefined;
  readonly isSilent: boolean;
  /** The largest ordinary answer, bytes. */
  readonly largest: number;
}

export const knownOf = (
  before: readonly Answered[],
  usual?: { readonly echo: Echo | undefined; readonly sizes: readonly number[] },
): Known => ({
  before,
  echo: usual?.echo,
  isSilent: sendsNothingBack(before, usual?.sizes ?? []),
  largest: usual?.sizes.at(-1) ?? Number.POSITIVE_INFINITY,
});

/** Whether two answers differ by no more than sending the payloads back explains. */
export function isAlike(bytes: number, attempt: Attempt, other: Answered, { echo, isSilent, largest }: Known): boolean {
  if (other.outcome !== 'answered') return false;
  const difference = Math.abs(bytes - other.bytes);
  if (difference <= ALIKE_BYTES) return true;
  if (isSilent) return false;
  const escaped = Math.abs(attempt.escapedLength - other.attempt.escapedLength);
  const raw = Math.abs(attempt.rawLength - other.attempt.rawLength);
  // Far larger pages that differ by just the lengths of the payloads sent these back, to a client that does not ask for compression, say.
  if (other.success) return bytes > 2 * largest && [escaped, raw].some((sent) => Math.abs(difference - sent) <= ALIKE_BYTES);
  const sentBack = echo === undefined ? ESCAPED_ECHOES * escaped + RAW_ECHOES * raw : Math.ceil(echo.rate) * Math.max(escaped, raw);
  return difference <= ALIKE_BYTES + sentBack;
}

/** The same page, but for an echo, was given to payloads that were after something else (and after different things). */
export function isTemplate(bytes: number, attempt: Attempt, known: Known): boolean {
  const alike = known.before.filter((other) => differInAim(attempt, other.attempt) && isAlike(bytes, attempt, other, known));
  return hasDifferent(alike, MIN_ALIKE);
}

/** At least `count` of them are after different things. */
export function hasDifferent(answers: readonly Answered[], count: number): boolean {
  const kept: Answered[] = [];
  for (const answer of answers) {
    if (kept.every((other) => differInAim(answer.attempt, other.attempt))) kept.push(answer);
    if (kept.length >= count) return true;
  }
  return false;
}

/** What is known to have failed at a place: payloads of the same kind that were refused or broke, and what was answered with the page that payloads after other things got as well. */
export function failures(known: Known, families: readonly Family[]): readonly Answered[] {
  return known.before.filter(
    ({ outcome, success, bytes, attempt, families: others }) =>
      ((outcome === 'refused' || outcome === 'error') && others.some((family) => families.includes(family))) ||
      (outcome === 'answered' && !success && isTemplate(bytes, attempt, known)),
  );
}
