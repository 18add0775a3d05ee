import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { formatNumber, t } from '../../lang/lang.ts';
import type { AlertTarget } from '../../model/alert.ts';
import type { Incident } from '../../model/incident.ts';
import { actorOf } from '../../net/address.ts';
import { evidenceFiles, harmlessName } from '../../report/evidence-files.ts';
import { type PackedEvidence, packEvidence, writeEvidence } from '../../report/evidence-folder.ts';
import { createEvidenceLines, EVIDENCE_LIMITS } from '../../report/evidence-lines.ts';
import { createGathering, type Gathering } from '../../report/gather.ts';
import type { Dossier, ReportData, ReportLine } from '../../report/report-data.ts';
import { incidentTest, lineTest, type Selection } from '../../report/selection.ts';
import { ticketMarkdown } from '../../report/ticket.ts';
import { zoneOffset } from '../../report/zone-time.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { createTimeFormat } from '../../text/time-format.ts';
import type { Feed } from '../feed/feed.ts';
import type { HeldLine } from '../feed/held-line.ts';
import { dossierOf, type Whois } from '../incidents/dossier.ts';
import type { SourceSet } from '../input/source-set.ts';
import type { EngineOptions } from '../options.ts';
import type { EvidenceReply, TicketReply } from '../protocol.ts';
import { evidenceSettings, rulesOf } from './evidence-settings.ts';

/** Tickets and evidence about what the engine holds. */
export interface EvidenceDesk {
  /** Undefined when no incident is known of the target. */
  ticket(target: AlertTarget): TicketReply | undefined;
  /** Writes a folder; rejects with a sentence for the operator. */
  evidence(target: AlertTarget): Promise<EvidenceReply>;
  /** The same, in memory; rejects alike. */
  pack(target: AlertTarget): Promise<PackedEvidence & Pick<EvidenceReply, 'lines' | 'leftOut'>>;
}

export interface EvidenceParts {
  readonly options: EngineOptions;
  readonly clock: Pick<Clock, 'now'>;
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly sources: SourceSet;
  readonly whois: Whois;
}

/** A held line as reports take it. */
export function reportLine({ entry, hits, severity, families, outcome, success, note, sourceName, sequence }: HeldLine): ReportLine {
  const detection = hits && severity ? { entry, hits, severity, families, outcome: outcome ?? 'none', success, note } : undefined;
  return { entry, detection, source: sourceName, sequence };
}

/** Of an incident, strongest payloads first: of its actor, or of all who took part. */
export function payloadsOf({ actor, related }: Incident, gathering: Gathering): Dossier['payloads'] {
  const actors = actor === '' ? related : [actor];
  const all = actors.flatMap((one) => gathering.payloads(one));
  return actor === '' ? all.sort((a, b) => Number(b.success) - Number(a.success)).slice(0, 6) : all;
}

