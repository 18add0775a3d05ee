import type { Enricher } from '../enrichment/enrichment.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Alerting } from './alerting/alerting.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import type { BaselineKeeper } from './baseline.ts';
import type { EngineChecks } from './checks/checks-open.ts';
import type { EvidenceDesk } from './evidence/evidence.ts';
import { createEvidenceHandout } from './evidence/evidence-handout.ts';
import type { Feed } from './feed/feed.ts';
import type { FeedWindow } from './feed/feed-window.ts';
import type { LineTest } from './feed/held-line.ts';
import { shownIncident } from './incidents/shown-incident.ts';
import type { SourceSet } from './input/source-set.ts';
import type { Outputs } from './outward/outputs.ts';
import type { Command, Protocol, View } from './protocol.ts';
import type { MuteDesk } from './rules/mute-desk.ts';
import type { Mutes } from './rules/mutes.ts';
import type { RuleDesk } from './rules/rule-desk.ts';
import { actorDetail } from './screens/actor-detail.ts';
import { entryDetail } from './screens/entry-detail.ts';
import { lineFilter } from './screens/line-filter.ts';
import type { RejectedLines } from './screens/rejected.ts';
import type { Statistics } from './statistics.ts';

type Handler<C extends Command> = (request: Protocol[C]['request']) => Protocol[C]['reply'] | Promise<Protocol[C]['reply']>;
export type Handlers = { readonly [C in Command]: Handler<C> };
/** Those that one engine answers by itself. */
export type LiveHandlers = Omit<Handlers, `past.${string}`>;

export interface HandlerParts {
  readonly feed: Feed;
  /** The lines as this screen sees them. */
  readonly lines: FeedWindow;
  readonly incidents: IncidentTracker;
  readonly statistics: Statistics;
  readonly sources: SourceSet;
  readonly rejected: RejectedLines;
  readonly baseline: BaselineKeeper;
  readonly alerting: Alerting;
  readonly outputs: Pick<Outputs, 'list'>;
  readonly enricher: Enricher;
  readonly evidence: EvidenceDesk;
  readonly banDesk: BanDesk;
  readonly mutes: Mutes;
  readonly muteDesk: MuteDesk;
  readonly ruleDesk: RuleDesk;
  readonly checks: EngineChecks;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Who sits at the screen. */
  readonly operator: string;
  setView(view: View): void;
  /** The snapshot for the view just set. */
  snapshot(): Snapshot;
}

/** More rows than any screen has. */
const MOST_ROWS = 1_000;

/** What finding looks through: everything of the line as logged. */
const holds = (text: string): LineTest => {
  const wanted = text.toLowerCase();
  return (line) => line.entry.raw.toLowerCase().includes(wanted) || line.entry.target.toLowerCase().includes(wanted);
};

/** The table of commands: one handler a name of the protocol. */
export function createHandlers({
  feed,
  lines,
  incidents,
  statistics,
  sources,
  rejected,
  baseline,
  alerting,
  outputs,
  enricher,
  evidence,
  banDesk,
  mutes,
  muteDesk,
  ruleDesk,
  checks,
  operator,
  now,
  setView,
  snapshot,
}: HandlerParts): LiveHandlers {
  let filterText = '';
  const applyFilter = (text: string): void => {
    if (text === filterText) return;
    filterText = text;
    lines.setFilter(lineFilter(text));
  };
  const about = { feed, incidents, statistics, enricher };
  const handout = createEvidenceHandout(evidence);
  const countryOf = (address: string): string => enricher.about(address).country;
  return {
    view(view) {
      applyFilter(view.filter);
      setView({ ...view, rows: Math.min(view.rows, MOST_ROWS), addressRows: Math.min(view.addressRows, MOST_ROWS) });
      return snapshot();
    },
    entry({ rowId }) {
      const line = feed.get(rowId);
      return line && entryDetail(line, { statistics, incidents, sources, countryOf, exposures: checks.exposures });
    },
    actor: ({ address, incidentId }) => actorDetail({ address, incidentId: incidentId ?? '' }, { ...about, exposures: checks.exposures }),
    'incident.mark': ({ incidentId, state, note }) =>
      incidents.mark(incidentId, state, note === '' ? undefined : { by: operator, atMs: now(), text: note }),
    seek({ rowId, direction, filter, what }) {
      applyFilter(filter);
      return lines.seek(rowId, direction, what === 'suspicious' ? (line) => line.severity !== undefined : holds(what.text));
    },
    incidents: () => incidents.open(500).map(shownIncident),
    baseline: () => baseline.report(),
    rejected: () => rejected.list(),
    channels: () => alerting.channels(),
    outputs: () => outputs.list(),
    'alert.preview': (request) => alerting.preview(request, about),
    'alert.send': (request) => alerting.send(request, about),
    alerts: () => alerting.list(),
    'mute.options': ({ subject }) => muteDesk.options(subject),
    'mute.preview': (choice) => muteDesk.preview(choice),
    'mute.write': ({ draftId }) => muteDesk.write(draftId),
    'mute.remove': ({ id }) => mutes.remove(id),
    'ban.preview': (request) => banDesk.preview(request),
    'ban.run': (request) => banDesk.run(request, operator),
    'ban.end': (request) => banDesk.end(request, operator),
    bans: () => banDesk.list(),
    rules: () => ruleDesk.list(),
    rule: ({ ruleId }) => ruleDesk.detail(ruleId),
    rehearse: ({ ruleId, text }) => ruleDesk.rehearse(ruleId, text),
    'rehearse.cancel'() {
      ruleDesk.cancel();
      return true;
    },
    'rule.change': ({ ruleId, text }) => ruleDesk.change(ruleId, text),
    'rule.restore': ({ changeId }) => ruleDesk.restore(changeId),
    checks: () => checks.desk.list(),
    'check.detail': ({ name }) => checks.desk.detail(name),
    'check.run': ({ name, attack }) => checks.desk.run(name, { attack }),
    'check.stop': ({ name }) => checks.desk.stop(name),
    ticket: ({ target }) => evidence.ticket(target),
    evidence: ({ target }) => evidence.evidence(target),
    'evidence.pack': ({ target }) => handout.pack(target),
    'evidence.part': ({ offset }) => handout.part(offset),
  };
}
