import { language, t, tn } from '../lang/lang.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { severityWord } from '../text/model-words.ts';
import { spanWords } from '../text/span-words.ts';
import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';
import { count } from '../text/units.ts';
import { incidentLanes, incidentName } from './incident-lanes.ts';
import { incidentPart } from './incident-part.ts';
import { html, type Markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { addressTable, detectionList, familyTable, sourceTable } from './page-tables.ts';
import type { ReportData } from './report-data.ts';
import { requestsChart } from './requests-chart.ts';
import { periodWords, verdict } from './words.ts';
import { zoneOffset } from './zone-time.ts';

/** Incidents that are told in full. */
const DETAILED = 10;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function head(data: ReportData, title: string): Markup {
  return html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: POLICY }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="generator" content="secmon ${data.version}">
<title>${title} – secmon</title>
<style>${{ markup: PAGE_STYLE }}</style>
</head>`;
}

function figures(data: ReportData): Markup {
  const worked = data.dossiers.reduce((sum, { incident }) => sum + incident.successes, 0);
  const cells: readonly (readonly [label: string, value: string, note: string, style: string])[] = [
    [t('Lines'), count(data.lines), data.sources.length === 1 ? '' : tn(data.sources.length, 'of {n} source', 'of {n} sources'), ''],
    [t('Suspicious'), count(data.detections), severityNote(data), ''],
    [t('Probably worked'), count(worked), worked === 0 ? t('as far as is known') : t('see the incidents'), worked > 0 ? 'critical' : ''],
    [
      t('Incidents'),
      count(data.incidentCount),
      data.dossiers[0] ? t('highest risk {risk}', { risk: data.dossiers[0].incident.risk }) : '',
      '',
    ],
    [t('Addresses'), count(data.addressCount), '', ''],
  ];
  return html`<dl class="figures">${cells.map(([label, value, note, style]) => html`<div><dt>${label}</dt><dd class="${style}">${value}${note === '' ? undefined : html`<small>${note}</small>`}</dd></div>`)}</dl>`;
}

const severityNote = ({ bySeverity }: ReportData): string =>
  (['critical', 'high'] as const)
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => t('{count} {severity}', { count: count(bySeverity[severity]), severity: severityWord(severity) }))
    .join(', ');

const section = (title: string, note: string, body: Markup): Markup =>
  html`<section><h2>${title}${note === '' ? undefined : html`<small>${note}</small>`}</h2>${body}</section>`;

function charts(data: ReportData, time: TimeFormat): Markup[] {
  const { series, dossiers } = data;
  const axis = { time, offsetMs: zoneOffset(time, series.startMs) };
  const fromMs = Math.min(series.startMs, ...dossiers.map(({ incident }) => incident.startMs));
  const toMs = Math.max(series.startMs + series.bins.length * series.stepMs, ...dossiers.map(({ incident }) => incident.endMs));
  return [
    ...(series.bins.length > 0
      ? [
          section(
            t('Requests'),
            t('every {span}, times in {zone}', { span: spanWords(series.stepMs), zone: data.timeZone }),
            requestsChart(series, axis),
          ),
        ]
      : []),
    ...(dossiers.length > 1
      ? [
          section(
            t('Incidents over time'),
            data.incidentCount > 20
              ? t('the worst 20 of {incidents}, with risk', { incidents: count(data.incidentCount) })
              : t('worst first, with risk'),
            incidentLanes(dossiers, { ...axis, fromMs, toMs, detailed: DETAILED }),
          ),
        ]
      : []),
  ];
}

function pairs(data: ReportData): Markup {
  return html`<div class="pair">${data.families.length > 0 ? section(t('Families'), '', familyTable(data)) : undefined}${data.addresses.length > 0 ? section(t('Top addresses'), t('of {count}', { count: count(data.addressCount) }), addressTable(data)) : undefined}</div>`;
}

function incidents(data: ReportData, time: TimeFormat): Markup | undefined {
  if (data.dossiers.length === 0) return undefined;
  const title = data.dossiers.length === 1 ? t('Incident') : t('Incidents');
  const worst = { most: DETAILED, incidents: count(data.incidentCount) };
  const note = data.incidentCount > DETAILED ? t('the worst {most} of {incidents}', worst) : '';
  return section(title, note, html`${data.dossiers.slice(0, DETAILED).map((dossier, i) => incidentPart(dossier, i, time))}`);
}

function foot(data: ReportData): Markup {
  const notes = [
    t('Made by secmon {version} on {host}, {time}. Nothing in this page is loaded from elsewhere.', {
      version: data.version,
      host: data.host,
      time: `${createTimeFormat(data.timeZone).dateTime(data.createdMs)} ${data.timeZone}`,
    }),
    t(
      '✔ means that the answer was unusual for its path, or something else bears it out; it is no proof. Hidden and control characters of the logs are shown by their code.',
    ),
    ...data.leftOut,
  ];
  return html`<footer>${notes.map((note) => html`<p>${note}</p>`)}</footer>`;
}

/** One self-contained page: no script, nothing loaded, hostile text escaped; follows light and dark, and prints. */
export function reportPage(data: ReportData): string {
  const time = createTimeFormat(data.timeZone);
  const [only] = data.dossiers;
  const title =
    data.dossiers.length === 1 && only ? `${incidentName(only.incident)}: ${incidentTitle(only.incident.title)}` : verdict(data);
  const period =
    data.firstMs === undefined || data.lastMs === undefined ? t('no line has a time') : periodWords(data.firstMs, data.lastMs, time);
  const lead = [data.subject, period, ...data.limits].filter((part) => part !== '').join(' · ');
  const page = html`<!doctype html>
<html lang="${language()}">
${head(data, title)}
<body><main>
<div class="top"><b>${t('secmon report')}</b><span>${time.dateTime(data.createdMs)} ${data.timeZone}</span></div>
<h1>${title}</h1>
<p class="lead">${lead}</p>
${figures(data)}
${charts(data, time)}
${pairs(data)}
${incidents(data, time)}
${data.strongest.length > 0 ? section(t('Strongest detections'), t('one of each payload'), detectionList(data, time)) : undefined}
${section(t('Sources'), '', sourceTable(data))}
${foot(data)}
</main></body></html>
`;
  return page.markup;
}
