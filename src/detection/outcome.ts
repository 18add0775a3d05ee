import { createBoundedMap } from '../collections/bounded-map.ts';
import type { Family, Hit, Outcome } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import {
  type Answered,
  failures,
  hasDifferent,
  isAboutPath,
  isAlike,
  isMissing,
  isTemplate,
  type Known,
  knownOf,
  MIN_ALIKE,
  mostSentBack,
} from './outcome-alike.ts';
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

const MAX_PLACES = 1000;
/** Answers remembered of each place. */
const MAX_ANSWERS = 32;
/** Other paths that must have been refused before one that is answered stands out. */
const MIN_REFUSED = 2;
/** As many for an answer that is not unusual by its size. */
const MIN_UNLIKE = 3;
const MIN_MORE_BYTES = 16;
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
