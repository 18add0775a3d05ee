import { Box } from 'ink';
import { Lines } from './components/lines.tsx';
import { LiveScreen, laidOver, liveLines, Overlaid } from './components/live-screen.tsx';
import { useDrawing } from './components/panel.tsx';
import { Header, KeyLine, Prompt } from './components/panels.tsx';
import { type Layout, layout } from './layout.ts';
import type { UiState } from './state.ts';
import { bodyView, overlayOf, tooSmallView } from './views/frame.ts';
import { messageAbove } from './views/prompt.ts';

/** The whole screen: a pure function of the state, and of the theme and zone in context. Exactly as many rows as the terminal has. */
export function App({ state }: { readonly state: UiState }) {
  const { columns, rows } = state.size;
  const places = layout(state.size);
  if (!places) return <Lines lines={[tooSmallView(state)]} width={columns} height={rows} />;
  const oneRow = places.prompt.y === places.keys.y;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header state={state} rect={places.header} />
      <Body state={state} places={places} />
      <Prompt state={state} rect={places.prompt} elseKeys={oneRow} />
      {!oneRow && <KeyLine state={state} rect={places.keys} />}
    </Box>
  );
}

/** Between header and prompt: the screen on top, and what lies over it. */
function Body({ state, places }: { readonly state: UiState; readonly places: Layout }) {
  const drawing = useDrawing();
  const { body } = places;
  const lines = bodyView(state, body, drawing);
  const overlay = overlayOf(state, places, drawing);
  const above = messageAbove(state, body.width);
  if (above.length > 0) {
    const behind = lines ?? liveLines(state, places, drawing);
    const whole = overlay ? laidOver(behind, overlay, places) : behind;
    return <Lines lines={[...whole.slice(0, body.height - above.length), ...above]} width={body.width} height={body.height} />;
  }
  if (overlay) return <Overlaid places={places} behind={lines ?? liveLines(state, places, drawing)} overlay={overlay} />;
  return lines ? <Lines lines={lines} width={body.width} height={body.height} /> : <LiveScreen state={state} places={places} />;
}
