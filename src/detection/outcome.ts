import { createBoundedMap } from '../collections/bounded-map.ts';
import type { Family, Hit, Outcome } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import { type Attempt, attemptOf, differInAim, pathAttempt } from './outcome-place.ts';
import { ALIKE_BYTES, type Echo, excess, MIN_ANSWERS, type Standing, sizeNote, standing, unexplained } from './outcome-size.ts';
import { waitNote } from './outcome-time.ts';

/** What a path usually answers: count of 2xx answers, their median size, a sample of sizes and of times, ascending. */
export interface UsualAnswer {
  readonly count: number;
  readonly medianBytes: number;
  readonly sizes: readonly number[];
  readonly timesMs: readonly number[];
  readonly echo: Echo | undefined;
}

export interface Judgement {
  readonly outcome: Outcome;
  readonly success: boolean;
  /** Why a success is claimed: `41× size`; `''` otherwise. */
  readonly note: string;
}

/** What is known beside the entry. */
export interface Circumstances {
  /** Of the entry's path; undefined when it never answered an ordinary request. */
  readonly usual: UsualAnswer | undefined;
  /** How often ordinary requests anywhere were answered with this size. */
  readonly timesSeen: (bytes: number) => number;
  /** What already worked for this actor, when this is a payload that means control where it works. */
  readonly earlier: Family | undefined;
}

/** Judges what became of detections, one after the other; remembers how each place answers attacks, in bounded memory. */
export interface OutcomeJudge {
  /** Places whose answers are remembered. */
  readonly places: number;
  judge(entry: Entry, hits: readonly Hit[], circumstances: Circumstances): Judgement;
}

/** Times that a page may send a payload back, escaped (title, heading, field, message) and as it came (links). */
const ESCAPED_ECHOES = 4;
const RAW_ECHOES = 2;
const MAX_PLACES = 1000;
/** Answers remembered of each place. */
const MAX_ANSWERS = 32;
/** Payloads after different things that were answered alike: then this is how the place answers what fails. */
const MIN_ALIKE = 2;
/** Other paths that must have been refused before one that is answered stands out. */
const MIN_REFUSED = 2;
/** As many for an answer that is not unusual by its size. */
const MIN_UNLIKE = 3;
const MIN_MORE_BYTES = 16;
const MIN_LENGTHS_APART = 8;
const MIN_AGAIN = 4;
const MOST = 0.75;
/** Families whose payload names what is to be shown: a file, an address. */
const FETCHING: ReadonlySet<Family> = new Set<Family>(['lfi', 'rfi', 'ssrf']);
/** All payloads that are paths, over all folders. */
const PATHS = '(paths)';

/** The outcome that an HTTP status stands for; `none` for 0 and informational ones. */
export function outcomeOf(status: number): Outcome {
  if ([403, 406, 429, 444].includes(status)) return 'blocked';
  if (status === 408 || status === 499) return 'abandoned';
  if (status >= 200 && status < 300) return 'answered';
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 && status < 600 ? 'error' : 'none';
}

/** Families of hits, the worst rule's first. */
export const familiesOf = (hits: readonly Hit[]): readonly Family[] => [...new Set(hits.flatMap((hit) => hit.rule.families))];

interface Answered {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  readonly status: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly success: boolean;
  readonly families: readonly Family[];
}

/**
 * A success is claimed only with a witness: the size of the answer, the time that it took, or how the same place answered other payloads. What a place
 * answers to payloads after different things is its page for what fails, and so is whatever differs from that by no more than an echo of the payload.
 */
export function createOutcomeJudge(): OutcomeJudge {
  const places = createBoundedMap<string, Answered[]>(MAX_PLACES);
  const remember = (place: string, answer: Answered): void => {
    const answers = places.get(place);
    if (answers === undefined) places.set(place, [answer]);
    else {
      if (answers.length === MAX_ANSWERS) answers.shift();
      answers.push(answer);
    }
  };
  return {
    get places() {
      return places.size;
    },
    judge(entry, hits, circumstances) {
      const outcome = outcomeOf(entry.status);
      const attempt = attemptOf(entry, hits);
      const families = familiesOf(hits);
      const paths = `${entry.host} ${PATHS}`;
      if (attempt === undefined || entry.status === 0) {
        if (outcome === 'refused' && entry.kind === 'http')
          remember(paths, {
            attempt: pathAttempt(entry.target),
            outcome,
            status: entry.status,
            bytes: -1,
            durationMs: -1,
            success: false,
            families: [],
          });
        return { outcome, success: false, note: '' };
      }
      const place = `${entry.host} ${attempt.place}`;
      const before = places.peek(place) ?? [];
      const note = witness({
        entry,
        outcome,
        attempt,
        families,
        before,
        paths: attempt.isPath ? (places.peek(paths) ?? []) : [],
        ...circumstances,
      });
      const answer = {
        attempt,
        outcome,
        status: entry.status,
        bytes: entry.bytes,
        durationMs: entry.durationMs,
        success: note !== '',
        families,
      };
      remember(place, answer);
      if (attempt.isPath) remember(paths, answer);
      return { outcome, success: note !== '', note };
    },
  };
}

