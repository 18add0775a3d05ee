import { t, tn } from '../lang/lang.ts';
import { familyWord } from '../text/family-word.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { severityLabel, stageWord, stateWord } from '../text/model-words.ts';
import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';
import { cutEnd, padEnd } from '../text/width.ts';
import { incidentName } from './incident-lanes.ts';
import { code, fenced, sentence, words } from './markdown-text.ts';
import type { Dossier, Payload, StoryRow } from './report-data.ts';
import { countedAddresses, countsWords, outcomeWords, periodWords, riskWords, whoWords } from './words.ts';

const MAX_STORY = 30;
const MAX_PAYLOADS = 5;
const PAYLOAD_LENGTH = 300;
const STORY_CELLS = 160;

const listed = (label: string, text: string): string[] => (text === '' ? [] : [`- **${label}:** ${text}`]);

function facts({ incident, who }: Dossier, time: TimeFormat, timeZone: string): string[] {
  const { riskParts, families, notes, reopened } = incident;
  const parts = riskWords(riskParts).map(([label, points]) => `${label} ${points}`);
  const known = whoWords(who);
  const many = incident.related.slice(0, 10).map((actor) => code(actor, 100));
  const kinds = Object.entries(families)
    .sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0))
    .map(([family, n]) => `${familyWord(family)} ${n}`);
  return [
    ...listed(t('Who'), `${code(incidentName(incident), 200)}${known === '' ? '' : `, ${words(known, 200)}`}`),
    ...(many.length > 0 ? listed(t('Actors'), `${countedAddresses(incident.relatedCount)}: ${many.join(', ')}`) : []),
    ...listed(t('Risk'), t('{risk} of 100 ({parts})', { risk: incident.risk, parts: parts.join(', ') })),
    ...listed(
      t('Stage'),
      [
        stageWord(incident.stage),
        stateWord(incident.state),
        ...(reopened > 0 ? [tn(reopened, 'came back {n} time', 'came back {n} times')] : []),
      ].join(', '),
    ),
    ...listed(t('When'), `${periodWords(incident.startMs, incident.endMs, time)} ${timeZone}`),
    ...listed(t('Counts'), countsWords(incident)),
    ...listed(t('Families'), kinds.join(', ')),
    ...listed(t('Seen in'), incident.sources.map((source) => code(source, 200)).join(', ')),
    ...notes.slice(-3).flatMap(({ by, text }) => listed(t('Note of {person}', { person: words(by, 60) }), words(text, 500))),
  ];
}

function payloadLines(payload: Payload, time: TimeFormat): string[] {
  const when = payload.timeMs === undefined ? '' : `, ${time.clockTime(payload.timeMs)}`;
  const where = payload.path === '' ? '' : ` ${t('on {path}', { path: code(payload.path, 120) })}`;
  return [
    `- ${payload.family === undefined ? t('suspicious') : familyWord(payload.family)}${where}, ${words(outcomeWords(payload), 200)}${when}, ${code(`${payload.source}:${payload.sequence}`, 200)}  `,
    `  ${code(payload.text, PAYLOAD_LENGTH)}`,
  ];
}

function storyLine(row: StoryRow, time: TimeFormat): string {
  const stage = row.kind === 'step' ? stageWord(row.stage) : row.kind === 'gap' ? '' : row.kind === 'note' ? t('note') : t('first');
  return `${row.kind === 'gap' ? '        ' : time.clockTime(row.timeMs)}  ${padEnd(stage, 7)}  ${cutEnd(row.text, STORY_CELLS)}`;
}

function storyPart(story: readonly StoryRow[], time: TimeFormat): string[] {
  if (story.length <= MAX_STORY) return fenced(story.map((row) => storyLine(row, time)));
  const half = MAX_STORY / 2;
  const middle = `          ${tn(story.length - MAX_STORY, '{n} step left out', '{n} steps left out')}`;
  return fenced([
    ...story.slice(0, half).map((row) => storyLine(row, time)),
    middle,
    ...story.slice(-half).map((row) => storyLine(row, time)),
  ]);
}

const chapter = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]);

/**
 * An incident as a Markdown ticket: addresses and links defanged, hostile text in code spans and blocks that it cannot leave. Every line is
 * one of ours: log text adds none.
 */
export function ticketMarkdown(dossier: Dossier, { timeZone }: { timeZone: string }): string {
  const { incident, payloads, story, steps } = dossier;
  const time = createTimeFormat(timeZone);
  const worked = payloads.filter(({ success }) => success);
  const hostile = [incident.actor, ...payloads.map(({ path }) => path)].sort((a, b) => b.length - a.length);
  return [
    `# [${severityLabel(incident.severity)}] ${words(incidentTitle(incident.title), 200)}`,
    '',
    ...facts(dossier, time, timeZone),
    ...chapter(
      t('What worked'),
      worked.slice(0, MAX_PAYLOADS).flatMap((one) => payloadLines(one, time)),
    ),
    ...chapter(
      t('Strongest payloads'),
      payloads
        .filter(({ success }) => !success)
        .slice(0, MAX_PAYLOADS)
        .flatMap((one) => payloadLines(one, time)),
    ),
    ...(story.length === 0
      ? []
      : chapter(
          t('Timeline ({zone}, {date})', { zone: timeZone, date: time.dateTime(story[0]?.timeMs ?? incident.startMs).slice(0, 10) }),
          storyPart(story, time),
        )),
    ...chapter(
      t('Next steps'),
      steps.map((step, i) => `${i + 1}. ${sentence(step, hostile)}`),
    ),
    '',
  ].join('\n');
}
