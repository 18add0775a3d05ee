import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { systemClock } from '../clock/clock.ts';
import { evidenceName, ruleIds } from '../engine/evidence/evidence.ts';
import { evidenceSettings, rulesOf } from '../engine/evidence/evidence-settings.ts';
import { keptIncident } from '../engine/incidents/kept-incident.ts';
import type { EngineOptions } from '../engine/options.ts';
import { createOutput } from '../headless/output.ts';
import { formatNumber, t } from '../lang/lang.ts';
import { SEVERITIES, type Severity } from '../model/detection.ts';
import type { IncidentRecord } from '../model/incident.ts';
import { createCidrSet } from '../net/cidr.ts';
import { evidenceFiles } from '../report/evidence-files.ts';
import { writeEvidence } from '../report/evidence-folder.ts';
import { createEvidenceLines, EVIDENCE_LIMITS } from '../report/evidence-lines.ts';
import { incidentChoice } from '../report/incident-choice.ts';
import { reportPage } from '../report/page.ts';
import type { ReportData } from '../report/report-data.ts';
import type { Selection } from '../report/selection.ts';
import { csvHead, csvRows, detectionRow, TABLES, type TableName } from '../report/table-csv.ts';
import { ticketMarkdown } from '../report/ticket.ts';
import { parseTime } from '../report/zone-time.ts';
import { visible } from '../text/sanitize.ts';
import { createTimeFormat } from '../text/time-format.ts';
import { addInputFlags, engineSettings, type InputFlags, sourceSpecs, standardInputHasLines, UsageError } from './engine-options.ts';
import { type ReportResult, runReport } from './report-run.ts';

const FORMATS = ['html', 'markdown', 'csv'] as const;
type Format = (typeof FORMATS)[number];

interface ReportFlags extends InputFlags {
  readonly format?: Format;
  readonly output?: string;
  readonly table?: TableName;
  readonly incident?: string;
  readonly address?: string;
  readonly from?: string;
  readonly to?: string;
  readonly evidence?: string;
  readonly failOn: Severity;
}

const HELP = `
Examples:
  secmon report /var/log/nginx/access.log* -o report.html        one page for the browser, to print or to mail
  secmon report access.log --from '2026-03-02 02:00' --to 03:00 -o night.html
  secmon report access.log --address 203.0.113.66 -o who.html    an address or a network
  secmon report access.log --incident 1 --format markdown        a ticket of the worst incident
  secmon report access.log --incident 5f0c2a1e --evidence /root/cases    an incident that the monitor keeps, by its id
  secmon report access.log --format csv --table addresses > addresses.csv

An incident is named by its place in the report (1 is the worst) or by the id that the monitor keeps, of which the beginning is enough.
The page needs no network and runs no script. Evidence is a private folder and the same as .tar.gz: raw lines, their SHA-256, the rules
that fired, a timeline, NDJSON, the page; it never overwrites anything.

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 it could not do its work (and why, on standard error).`;

/** The format that was asked for, or that the file's name asks for. */
function formatOf({ format, output = '', table }: ReportFlags): Format {
  if (format) return format;
  if (table || /\.csv$/i.test(output)) return 'csv';
  return /\.(?:md|markdown)$/i.test(output) ? 'markdown' : 'html';
}

function timeFlag(name: string, text: string | undefined, timeZone: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseTime(text, { timeZone, nowMs: systemClock.now() });
  if (ms === undefined)
    throw new UsageError(t('--{name}: expected a time like "2026-03-02 02:00", 02:00 or 90m (ago), got "{text}"', { name, text }));
  return ms;
}

/** `--to 03:00` after `--from` with a date means that day. */
function windowOf({ from, to }: ReportFlags, timeZone: string): Pick<Selection, 'fromMs' | 'toMs'> {
  const fromMs = timeFlag('from', from, timeZone);
  const sameDay = fromMs !== undefined && to !== undefined && /^\d{1,2}:\d\d(?::\d\d)?$/.test(to);
  const toMs = timeFlag(
    'to',
    sameDay ? `${createTimeFormat(timeZone).dateTime(fromMs).slice(0, 10)} ${to.padStart(to.length < 6 ? 5 : 8, '0')}` : to,
    timeZone,
  );
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) throw new UsageError(t('--to has to be later than --from'));
  return { fromMs, toMs };
}

