import { createContext, useContext } from 'react';
import { createTimeFormat, type TimeFormat } from '../../text/time-format.ts';
import type { Rect } from '../layout.ts';
import type { UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import type { Drawing } from '../views/drawing.ts';
import { Lines, PaintContext } from './lines.tsx';

/** The zone that times are written in. */
export const TimeContext = createContext<TimeFormat>(createTimeFormat('UTC'));

export function useDrawing(): Drawing {
  const { glyphs } = useContext(PaintContext);
  return { glyphs, time: useContext(TimeContext) };
}

/** A pure function of the state that fills a rectangle. */
export type PanelView = (state: UiState, rect: Rect, drawing: Drawing) => StyledLine[];

export interface PanelProps {
  readonly state: UiState;
  readonly rect: Rect;
}

/** One panel: what `view` makes of the state. */
export function Panel({ view, state, rect }: PanelProps & { readonly view: PanelView }) {
  const drawing = useDrawing();
  return <Lines lines={view(state, rect, drawing)} width={rect.width} height={rect.height} />;
}
