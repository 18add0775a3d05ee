import { t, tn } from '../lang/lang.ts';
import type { CheckRun, KeptFinding } from '../model/check.ts';
import { SEVERITIES, SEVERITY_LETTER } from '../model/detection.ts';
import { words } from '../text/said.ts';
import { visible } from '../text/sanitize.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { count, duration } from '../text/units.ts';
import { cutEnd, padEnd } from '../text/width.ts';

const MOST_SHOWN = 200;

const stateWord = ({ state, isNew, muted }: KeptFinding): string =>
  state === 'gone' ? t('gone') : muted !== undefined ? t('muted') : isNew ? t('new') : '';

/** Findings, and behind those that ask for the same what is to be done. */
function findingLines(findings: readonly KeptFinding[]): string[] {
  return findings.flatMap((kept, i) => {
    const { finding, state } = kept;
    const facts = finding.facts.map(([label, value]) => `${t(label)} ${visible(value)}`).join(' · ');
    const next = findings[i + 1];
    const advice = visible(words(finding.advice));
    const isLast = next === undefined || next.state !== state || visible(words(next.finding.advice)) !== advice;
    return [
      `  ${SEVERITY_LETTER[finding.severity]} ${padEnd(stateWord(kept), 5)} ${visible(words(finding.title))}: ${visible(finding.subject)}`,
      ...(facts === '' ? [] : [`            ${cutEnd(facts, 240)}`]),
      ...(advice === '' || state === 'gone' || !isLast ? [] : [`            → ${advice}`]),
    ];
  });
}

/** How a run ended, in one line. */
export function runLine(run: CheckRun): string {
  const took = duration(run.endedMs - run.startedMs);
  if (run.problem !== undefined) return `${run.check}: ${visible(words(run.problem))}`;
  const counts = SEVERITIES.toReversed()
    .filter((severity) => run.open[severity] > 0)
    .map((severity) => `${SEVERITY_LETTER[severity]} ${count(run.open[severity])}`);
  const open = counts.length === 0 ? t('nothing found') : counts.join('  ');
  const changes = t('{added} new, {gone} gone, {unchanged} unchanged', {
    added: count(run.added),
    gone: count(run.gone),
    unchanged: count(run.unchanged),
  });
  return `${run.check}: ${open} · ${changes} · ${took}`;
}

/** A run for people: what was found, worst first, what was measured, what to know. */
export function checkReport(run: CheckRun, findings: readonly KeptFinding[], time: TimeFormat): string {
  const title = `${runLine(run)} · ${time.dateTime(run.endedMs)}`;
  const shown = findings.slice(0, MOST_SHOWN);
  const more = findings.length - shown.length;
  return [
    title,
    ...run.measures.map(({ name, now, isBad }) => `  ${isBad ? '✘' : '✔'} ${visible(name)}  ${visible(words(now))}`),
    ...findingLines(shown),
    ...(more > 0 ? [`  ${tn(more, 'and {n} more; --format ndjson lists all', 'and {n} more; --format ndjson lists all')}`] : []),
    ...run.notes.map((note) => `  ${t('note')}: ${visible(words(note))}`),
    '',
  ].join('\n');
}