function addressTest(text: string | undefined): Selection['isWanted'] {
  if (text === undefined) return undefined;
  const set = createCidrSet([text]);
  if (set.invalid.length > 0)
    throw new UsageError(t('--address: expected an address or network like 203.0.113.0/24, got "{text}"', { text }));
  return set.contains;
}

interface Chosen {
  readonly selection: Selection;
  readonly kept: IncidentRecord | undefined;
}

/** What the flags narrow the report to. A rank needs the logs read once before: only then it is known who that is. */
async function chosen(flags: ReportFlags, options: EngineOptions): Promise<Chosen> {
  const selection: Selection = { ...windowOf(flags, options.timeZone), isWanted: addressTest(flags.address) };
  if (flags.incident === undefined) return { selection, kept: undefined };
  const choice = incidentChoice(flags.incident);
  if (!choice)
    throw new UsageError(t('--incident: expected 1 for the worst, 2, ... or an id of the monitor, got "{text}"', { text: flags.incident }));
  if ('id' in choice) {
    const kept = await keptIncident(options.stateDirectory, choice.id);
    if (!kept)
      throw new UsageError(
        t('--incident: no incident (or more than one) with the id "{id}" is kept in {folder}', {
          id: choice.id,
          folder: options.stateDirectory,
        }),
      );
    return { selection: { ...selection, incident: kept }, kept };
  }
  if (options.sources.some(({ type }) => type === 'stdin'))
    throw new UsageError(t('--incident with a number reads the logs twice, which standard input cannot: name files, or use --address'));
  const { data } = await runReport({ options, selection, subject: '', limits: [], kept: undefined });
  const incident = data.dossiers[choice.rank - 1]?.incident;
  if (!incident)
    throw new UsageError(t('--incident: there are {n} incidents, no number {rank}', { n: data.incidentCount, rank: choice.rank }));
  return { selection: { ...selection, incident }, kept: undefined };
}

const limitsOf = ({ from, to, address }: ReportFlags): string[] => [
  ...(address === undefined ? [] : [t('only {address}', { address })]),
  ...(from === undefined ? [] : [t('from {time}', { time: from })]),
  ...(to === undefined ? [] : [t('to {time}', { time: to })]),
];

/** Writes the evidence of what was selected; says on standard error where. */
async function keepEvidence(
  { data }: ReportResult,
  lines: ReturnType<typeof createEvidenceLines>,
  { directory, options }: { directory: string; options: EngineOptions },
): Promise<void> {
  const incident = data.dossiers[0]?.incident;
  const leftOut =
    lines.leftOut === 0
      ? []
      : [
          t('{n} lines beyond {limit} (or 64 MB) found no room: narrow it by --from and --to.', {
            n: formatNumber(lines.leftOut),
            limit: formatNumber(EVIDENCE_LIMITS.lines),
          }),
        ];
  const files = evidenceFiles({
    report: { ...data, leftOut: [...data.leftOut, ...leftOut] },
    lines: lines.lines,
    rules: rulesOf(ruleIds(lines.lines, incident), options),
    settings: evidenceSettings(options, { made: new Date(data.createdMs).toISOString(), from: 'the logs named on the command line' }),
    leftOut,
  });
  const subject =
    data.dossiers.length === 1 && incident ? incident.actor || incident.target?.value || 'site' : data.limits.join(' ') || 'logs';
  const name = evidenceName(subject, data.firstMs ?? data.createdMs);
  const written = await writeEvidence(files, { directory, name, timeMs: data.createdMs });
  process.stderr.write(
    `secmon: ${t('evidence in {folder}', { folder: written.folder })}\nsecmon: ${written.archive}\nsecmon: SHA-256 ${written.sha256}\n`,
  );
  for (const sentence of leftOut) process.stderr.write(`secmon: ${sentence}\n`);
}

/** The report as text; for CSV of detections the rows that were gathered. */
function render(data: ReportData, format: Format, { table, rows }: { table: TableName; rows: readonly string[] }): string {
  switch (format) {
    case 'html':
      return reportPage(data);
    case 'markdown':
      return data.dossiers
        .slice(0, 20)
        .map((dossier) => ticketMarkdown(dossier, { timeZone: data.timeZone }))
        .join('\n');
    case 'csv':
      return `${[csvHead(table), ...(table === 'detections' ? rows : csvRows(table, data))].join('\n')}\n`;
  }
}