/** A name for the folder: when it began, and who. */
export function evidenceName(subject: string, startMs: number): string {
  const stamp = new Date(startMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `secmon-${stamp}-${harmlessName(subject)}`;
}

interface Subject {
  readonly incident: Incident | undefined;
  readonly address: string;
}

function subjectOf(target: AlertTarget, { feed, incidents }: EvidenceParts): Subject {
  switch (target.kind) {
    case 'incident': {
      const incident = incidents.byId(target.incidentId);
      return { incident, address: incident?.actor ?? '' };
    }
    case 'address':
      return { incident: incidents.of(actorOf(target.address)), address: target.address };
    case 'entry': {
      const address = feed.get(target.rowId)?.entry.address ?? '';
      return { incident: address === '' ? undefined : incidents.of(actorOf(address)), address };
    }
  }
}

export function openEvidenceDesk(parts: EvidenceParts): EvidenceDesk {
  const { options, clock, feed, incidents, sources, whois } = parts;
  const time = createTimeFormat(options.timeZone);

  const gathered = ({ incident, address }: Subject) => {
    const actor = actorOf(address);
    const selection: Selection = incident ? { incident } : { isWanted: (one) => actorOf(one) === actor };
    const isIn = lineTest(selection);
    const gathering = createGathering();
    const kept = createEvidenceLines();
    for (const held of feed.all()) {
      const line = reportLine(held);
      if (!isIn(line)) continue;
      gathering.add(line);
      kept.add(line);
    }
    return { gathering, kept, isOwn: incidentTest(selection) };
  };
  const dossier = (incident: Incident, gathering: Gathering): Dossier =>
    dossierOf(incident, { story: incidents.story(incident.id), payloads: payloadsOf(incident, gathering), who: whois(incident.actor) });
  const reportOf = ({ incident, address }: Subject, gathering: Gathering): ReportData => {
    const { firstMs } = gathering.result({ offsetMs: 0 });
    const counted = gathering.result({ offsetMs: zoneOffset(time, firstMs ?? clock.now()) });
    return {
      ...counted,
      addresses: counted.addresses.map((row) => ({ ...row, who: whois(row.address) })),
      subject: incident === undefined ? address : incidentTitle(incident.title),
      limits: [t('lines that the monitor held in memory')],
      createdMs: clock.now(),
      version: options.version,
      host: hostname(),
      timeZone: options.timeZone,
      sources: sources.statuses(),
      dossiers: incident ? [dossier(incident, gathering)] : [],
      incidentCount: incident ? 1 : 0,
    };
  };

  /** The files of the evidence, not written yet. */
  const collected = (target: AlertTarget) => {
    const subject = subjectOf(target, parts);
    if (!subject.incident && subject.address === '') throw new Error(t('no incident and no address: there is nothing to gather'));
    const { gathering, kept } = gathered(subject);
    const report = reportOf(subject, gathering);
    const expected = subject.incident?.entries ?? 0;
    const leftOut = [
      ...(expected > kept.lines.length
        ? [
            t(
              'The monitor counted {expected} lines of this incident and held {held} in memory; secmon report --evidence reads the rest from the logs.',
              { expected: formatNumber(expected), held: formatNumber(kept.lines.length) },
            ),
          ]
        : []),
      ...(kept.leftOut > 0
        ? [t('{n} lines beyond {limit} found no room.', { n: formatNumber(kept.leftOut), limit: formatNumber(EVIDENCE_LIMITS.lines) })]
        : []),
    ];
    const files = evidenceFiles({
      report: { ...report, leftOut: [...report.leftOut, ...leftOut] },
      lines: kept.lines,
      rules: rulesOf(ruleIds(kept.lines, subject.incident), options),
      settings: evidenceSettings(options, { made: new Date(clock.now()).toISOString(), from: 'the lines that the monitor held' }),
      leftOut,
    });
    return {
      files,
      lines: kept.lines.length,
      leftOut,
      name: evidenceName(
        subject.address || (subject.incident?.target?.value ?? 'site'),
        subject.incident?.startMs ?? report.firstMs ?? clock.now(),
      ),
      timeMs: clock.now(),
    };
  };

  return {
    ticket(target) {
      const subject = subjectOf(target, parts);
      if (!subject.incident) return undefined;
      const { gathering } = gathered(subject);
      return {
        title: incidentTitle(subject.incident.title),
        markdown: ticketMarkdown(dossier(subject.incident, gathering), { timeZone: options.timeZone }),
      };
    },
    async evidence(target) {
      const { files, lines, leftOut, ...named } = collected(target);
      const directory = options.evidenceDirectory ?? join(options.stateDirectory, 'evidence');
      return { ...(await writeEvidence(files, { directory, ...named })), lines, leftOut };
    },
    async pack(target) {
      const { files, lines, leftOut, ...named } = collected(target);
      return { ...(await packEvidence(files, named)), lines, leftOut };
    },
  };
}

/** Ids of every rule that fired in the lines or the incident. */
export function ruleIds(lines: readonly ReportLine[], incident: Incident | undefined): Set<string> {
  const ids = new Set(Object.keys(incident?.rules ?? {}));
  for (const { detection } of lines) for (const { rule } of detection?.hits ?? []) ids.add(rule.id);
  return ids;
}
