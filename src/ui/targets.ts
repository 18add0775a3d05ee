import type { AlertTarget } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import type { FeedRow } from '../model/snapshot.ts';
import { incidentSubject } from '../text/incident-subject.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { visible } from '../text/sanitize.ts';
import { addressCursor, cursorRow, incidentCursor, incidentKey, itemAt, topScreen, type UiState } from './state.ts';

/** What the cursor stands on, for the keys that do something about it. */
export interface Target {
  readonly alert: AlertTarget;
  /** For a title: `203.0.113.9`, `GET /item?id=1`. Harmless. */
  readonly subject: string;
  /** `''` when the line tells none. */
  readonly address: string;
  readonly rowId: number | undefined;
  /** What `y` copies, as logged. */
  readonly copy: string;
}

/** What is selected on the screen in sight; undefined when nothing is. */
export function targetOf(state: UiState): Target | undefined {
  const screen = topScreen(state);
  switch (screen.kind) {
    case 'live':
      return onLive(state);
    case 'entry': {
      const detail = typeof screen.detail === 'string' ? undefined : screen.detail;
      const target = detail ? ofRow(detail.row) : undefined;
      return target && detail ? { ...target, copy: detail.entry.raw } : undefined;
    }
    case 'actor': {
      const incident = typeof screen.detail === 'string' ? undefined : screen.detail.incident;
      return incident ? ofIncident(incident) : ofAddress(screen.address);
    }
    case 'incidents': {
      const incident = screen.items === 'loading' ? undefined : itemAt(screen.items, incidentKey, screen.selected);
      return incident && ofIncident(incident);
    }
    default:
      return undefined;
  }
}

function onLive(state: UiState): Target | undefined {
  if (state.focus === 'addresses') {
    const row = addressCursor(state);
    return row && ofAddress(row.address);
  }
  if (state.focus === 'incidents') {
    const incident = incidentCursor(state);
    return incident && ofIncident(incident);
  }
  const row = state.focus === 'feed' ? cursorRow(state) : undefined;
  return row && ofRow(row);
}

const ofRow = (row: FeedRow): Target => {
  const text = [row.method, row.text].filter((part) => part !== '').join(' ');
  return {
    alert: { kind: 'entry', rowId: row.id },
    subject: visible(text),
    address: row.address,
    rowId: row.id,
    copy: `${row.address} ${text}`.trim(),
  };
};

const ofAddress = (address: string): Target => ({
  alert: { kind: 'address', address },
  subject: visible(address),
  address,
  rowId: undefined,
  copy: address,
});

const ofIncident = (incident: Incident): Target => ({
  alert: { kind: 'incident', incidentId: incident.id },
  subject: visible(`${incidentSubject(incident)}: ${incidentTitle(incident.title)}`),
  address: incident.actor,
  rowId: undefined,
  copy: `${incidentSubject(incident)} ${incidentTitle(incident.title)}`,
});

/** The incident under the cursor, if there is one: on the live screen its panel's, or the one of the selected address or line. */
export function incidentUnderCursor(state: UiState): Incident | undefined {
  const screen = topScreen(state);
  if (screen.kind === 'incidents') return screen.items === 'loading' ? undefined : itemAt(screen.items, incidentKey, screen.selected);
  if (screen.kind === 'actor' || screen.kind === 'entry') return typeof screen.detail === 'string' ? undefined : screen.detail.incident;
  if (screen.kind !== 'live') return undefined;
  if (state.focus === 'incidents') return incidentCursor(state);
  const address = targetOf(state)?.address ?? '';
  return address === '' ? undefined : state.snapshot?.incidents.find(({ actor }) => actor === address);
}
