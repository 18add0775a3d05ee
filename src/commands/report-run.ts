import { hostname } from 'node:os';
import { systemClock } from '../clock/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { payloadsOf, reportLine } from '../engine/evidence/evidence.ts';
import { dossierOf, storyOf, type Whois } from '../engine/incidents/dossier.ts';
import type { EngineOptions } from '../engine/options.ts';
import { t } from '../lang/lang.ts';
import type { Severity } from '../model/detection.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Incident, IncidentRecord } from '../model/incident.ts';
import { createGathering } from '../report/gather.ts';
import type { Dossier, ReportData, ReportLine } from '../report/report-data.ts';
import { incidentTest, lineTest, type Selection } from '../report/selection.ts';
import { zoneOffset } from '../report/zone-time.ts';
import { createTimeFormat } from '../text/time-format.ts';
import { showProgress, stopOnSignal } from './reading.ts';
import { version } from './version.ts';

/** Stories kept while reading; the calmest give way. */
const MAX_RECORDS = 2_000;
const MAX_INCIDENTS = 10_000;

export interface ReportRun {
  readonly options: EngineOptions;
  readonly selection: Selection;
  /** What the report is about, `''` for the logs that are read. */
  readonly subject: string;
  /** How it was narrowed, in words. */
  readonly limits: readonly string[];
  /** An incident that a monitor keeps: told even where the logs do not show it any more. */
  readonly kept: IncidentRecord | undefined;
  /** Told of every line of the selection. */
  readonly onLine?: (line: ReportLine) => void;
}

/** What reading came to. */
export interface ReportResult {
  readonly data: ReportData;
  /** The worst of the selection; undefined when nothing is suspicious. */
  readonly worst: Severity | undefined;
  /** Sources that could not be read. */
  readonly failed: readonly string[];
  /** The signal that ended it early. */
  readonly signal: NodeJS.Signals | undefined;
}

/** Incidents in their last form with their stories, bounded. */
function createIncidentBook() {
  const records = new Map<string, IncidentRecord>();
  const retired: Incident[] = [];
  let forgotten = 0;
  return {
    changed(some: readonly IncidentRecord[]) {
      for (const record of some) records.set(record.id, record);
      if (records.size <= 2 * MAX_RECORDS) return;
      const calmest = [...records.values()].sort((a, b) => a.risk - b.risk).slice(0, records.size - MAX_RECORDS);
      for (const { id } of calmest) records.delete(id);
    },
    retired(some: readonly Incident[]) {
      for (const incident of some) {
        if (retired.length < MAX_INCIDENTS) retired.push(incident);
        else forgotten++;
      }
    },
    /** Worst first. */
    all: (engine: Engine): Incident[] => [...retired, ...engine.incidents()].sort((a, b) => b.risk - a.risk || b.endMs - a.endMs),
    story: (id: string) => {
      const record = records.get(id);
      return record ? storyOf(record) : [];
    },
    get forgotten() {
      return forgotten;
    },
  };
}

/** `access.log, app.log and 4 more`. */
const sourceNames = (names: readonly string[]): string =>
  names.length > 4 ? t('{names} and {more} more', { names: names.slice(0, 3).join(', '), more: names.length - 3 }) : names.join(', ');

const worstOf = (severities: Iterable<Severity>): Severity | undefined => {
  const seen = new Set(severities);
  return SEVERITIES.findLast((severity) => seen.has(severity));
};

/** Addresses as bad as their incident is, which knows more than their single lines. */
function withIncidents(addresses: ReportData['addresses'], incidents: readonly Incident[]): ReportData['addresses'] {
  const byActor = new Map(incidents.map(({ actor, severity }) => [actor, severity]));
  return addresses.map((row) => {
    const own = [row.severity, byActor.get(row.address)].filter((severity) => severity !== undefined);
    return { ...row, severity: worstOf(own) };
  });
}

const keptDossier = (record: IncidentRecord, whois: Whois): Dossier =>
  dossierOf(record, { story: storyOf(record), payloads: [], who: whois(record.actor) });

/** Reads the logs once and counts what the selection is about; everything is judged, also what lies outside of it. */
export async function runReport({ options, selection, subject, limits, kept, onLine }: ReportRun): Promise<ReportResult> {
  const gathering = createGathering();
  const book = createIncidentBook();
  const isIn = lineTest(selection);
  const { openEngine } = await import('../engine/engine.ts');
  const engine = await openEngine(options, {
    clock: systemClock,
    emit: () => {},
    onLine({ line }) {
      const own = reportLine(line);
      if (!isIn(own)) return;
      gathering.add(own);
      onLine?.(own);
    },
    onIncidents: book.changed,
    onRetired: book.retired,
  });
  for (const refusal of engine.refusedRules) process.stderr.write(`secmon: ${t('rule refused: {why}', { why: refusal })}\n`);
  const clearProgress = showProgress(engine);
  const signalled = stopOnSignal(() => void engine.sources.stop());
  await engine.run();
  clearProgress();
  const incidents = book.all(engine).filter(incidentTest(selection));
  const dossiers = incidents.map((incident) =>
    dossierOf(incident, { story: book.story(incident.id), payloads: payloadsOf(incident, gathering), who: engine.whois(incident.actor) }),
  );
  const told = dossiers.length === 0 && kept ? [keptDossier(kept, engine.whois)] : dossiers;
  const time = createTimeFormat(options.timeZone);
  const firstMs = gathering.result({ offsetMs: 0 }).firstMs ?? systemClock.now();
  const { fromMs, toMs } = selection;
  const counted = gathering.result({ offsetMs: zoneOffset(time, firstMs), fromMs, toMs });
  const statuses = engine.sources.statuses();
  await engine.client.close();
  return {
    data: {
      ...counted,
      addresses: withIncidents(counted.addresses, incidents).map((row) => ({ ...row, who: engine.whois(row.address) })),
      subject: subject || sourceNames(statuses.map(({ name }) => name)),
      limits,
      createdMs: systemClock.now(),
      version: version(),
      host: hostname(),
      timeZone: options.timeZone,
      sources: statuses,
      dossiers: told,
      incidentCount: told.length,
      leftOut: [
        ...counted.leftOut,
        ...(book.forgotten > 0 ? [t('{n} incidents beyond {most} are not listed.', { n: book.forgotten, most: MAX_INCIDENTS })] : []),
      ],
    },
    worst: worstOf([
      ...SEVERITIES.filter((severity) => counted.bySeverity[severity] > 0),
      ...told.map(({ incident }) => incident.severity),
    ]),
    failed: statuses.filter(({ state }) => state === 'failed').map(({ name, detail }) => `${name}: ${detail}`),
    signal: signalled(),
  };
}
