import { systemClock } from '../clock/clock.ts';
import type { Processed } from '../engine/pipeline.ts';
import { type RuleSet, silentIds } from '../engine/rules/rule-set.ts';
import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import { count } from '../text/units.ts';
import { cutEnd } from '../text/width.ts';
import { engineSettings, type InputFlags } from './engine-options.ts';
import { correlationReport } from './rules-test-correlation.ts';

/** More than this share of the lines that look ordinary is too many. */
const TOO_MANY = 0.001;
const SHOWN = 20;
const SHOWN_WIDTH = 200;

export interface RuleTest {
  /** The rules and correlations that are tried. */
  readonly tested: RuleSet;
  /** Those and all others: the others tell which lines look ordinary, none of them flags those. */
  readonly all: RuleSet;
  readonly paths: readonly string[];
  readonly flags: InputFlags;
}

interface Tally {
  flagged: number;
  ordinary: number;
  flaggedOrdinary: number;
  readonly examples: string[];
}

const percent = (part: number, whole: number): string => (whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(2)} %`);

function example({ line }: Processed, ids: ReadonlySet<string>): string {
  const match = line.hits?.find((hit) => ids.has(hit.rule.id))?.matches[0];
  const where =
    match === undefined
      ? ''
      : `  ← ${match.sigmaField}: ${visible(match.text)}${match.view.length > 0 ? ` (${match.view.join(', ')})` : ''}`;
  return cutEnd(`${line.sourceName}:${line.sequence}: ${visible(line.entry.raw)}`, SHOWN_WIDTH) + cutEnd(where, SHOWN_WIDTH);
}

function report({ flagged, ordinary, flaggedOrdinary, examples }: Tally, lines: number): void {
  for (const line of examples) process.stdout.write(`${line}\n`);
  if (flagged > examples.length) process.stdout.write(`${t('… and {more} more', { more: count(flagged - examples.length) })}\n`);
  process.stdout.write(
    `\n${t('{flagged} of {lines} lines flagged ({percent})', { flagged: count(flagged), lines: count(lines), percent: percent(flagged, lines) })}\n`,
  );
  const share = { flagged: count(flaggedOrdinary), lines: count(ordinary), percent: percent(flaggedOrdinary, ordinary) };
  process.stdout.write(`${t('{flagged} of {lines} that look ordinary ({percent})', share)}\n`);
  if (flaggedOrdinary > TOO_MANY * ordinary)
    process.stderr.write(`${t('warning: that is a lot: more than 0.1 % of the lines that no other rule flags. Expect false alarms.')}\n`);
}

/** Runs rules over logs and reports what they would have flagged; the exit code. */
export async function testRule({ tested, all, paths, flags }: RuleTest): Promise<number> {
  const sources = paths.map((path) => ({ type: 'file', path }) as const);
  const { options } = await engineSettings({ sources, flags, follow: false, persist: false });
  const silent = silentIds(all);
  const ids = new Set(tested.rules.map(({ info }) => info.id).filter((id) => !silent.has(id)));
  const tally: Tally = { flagged: 0, ordinary: 0, flaggedOrdinary: 0, examples: [] };
  const correlations = correlationReport(tested, all);
  const onLine = (processed: Processed): void => {
    correlations.line(processed.line);
    const hits = processed.line.hits ?? [];
    const isFlagged = hits.some((hit) => ids.has(hit.rule.id));
    const looksOrdinary = hits.every((hit) => ids.has(hit.rule.id));
    if (looksOrdinary) tally.ordinary++;
    if (looksOrdinary && isFlagged) tally.flaggedOrdinary++;
    if (isFlagged && tally.flagged++ < SHOWN) tally.examples.push(example(processed, ids));
  };
  const rulesJson = JSON.stringify({ rules: all.rules, correlations: all.correlations } satisfies RuleSet);
  const { openEngine } = await import('../engine/engine.ts');
  const engine = await openEngine({ ...options, rulesJson, ruleFiles: [] }, { clock: systemClock, emit: () => {}, onLine });
  await engine.run();
  for (const line of correlations.lines()) process.stdout.write(`${cutEnd(line, SHOWN_WIDTH)}\n`);
  if (ids.size > 0) report(tally, engine.statistics.lines);
  const failed = engine.sources.statuses().filter((source) => source.state === 'failed');
  for (const source of failed) process.stderr.write(`secmon: ${source.name}: ${source.detail}\n`);
  await engine.client.close();
  return failed.length > 0 ? 2 : 0;
}
