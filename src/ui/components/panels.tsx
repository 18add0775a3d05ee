import { topScreen, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { addressesView } from '../views/addresses.ts';
import { checksStrip } from '../views/checks-strip.ts';
import type { Drawing } from '../views/drawing.ts';
import { familiesView } from '../views/families.ts';
import { feedView } from '../views/feed.ts';
import { headerView } from '../views/header.ts';
import { incidentsView } from '../views/incidents.ts';
import { keyLine } from '../views/key-line.ts';
import { nowView } from '../views/now.ts';
import { promptView } from '../views/prompt.ts';
import { requestsView } from '../views/requests.ts';
import { statusView } from '../views/status.ts';
import { Panel, type PanelProps } from './panel.tsx';

/** What is read, how fast, what is lost, how bad it is. */
export const Header = (props: PanelProps) => <Panel {...props} view={(state, { width }, drawing) => [headerView(state, width, drawing)]} />;
/** The live feed. */
export const Feed = (props: PanelProps) => <Panel {...props} view={feedView} />;
/** Bars of the top addresses. */
export const Addresses = (props: PanelProps) => <Panel {...props} view={addressesView} />;
/** Sparklines of the status classes. */
export const StatusSparklines = (props: PanelProps) => <Panel {...props} view={statusView} />;
/** Bars of the attack families. */
export const Families = (props: PanelProps) => <Panel {...props} view={familiesView} />;
/** The chart of requests over time. */
export const RequestsChart = (props: PanelProps) => <Panel {...props} view={requestsView} />;
/** Addresses and status on small screens. */
export const Now = (props: PanelProps) => <Panel {...props} view={nowView} />;
/** The worst open incidents. */
export const Incidents = (props: PanelProps) => <Panel {...props} view={incidentsView} />;
/** The next sensible keys. */
export const KeyLine = (props: PanelProps) => <Panel {...props} view={(state, { width }) => [keyLine(state, width)]} />;
const elseLine = (
  state: UiState,
  { width, elseKeys }: { readonly width: number; readonly elseKeys: boolean },
  drawing: Drawing,
): StyledLine => (elseKeys ? keyLine(state, width) : topScreen(state).kind === 'live' ? (checksStrip(state, width, drawing) ?? []) : []);

/** The line being typed or the message; on the live screen else the checks; in one row with the keys, the keys where there is neither. */
export const Prompt = ({ state, rect, elseKeys }: PanelProps & { readonly elseKeys: boolean }) => (
  <Panel
    state={state}
    rect={rect}
    view={(now, { width }, drawing) => [promptView(now, width) ?? elseLine(now, { width, elseKeys }, drawing)]}
  />
);
