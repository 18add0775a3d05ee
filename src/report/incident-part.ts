import { t, tn } from '../lang/lang.ts';
import { SEVERITIES, type Severity } from '../model/detection.ts';
import type { RiskParts } from '../model/incident.ts';
import { familyWord } from '../text/family-word.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { stageWord, stateWord } from '../text/model-words.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { count } from '../text/units.ts';
import { badge, bar } from './bars.ts';
import { incidentAnchor, incidentName } from './incident-lanes.ts';
import { cut, html, type Markup } from './markup.ts';
import type { Dossier, Payload, StoryRow } from './report-data.ts';
import { linearScale } from './scale.ts';
import { countedAddresses, countsWords, outcomeWords, periodWords, riskWords, whoWords } from './words.ts';

const MAX_STORY = 40;
const MAX_FAMILIES = 6;
/** The risk as one bar made of its parts, on a scale of 0 to 100; what is beyond 100 or has faded makes every part smaller. */
function riskBar({ incident: { risk, riskParts, severity } }: Dossier): Markup {
  const parts = riskWords(riskParts);
  const positive = parts.filter(([, points]) => points > 0);
  const sum = positive.reduce((all, [, points]) => all + points, 0);
  const x = linearScale(0, sum);
  let from = 0;
  const pieces = positive.map(([words, points, part]) => {
    const start = x(from);
    from += points;
    const width = Math.max(0, ((x(from) - start) * risk) / 100 - 0.3);
    return html`<rect class="${partStyle(part, severity)}" x="${(start * risk) / 100}%" width="${width}%" height="10"><title>${words} ${points}</title></rect>`;
  });
  const list = parts.map(([words, points]) => `${words} ${points}`).join(' · ');
  return html`<div><h4>${t('Risk')}</h4><p class="risk"><b class="${severity}">${risk}</b><span>${t('of 100')}</span></p><svg class="parts" height="10" aria-hidden="true"><rect class="track" width="100%" height="10"/>${pieces}</svg><p class="note">${list}</p></div>`;
}

const partStyle = (part: keyof RiskParts, severity: Severity): string =>
  part === 'severity' ? severity : part === 'success' ? 'critical' : 'rest';

function familyBars({ incident }: Dossier): Markup {
  const families = Object.entries(incident.families)
    .map(([family, n]) => [familyWord(family), n ?? 0] as const)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_FAMILIES);
  const highest = Math.max(1, ...families.map(([, n]) => n));
  const rows = families.map(
    ([family, n]) => html`<tr><td>${family}</td><td class="grow">${bar(n, highest, undefined)}</td><td class="num">${count(n)}</td></tr>`,
  );
  return html`<div><h4>${t('Families')}</h4><table class="families"><tbody>${rows}</tbody></table></div>`;
}

function storyRow(row: StoryRow, time: TimeFormat): Markup {
  if (row.kind === 'gap') return html`<li class="gap"><time></time><span></span><span class="what">${row.text}</span></li>`;
  const stage =
    row.kind === 'step'
      ? html`<span class="stage ${row.severity}">${stageWord(row.stage)}</span>`
      : html`<span class="dim">${row.kind === 'note' ? t('note') : ''}</span>`;
  return html`<li><time>${time.clockTime(row.timeMs)}</time>${stage}<span class="what">${cut(row.text, 400)}</span></li>`;
}

function story({ story: rows }: Dossier, time: TimeFormat): Markup | undefined {
  if (rows.length === 0) return undefined;
  // What is left out is the middle: how it began and how it ended is what a reader needs.
  const head = rows.length > MAX_STORY ? rows.slice(0, MAX_STORY / 2) : rows;
  const tail = rows.length > MAX_STORY ? rows.slice(-MAX_STORY / 2) : [];
  const between =
    rows.length > MAX_STORY
      ? html`<li class="gap"><time></time><span></span><span class="what">${tn(rows.length - MAX_STORY, '{n} step between is left out here', '{n} steps between are left out here')}</span></li>`
      : undefined;
  return html`<div class="story"><h4>${t('Story')}</h4><ol>${head.map((row) => storyRow(row, time))}${between}${tail.map((row) => storyRow(row, time))}</ol></div>`;
}

/** One payload: when, what kind, where, what came of it; below, the text itself. */
export function payloadItem(payload: Payload, time: TimeFormat): Markup {
  const meta = [
    payload.timeMs === undefined ? '' : time.clockTime(payload.timeMs),
    payload.family === undefined ? '' : familyWord(payload.family),
    payload.path === '' ? '' : t('on {path}', { path: cut(payload.path, 100) }),
    outcomeWords(payload),
    `${payload.source}:${payload.sequence}`,
  ].filter((part) => part !== '');
  return html`<li><span class="meta">${badge(payload.severity)}${meta.join(' · ')}</span><code class="log">${cut(payload.text, 300)}</code></li>`;
}

const payloadList = ({ payloads }: Dossier, time: TimeFormat): Markup | undefined =>
  payloads.length === 0
    ? undefined
    : html`<div class="payloads"><h4>${t('Strongest payloads, decoded')}</h4><ol>${payloads.map((one) => payloadItem(one, time))}</ol></div>`;

const stepList = ({ steps }: Dossier): Markup | undefined =>
  steps.length === 0
    ? undefined
    : html`<div class="steps"><h4>${t('What to do next')}</h4><ol>${steps.map((step) => html`<li>${cut(step, 400)}</li>`)}</ol></div>`;

/** One incident in full: who, how bad and why, what happened in order, with what. */
export function incidentPart(dossier: Dossier, index: number, time: TimeFormat): Markup {
  const { incident, who } = dossier;
  const known = whoWords(who);
  const others =
    incident.target === undefined
      ? ''
      : t('by {addresses}: {names}', {
          addresses: countedAddresses(incident.relatedCount),
          names: `${incident.related.slice(0, 8).join(', ')}${incident.relatedCount > 8 ? ' …' : ''}`,
        });
  const lead = [
    known,
    others,
    periodWords(incident.startMs, incident.endMs, time),
    countsWords(incident),
    t('stage {stage}', { stage: stageWord(incident.stage) }),
    stateWord(incident.state),
  ].filter((part) => part !== '');
  const severity = SEVERITIES.includes(incident.severity) ? incident.severity : undefined;
  return html`<article id="${incidentAnchor(index)}"><h3>${badge(severity)}<span class="log">${incidentName(incident)}</span> ${cut(incidentTitle(incident.title), 200)}</h3><p class="lead">${lead.join(' · ')}</p>
<div class="facts">${riskBar(dossier)}${familyBars(dossier)}</div>${story(dossier, time)}${payloadList(dossier, time)}${stepList(dossier)}</article>`;
}
