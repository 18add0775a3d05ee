import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { actorDetail } from './actor-detail.ts';
import type { Alerting } from './alerting.ts';
import { entryDetail } from './entry-detail.ts';
import type { Feed, LineTest } from './feed.ts';
import { lineFilter } from './line-filter.ts';
import type { Command, Protocol, View } from './protocol.ts';
import type { RejectedLines } from './rejected.ts';
import type { SourceSet } from './source-set.ts';
import type { Statistics } from './statistics.ts';

type Handler<C extends Command> = (request: Protocol[C]['request']) => Protocol[C]['reply'] | Promise<Protocol[C]['reply']>;
export type Handlers = { readonly [C in Command]: Handler<C> };

export interface HandlerParts {
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly statistics: Statistics;
  readonly sources: SourceSet;
  readonly rejected: RejectedLines;
  readonly alerting: Alerting;
  setView(view: View): void;
  /** The snapshot for the view just set. */
  snapshot(): Snapshot;
}

/** What finding looks through: everything of the line as logged. */
const holds = (text: string): LineTest => {
  const wanted = text.toLowerCase();
  return (line) => line.entry.raw.toLowerCase().includes(wanted) || line.entry.target.toLowerCase().includes(wanted);
};

/** The table of commands: one handler a name of the protocol. */
export function createHandlers({ feed, incidents, statistics, sources, rejected, alerting, setView, snapshot }: HandlerParts): Handlers {
  let filterText = '';
  const applyFilter = (text: string): void => {
    if (text === filterText) return;
    filterText = text;
    feed.setFilter(lineFilter(text));
  };
  const about = { feed, incidents, statistics };
  return {
    view(view) {
      applyFilter(view.filter);
      setView(view);
      return snapshot();
    },
    entry({ rowId }) {
      const line = feed.get(rowId);
      return line && entryDetail(line, { statistics, incidents, sources });
    },
    actor: ({ address }) => actorDetail(address, about),
    seek({ rowId, direction, filter, what }) {
      applyFilter(filter);
      return feed.seek(rowId, direction, what === 'suspicious' ? (line) => line.severity !== undefined : holds(what.text));
    },
    incidents: () => incidents.open(500),
    rejected: () => rejected.list(),
    channels: () => alerting.channels(),
    'alert.preview': (request) => alerting.preview(request, about),
    'alert.send': (request) => alerting.send(request, about),
    alerts: () => alerting.list(),
  };
}