async function put(text: string, path: string | undefined): Promise<void> {
  if (path !== undefined) return writeFile(path, text, { mode: 0o600 });
  const output = createOutput(process.stdout, { live: false, onGone: () => process.exit(0) });
  output.line(text.replace(/\n$/, ''));
  await output.end();
}

/** Rows of CSV that are held until the end. */
const MAX_ROWS = 500_000;

async function report(paths: readonly string[], flags: ReportFlags): Promise<number> {
  const format = formatOf(flags);
  const withStdin = paths.includes('-') || (paths.length === 0 && (flags.exec ?? []).length === 0 && standardInputHasLines());
  const named = sourceSpecs(paths, flags, withStdin);
  const { options } = await engineSettings({ sources: named.length > 0 ? named : undefined, flags, follow: false, persist: false });
  if (options.sources.length === 0 && flags.incident === undefined)
    throw new UsageError(t('report needs something to read: name files, or pipe lines into it'));
  if (format === 'html' && flags.output === undefined && flags.evidence === undefined && process.stdout.isTTY)
    throw new UsageError(t('a page is no reading for a terminal: name a file with -o report.html, or ask for --format markdown'));
  const { selection, kept } = await chosen(flags, options);
  const table = flags.table ?? 'incidents';
  const rows: string[] = [];
  const lines = createEvidenceLines();
  let tooMany = 0;
  const result = await runReport({
    options,
    selection,
    subject: '',
    limits: limitsOf(flags),
    kept,
    onLine(line) {
      if (flags.evidence !== undefined) lines.add(line);
      if (format !== 'csv' || table !== 'detections') return;
      const row = detectionRow(line);
      if (row === undefined) return;
      if (rows.length < MAX_ROWS) rows.push(row);
      else tooMany++;
    },
  });
  if (result.signal) {
    process.kill(process.pid, result.signal);
    return 2;
  }
  if (tooMany > 0)
    process.stderr.write(
      `secmon: ${t('{n} rows beyond {most} are missing; secmon scan --format csv has no such bound', { n: tooMany, most: MAX_ROWS })}\n`,
    );
  if (format === 'markdown' && result.data.dossiers.length === 0) process.stderr.write(`secmon: ${t('no incident, so no ticket')}\n`);
  if (flags.evidence !== undefined) await keepEvidence(result, lines, { directory: flags.evidence, options });
  if (flags.evidence === undefined || flags.output !== undefined || flags.format !== undefined)
    await put(render(result.data, format, { table, rows }), flags.output);
  for (const failure of result.failed) process.stderr.write(`secmon: ${visible(failure)}\n`);
  if (result.failed.length > 0) return 2;
  return result.worst !== undefined && SEVERITIES.indexOf(result.worst) >= SEVERITIES.indexOf(flags.failOn) ? 1 : 0;
}

export function addReportCommand(program: Command): void {
  const command = program
    .command('report')
    .description('one page, ticket, table or evidence folder about logs, an incident or an address')
    .argument('[paths...]', 'files, globs and .gz files; - for standard input; several are merged by time');
  addInputFlags(command)
    .option('-o, --output <file>', 'write here instead of standard output; .html, .md and .csv tell the format')
    .addOption(new Option('--format <format>', 'html: a page; markdown: a ticket for each incident; csv: a table').choices(FORMATS))
    .addOption(new Option('--table <table>', 'which table as CSV (default: incidents)').choices(TABLES))
    .option('--incident <incident>', 'only this incident: 1 for the worst, 2, ... or an id of the monitor')
    .option('--address <address>', 'only this address or network')
    .option('--from <time>', 'only from this time on, in the zone of --tz')
    .option('--to <time>', 'only until this time')
    .option('--evidence <folder>', 'write evidence into a new folder in this one')
    .addOption(new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(SEVERITIES).default('high'))
    .addHelpText('after', HELP)
    .action(async (paths: string[], flags: ReportFlags) => {
      process.exitCode = await report(paths, flags);
    });
}