interface Case extends Circumstances {
  readonly entry: Entry;
  readonly outcome: Outcome;
  readonly attempt: Attempt;
  readonly families: readonly Family[];
  /** Earlier answers of the place. */
  readonly before: readonly Answered[];
  /** Earlier answers to payloads that were paths, of the whole site. */
  readonly paths: readonly Answered[];
}

/** Why a success may be claimed; `''` when nothing says so. */
function witness(given: Case): string {
  const { entry, outcome, attempt, before, usual } = given;
  if (outcome === 'answered' || outcome === 'error' || outcome === 'abandoned') {
    const waited = waitNote(attempt.delayMs, entry.durationMs, usual?.timesMs ?? []);
    const isSlowAnyway = before.some((other) => other.attempt.delayMs === 0 && other.durationMs >= attempt.delayMs * 0.95);
    if (waited !== '' && !isSlowAnyway) return waited;
  }
  if (outcome !== 'answered' || entry.bytes <= 0 || entry.method === 'HEAD') return '';
  // The size of a part (206) says nothing; that there is something to send parts of does.
  if (usual !== undefined && usual.count >= MIN_ANSWERS && usual.sizes.length > 0)
    return entry.status === 206 ? '' : sizeWitness(given, usual);
  return attempt.isPath ? pathWitness(given) : '';
}

/** The size, compared with ordinary answers of the path and with how the place answered other payloads. */
function sizeWitness(given: Case, usual: UsualAnswer): string {
  const { entry, attempt, before, families, timesSeen } = given;
  const known = knownOf(before, usual);
  if (attempt.isHeader && timesSeen(entry.bytes) > 0) return '';
  if (isTemplate(entry.bytes, attempt, known)) return '';
  const where = standing(entry.bytes, usual.sizes);
  const note = sizeNote(entry.bytes, usual.medianBytes);
  if (isMoreThanEcho(given, usual)) return note;
  if (where === 'above' && excess(entry.bytes, usual.sizes) > mostSentBack(attempt)) return note;
  const others = failures(known, families);
  if (excess(entry.bytes, usual.sizes) > ALIKE_BYTES)
    return others.length >= MIN_ALIKE && !others.some((other) => isAlike(entry.bytes, attempt, other, known)) ? note : '';
  return families.some((family) => FETCHING.has(family)) ? fetchWitness(given, { where, others, note, known }) : '';
}

const mostSentBack = ({ escapedLength, rawLength, beside }: Attempt): number =>
  ESCAPED_ECHOES * escapedLength + RAW_ECHOES * (rawLength + beside);

interface Unlike {
  readonly where: Standing;
  readonly others: readonly Answered[];
  readonly note: string;
  readonly known: Known;
}

/** A file or address was shown whose size alone says nothing: what failed here was refused, or got a page that is smaller, or more than twice as large. */
function fetchWitness({ entry, attempt }: Case, { where, others, note, known }: Unlike): string {
  const pages = others.filter(({ outcome }) => outcome === 'answered');
  if (pages.some((page) => isAlike(entry.bytes, attempt, page, known))) return '';
  const isLarger = pages.every(({ bytes }) => bytes < entry.bytes);
  const isBare = pages.every(({ bytes }) => entry.bytes * 2 < bytes);
  if (where === 'below' || where === 'between')
    return others.length >= MIN_ALIKE && (isBare || (isLarger && where === 'between')) ? note : '';
  return isLarger && hasDifferent(others, MIN_UNLIKE) ? `unlike ${others.length} others here` : '';
}

