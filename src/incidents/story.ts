import { formatNumber, msg, t } from '../lang/lang.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Detection, Family, Outcome, Severity } from '../model/detection.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Beat, FamilyTally, Stage } from '../model/incident.ts';
import { copyText } from '../text/copy-text.ts';
import { successNote } from '../text/success-note.ts';
import { CONTROL_FAMILIES, familyPhrase, RECON_FAMILIES } from './phrases.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
/** A beat that still grows. */
export type GrowingBeat = Omit<Writable<Beat>, 'outcomes'> & { readonly outcomes: Partial<Record<Outcome, number>> };

export const MAX_BEATS = 100;

/** A copy that does not grow with it. */
export const copyBeat = ({ startMs, endMs, family, success, severity, count, outcomes, path, note }: Beat): GrowingBeat => ({
  startMs,
  endMs,
  family,
  success,
  severity,
  count,
  outcomes: { ...outcomes },
  path,
  note,
});

export const worse = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b);

const pathOf = (detection: Detection): string => {
  const { target, program } = detection.entry;
  const query = target.indexOf('?');
  return copyText((query < 0 ? target || program : target.slice(0, query)).slice(0, 120));
};

/** A beat that begins. */
export const beatOf = (detection: Detection, timeMs: number): GrowingBeat => ({
  startMs: timeMs,
  endMs: timeMs,
  family: detection.families[0] ?? 'recon',
  success: detection.success,
  severity: detection.severity,
  count: 1,
  outcomes: { [detection.outcome]: 1 },
  path: pathOf(detection),
  note: detection.note,
});

/** Adds a detection to the beats, joining the last one of its kind among the newest three; the oldest beat goes beyond {@link MAX_BEATS}. */
export function addBeat(beats: GrowingBeat[], detection: Detection, timeMs: number): void {
  const family = detection.families[0] ?? 'recon';
  const joined = beats.slice(-3).find((b) => b.family === family && b.success === detection.success);
  if (joined) {
    joined.startMs = Math.min(joined.startMs, timeMs);
    joined.endMs = Math.max(joined.endMs, timeMs);
    joined.count++;
    joined.severity = worse(joined.severity, detection.severity);
    joined.outcomes[detection.outcome] = (joined.outcomes[detection.outcome] ?? 0) + 1;
    return;
  }
  beats.push(beatOf(detection, timeMs));
  if (beats.length > MAX_BEATS) beats.shift();
}

export function stageOf(families: ReadonlyMap<Family, { readonly success: boolean }>): Stage {
  const all = [...families];
  if (all.some(([family, { success }]) => success && CONTROL_FAMILIES.has(family))) return 'control';
  if (all.some(([, { success }]) => success)) return 'success';
  return all.some(([family]) => !RECON_FAMILIES.has(family)) ? 'attempt' : 'recon';
}

export const beatStage = (beat: Beat): Stage => stageOf(new Map([[beat.family, beat]]));

/** What the server answered: to one request, and to several. */
const OUTCOME_PHRASE: Readonly<Record<Outcome, readonly [one: string, many: string] | undefined>> = {
  blocked: [msg('blocked'), msg('{n} blocked')],
  refused: [msg('refused'), msg('{n} refused')],
  redirected: [msg('redirected'), msg('{n} redirected')],
  abandoned: [msg('given up'), msg('{n} given up')],
  error: [msg('answered 5xx'), msg('{n} answered 5xx')],
  answered: [msg('answered'), msg('{n} answered')],
  none: undefined,
};

/** One beat as a sentence: `SQL injection on /item, 212 times: 180 refused, 14 answered 5xx`. */
export function beatText(beat: Beat): string {
  const { path, count } = beat;
  const what = t(familyPhrase(beat.family, beat.success));
  const touched =
    count === 1
      ? path === ''
        ? t('{what}, once', { what })
        : t('{what} on {path}, once', { what, path })
      : path === ''
        ? t('{what}, {times} times', { what, times: formatNumber(count) })
        : t('{what} on {path}, {times} times', { what, path, times: formatNumber(count) });
  const answers = answersText(beat);
  const story = answers === '' ? touched : `${touched}: ${answers}`;
  if (!beat.success) return story;
  return beat.note === ''
    ? t('{story}, and it worked', { story })
    : t('{story}, and it worked ({note})', { story, note: successNote(beat.note) });
}

/** The most frequent first. */
function answersText({ outcomes, count }: Beat): string {
  const answers = (Object.entries(outcomes) as [Outcome, number][])
    .sort((a, b) => b[1] - a[1])
    .flatMap(([outcome, n]) => {
      const phrases = OUTCOME_PHRASE[outcome];
      return phrases === undefined ? [] : [count === 1 ? t(phrases[0]) : t(phrases[1], { n })];
    });
  return answers.join(', ');
}

/** How much a family says about an incident: what worked first (most of all what means control), then how bad, then how often (logarithmic, below one level). */
const weight = (family: Family, { count, severity, success }: FamilyTally): number =>
  (success ? (CONTROL_FAMILIES.has(family) ? 6 : 4) : 0) +
  SEVERITIES.indexOf(severity) +
  Math.min(1.5, Math.log10(count) / 2) -
  (RECON_FAMILIES.has(family) ? 1 : 0);

/** A title inside a sentence: `SQL probing` and `WordPress login` stay, `Login brute force` begins small. */
const inSentence = (title: string): string =>
  /^\p{Lu}[\p{Ll}-]*(?:\s|$)/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

/** What a family is called: by its gravest behaviour where there is one, which says more. */
function phraseOf(family: Family, success: boolean, behaviours: readonly Behaviour[]): string {
  const own = behaviours.filter(({ rule }) => rule.families[0] === family);
  const gravest = own.reduce<Behaviour | undefined>(
    (worst, each) => (worst === undefined || worse(each.rule.severity, worst.rule.severity) !== worst.rule.severity ? each : worst),
    undefined,
  );
  return gravest === undefined ? familyPhrase(family, success) : inSentence(gravest.rule.title);
}

/** The incident in one sentence: its two gravest families in the order they came (`families` is in that order): `SQL injection, then a web shell`. */
export function titleOf(families: ReadonlyMap<Family, FamilyTally>, behaviours: readonly Behaviour[]): string {
  const gravest = [...families]
    .sort((a, b) => weight(...b) - weight(...a))
    .slice(0, 2)
    .map(([family]) => family);
  const phrases = [...families]
    .filter(([family]) => gravest.includes(family))
    .map(([family, { success }]) => phraseOf(family, success, behaviours));
  return [...new Set(phrases)].join(', then ');
}
