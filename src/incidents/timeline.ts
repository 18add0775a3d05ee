import { formatNumber, t, tn } from '../lang/lang.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Family, Severity } from '../model/detection.ts';
import type { Beat, IncidentNote, Stage } from '../model/incident.ts';
import { CONTROL_FAMILIES, RECON_FAMILIES } from './phrases.ts';
import { beatStage, beatText } from './story.ts';
import { withoutVariants } from './variants.ts';

/** One step of the story. */
export interface TimelineRow {
  readonly kind: 'first' | 'step' | 'gap' | 'note';
  readonly timeMs: number;
  readonly endMs: number;
  readonly stage: Stage;
  readonly severity: Severity;
  /** Of the lines it is made of, where they have one. */
  readonly family?: Family;
  /** Entries that the step is made of; 0 for what is none. */
  readonly count: number;
  readonly text: string;
}

/** Silence worth a row of its own. */
const GAP_MS = 10 * 60_000;
const MINUTE_MS = 60_000;

/** Stands between the values of a group where they are the example of a behaviour made of behaviours. */
const BETWEEN = '\u0000';

/** `Login brute force on /wp-login.php, 611 requests`. */
export function behaviourText({ rule, example, events, actorCount, group, detail }: Behaviour): string {
  if (detail !== undefined) return `${t(rule.title)}: ${detail}`;
  const title = t(rule.title);
  const what = example === '' ? title : t('{what} on {path}', { what: title, path: example.replaceAll(BETWEEN, ' ') });
  if (group['c-ip'] !== undefined || actorCount <= 1) return tn(events, '{what}, {n} line', '{what}, {n} lines', { what });
  return tn(events, '{what}, {n} line by {actors} addresses', '{what}, {n} lines by {actors} addresses', {
    what,
    actors: formatNumber(actorCount),
  });
}

function behaviourStage({ rule, success }: Behaviour): Stage {
  const [family] = rule.families;
  if (success) return family !== undefined && CONTROL_FAMILIES.has(family) ? 'control' : 'success';
  return family === undefined || RECON_FAMILIES.has(family) ? 'recon' : 'attempt';
}

const behaviourRow = (behaviour: Behaviour): TimelineRow => ({
  kind: 'step',
  timeMs: behaviour.startMs,
  endMs: behaviour.endMs,
  stage: behaviourStage(behaviour),
  severity: behaviour.success ? 'critical' : behaviour.rule.severity,
  count: behaviour.events,
  text: behaviourText(behaviour),
});

const beatRow = (beat: Beat): TimelineRow => ({
  kind: 'step',
  timeMs: beat.startMs,
  endMs: beat.endMs,
  stage: beatStage(beat),
  severity: beat.severity,
  family: beat.family,
  count: beat.count,
  text: beatText(beat),
});

/** True when a behaviour tells the same: its single lines need no row. */
const isToldBy = (beat: Beat, behaviours: readonly Behaviour[]): boolean =>
  beat.severity === 'low' &&
  behaviours.some(({ rule, startMs, endMs }) => rule.families.includes(beat.family) && startMs <= beat.endMs && endMs >= beat.startMs);

const gapText = (ms: number): string => {
  const minutes = Math.round(ms / MINUTE_MS);
  return minutes < 120 ? t('quiet for {minutes} min', { minutes }) : t('quiet for {hours} h', { hours: Math.round(minutes / 60) });
};

/** The rows with one between those that silence parts. */
function withGaps(rows: readonly TimelineRow[]): TimelineRow[] {
  const result: TimelineRow[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const gap = row.timeMs - until;
    if (gap >= GAP_MS)
      result.push({ kind: 'gap', timeMs: until, endMs: row.timeMs, stage: row.stage, severity: 'low', count: 0, text: gapText(gap) });
    result.push(row);
    if (row.kind !== 'note') until = until === Number.POSITIVE_INFINITY ? row.endMs : Math.max(until, row.endMs);
  }
  return result;
}

export interface TimelineParts {
  readonly first: { readonly timeMs: number; readonly text: string } | undefined;
  readonly beats: readonly Beat[];
  readonly behaviours: readonly Behaviour[];
  readonly notes: readonly IncidentNote[];
}

/** The story of an incident from first touch to now, oldest first, with its gaps. */
export function timelineOf({ first, beats, behaviours: all, notes }: TimelineParts): TimelineRow[] {
  const behaviours = withoutVariants(all);
  const steps = [...beats.filter((beat) => !isToldBy(beat, behaviours)).map(beatRow), ...behaviours.map(behaviourRow)];
  const start = Math.min(...steps.map(({ timeMs }) => timeMs));
  const rows: TimelineRow[] = [
    ...(first !== undefined && first.timeMs < start
      ? [{ ...first, kind: 'first' as const, endMs: first.timeMs, stage: 'recon' as const, severity: 'low' as const, count: 1 }]
      : []),
    ...steps,
    ...notes.map(({ atMs, by, text }) => ({
      kind: 'note' as const,
      timeMs: atMs,
      endMs: atMs,
      stage: 'recon' as const,
      severity: 'low' as const,
      count: 0,
      text: `${by}: ${text}`,
    })),
  ].map((row) => (row.kind === 'first' ? { ...row, text: t('first seen: {what}', { what: row.text }) } : row));
  return withGaps(rows.sort((a, b) => a.timeMs - b.timeMs));
}