/** On a page whose size follows from what it repeats: there is more, and it is more or less for other payloads (a page for what is refused is always the same). */
function isMoreThanEcho({ entry, attempt, before }: Case, { echo, medianBytes }: UsualAnswer): boolean {
  if (echo === undefined) return false;
  const more = (bytes: number, of: Attempt): number => unexplained(bytes, echo, of);
  const here = more(entry.bytes, attempt);
  if (here < MIN_MORE_BYTES) return false;
  if (here - echo.rate * attempt.encoding > medianBytes / 4) return true;
  return before.some(
    (other) =>
      other.outcome === 'answered' &&
      differInAim(attempt, other.attempt) &&
      Math.abs(more(other.bytes, other.attempt) - here) >
        MIN_MORE_BYTES / 2 + echo.rate * Math.abs(attempt.encoding - other.attempt.encoding),
  );
}

/** A path that no ordinary visitor asks for, answered where others like it are refused, and not with the page that stands for everything. */
function pathWitness({ entry, attempt, paths, before, timesSeen, earlier }: Case): string {
  if (timesSeen(entry.bytes) > 0 || isTemplate(entry.bytes, attempt, knownOf(paths))) return '';
  if (before.some(({ attempt: other, status }) => isMissing(status) && other.path === attempt.path)) return 'not there before';
  const refused = new Set(paths.filter(isAboutPath).map((other) => other.attempt.path));
  refused.delete(attempt.path);
  if (refused.size >= MIN_REFUSED) return `${refused.size} others refused`;
  return earlier === undefined ? '' : `after ${earlier}`;
}

const isMissing = (status: number): boolean => status === 404 || status === 410;

/**
 * The path was what the server did not like. A client gets 400, 405, 411, 412, 416, 417 or 429 for any path that it wants it for; a path with `..` or
 * escapes may well deserve its 400.
 */
function isAboutPath({ outcome, status, attempt }: Answered): boolean {
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
interface Known {
  readonly before: readonly Answered[];
  readonly echo: Echo | undefined;
  readonly isSilent: boolean;
}

const knownOf = (before: readonly Answered[], usual?: UsualAnswer): Known => ({
  before,
  echo: usual?.echo,
  isSilent: sendsNothingBack(before, usual?.sizes ?? []),
});

/** Whether two answers differ by no more than sending the payloads back explains. */
function isAlike(bytes: number, attempt: Attempt, other: Answered, { echo, isSilent }: Known): boolean {
  if (other.outcome !== 'answered') return false;
  const difference = Math.abs(bytes - other.bytes);
  if (difference <= ALIKE_BYTES) return true;
  if (isSilent) return false;
  const escaped = Math.abs(attempt.escapedLength - other.attempt.escapedLength);
  const raw = Math.abs(attempt.rawLength - other.attempt.rawLength);
  // What two successes show does not differ by just the lengths of the payloads: such pages only sent these back.
  if (other.success) return [escaped, raw].some((sent) => Math.abs(difference - sent) <= ALIKE_BYTES);
  const sentBack = echo === undefined ? ESCAPED_ECHOES * escaped + RAW_ECHOES * raw : Math.ceil(echo.rate) * Math.max(escaped, raw);
  return difference <= ALIKE_BYTES + sentBack;
}

/** The same page, but for an echo, was given to payloads that were after something else (and after different things). */
function isTemplate(bytes: number, attempt: Attempt, known: Known): boolean {
  const alike = known.before.filter((other) => differInAim(attempt, other.attempt) && isAlike(bytes, attempt, other, known));
  return hasDifferent(alike, MIN_ALIKE);
}

/** At least `count` of them are after different things. */
function hasDifferent(answers: readonly Answered[], count: number): boolean {
  const kept: Answered[] = [];
  for (const answer of answers) {
    if (kept.every((other) => differInAim(answer.attempt, other.attempt))) kept.push(answer);
    if (kept.length >= count) return true;
  }
  return false;
}

/** What is known to have failed at a place: payloads of the same kind that were refused or broke, and what was answered with the page that payloads after other things got as well. */
function failures(known: Known, families: readonly Family[]): readonly Answered[] {
  return known.before.filter(
    ({ outcome, success, bytes, attempt, families: others }) =>
      ((outcome === 'refused' || outcome === 'error') && others.some((family) => families.includes(family))) ||
      (outcome === 'answered' && !success && isTemplate(bytes, attempt, known)),
  );
}
