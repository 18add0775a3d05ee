import { Box } from 'ink';
import type { Layout } from '../layout.ts';
import type { UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { addressesView } from '../views/addresses.ts';
import { around, composeBlocks, type Block as PlacedBlock } from '../views/compose.ts';
import type { Drawing } from '../views/drawing.ts';
import { familiesView } from '../views/families.ts';
import { feedView } from '../views/feed.ts';
import { incidentsView } from '../views/incidents.ts';
import { nowView } from '../views/now.ts';
import { requestsView } from '../views/requests.ts';
import { statusView } from '../views/status.ts';
import { Lines } from './lines.tsx';
import type { PanelView } from './panel.tsx';
import { Addresses, Families, Feed, Incidents, Now, RequestsChart, StatusSparklines } from './panels.tsx';

interface LiveProps {
  readonly state: UiState;
  readonly places: Layout;
}

/** The live screen between header and prompt. */
export function LiveScreen({ state, places }: LiveProps) {
  return (
    <Box flexDirection="column">
      {places.wide ? <WideMain state={state} places={places} /> : <NarrowMain state={state} places={places} />}
      <Incidents state={state} rect={places.incidents} />
    </Box>
  );
}

function WideMain({ state, places }: LiveProps) {
  const { feed, addresses, status, families, requests } = places;
  return (
    <Box height={feed.height}>
      <Feed state={state} rect={feed} />
      <Box marginLeft={1} flexDirection="column" rowGap={1}>
        {addresses && <Addresses state={state} rect={addresses} />}
        {status && <StatusSparklines state={state} rect={status} />}
        {families && <Families state={state} rect={families} />}
        {requests && <RequestsChart state={state} rect={requests} />}
      </Box>
    </Box>
  );
}

function NarrowMain({ state, places }: LiveProps) {
  return (
    <Box flexDirection="column">
      <Feed state={state} rect={places.feed} />
      {places.now && <Now state={state} rect={places.now} />}
    </Box>
  );
}

const PANEL_VIEWS = {
  feed: feedView,
  addresses: addressesView,
  status: statusView,
  families: familiesView,
  requests: requestsView,
  now: nowView,
  incidents: incidentsView,
} as const satisfies Partial<Record<keyof Layout, PanelView>>;

/** The live screen as full lines, for what lies behind an overlay. */
export function liveLines(state: UiState, places: Layout, drawing: Drawing): StyledLine[] {
  const names = Object.keys(PANEL_VIEWS) as (keyof typeof PANEL_VIEWS)[];
  const blocks = names.flatMap((name): PlacedBlock[] => {
    const rect = places[name];
    return rect ? [{ rect, lines: PANEL_VIEWS[name](state, rect, drawing) }] : [];
  });
  return composeBlocks(blocks, places.body);
}

/** An overlay upon the body's full lines, as full lines. */
export function laidOver(behind: readonly StyledLine[], overlay: readonly StyledLine[], { body, overlay: hole }: Layout): StyledLine[] {
  const { above, left, right, below } = around(behind, body, hole);
  return [...above, ...overlay.map((line, i) => [...(left[i] ?? []), ...line, ...(right[i] ?? [])]), ...below];
}

interface OverlaidProps {
  readonly places: Layout;
  /** The body's full lines. */
  readonly behind: readonly StyledLine[];
  readonly overlay: readonly StyledLine[];
}

/** An overlay and what it leaves in sight, put side by side: nothing overlaps, so a frame stays cheap. */
export function Overlaid({ places, behind, overlay }: OverlaidProps) {
  const { body, overlay: hole } = places;
  const { above, left, right, below } = around(behind, body, hole);
  const rightCells = body.x + body.width - hole.x - hole.width;
  return (
    <Box flexDirection="column">
      <Lines lines={above} width={body.width} height={above.length} />
      <Box height={hole.height}>
        <Lines lines={left} width={hole.x - body.x} height={hole.height} />
        <Lines lines={overlay} width={hole.width} height={hole.height} />
        <Lines lines={right} width={rightCells} height={hole.height} />
      </Box>
      <Lines lines={below} width={body.width} height={below.length} />
    </Box>
  );
}
