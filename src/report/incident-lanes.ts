import { msg, t } from '../lang/lang.ts';
import type { Incident, IncidentTarget } from '../model/incident.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { spanWords } from '../text/span-words.ts';
import { badge } from './bars.ts';
import { cut, html, type Markup } from './markup.ts';
import type { Dossier } from './report-data.ts';
import { type TimeAxis, timeAxis } from './requests-chart.ts';
import { linearScale } from './scale.ts';

const MAX_LANES = 20;

const TARGET_WORDS: Readonly<Record<IncidentTarget['kind'], string>> = {
  path: msg('path {value}'),
  account: msg('account {value}'),
  host: msg('host {value}'),
  source: msg('source {value}'),
  site: msg('site {value}'),
  check: msg('check {value}'),
};

/** The name of an incident: its actor, or what the many did it to. */
export function incidentName({ actor, target }: Incident): string {
  if (actor !== '') return actor;
  if (target === undefined || target.value === '') return t('the whole site');
  return t(TARGET_WORDS[target.kind], { value: cut(target.value, 80) });
}

export const incidentAnchor = (index: number): string => `incident-${index + 1}`;

/** When each incident began and ended, worst first, all on one axis. `detailed` of them are told further down and linked to. */
export function incidentLanes(dossiers: readonly Dossier[], axis: TimeAxis & { fromMs: number; toMs: number; detailed: number }): Markup {
  const shown = dossiers.slice(0, MAX_LANES);
  const x = linearScale(axis.fromMs, axis.toMs);
  const lanes = shown.map(({ incident }, i) => {
    const from = x(incident.startMs);
    // A moment still has to be seen: the round ends of the line draw it.
    const to = Math.max(from + 0.01, x(incident.endMs));
    const name = incidentName(incident);
    const title = `${axis.time.dateTime(incident.startMs)}, ${spanWords(incident.endMs - incident.startMs)}`;
    const label =
      i < axis.detailed ? html`<a class="log" href="#${incidentAnchor(i)}">${name}</a>` : html`<span class="log">${name}</span>`;
    const worked = incident.successes > 0 ? html` <b class="critical">${t('✔ worked')}</b>` : undefined;
    return html`<li><div class="who">${badge(incident.severity)}${label}</div><div class="what">${cut(incidentTitle(incident.title), 160)}${worked}</div>
<div class="chart"><svg class="span" height="16" role="img" aria-label="${title}"><title>${title}</title><line class="rail" x1="0" x2="100%" y1="8" y2="8"/><line class="${incident.severity}" x1="${from}%" x2="${to}%" y1="8" y2="8"/></svg></div>
<div class="num end"><b class="${incident.severity}">${incident.risk}</b></div></li>`;
  });
  const foot = html`<li class="axis"><div class="who"></div><div class="what"></div><div class="chart"><svg height="16" aria-hidden="true">${timeAxis(axis.fromMs, axis.toMs, { ...axis, y: 12, most: 4 })}</svg></div><div class="end"></div></li>`;
  return html`<ol class="lanes">${lanes}${foot}</ol>`;
}
