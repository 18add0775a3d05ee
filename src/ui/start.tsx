import { render } from 'ink';
import { useMemo, useSyncExternalStore } from 'react';
import { type Clock, systemClock } from '../clock/clock.ts';
import type { EngineClient } from '../engine/protocol.ts';
import { setLanguage } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import type { WindowName } from '../model/snapshot.ts';
import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';
import { App } from './app.tsx';
import { PaintContext } from './components/lines.tsx';
import { groundSequence } from './components/paint.ts';
import { TimeContext } from './components/panel.tsx';
import { initialState } from './state.ts';
import { createStore, type UiStore } from './store.ts';
import { inkStreams } from './terminal/ink-streams.ts';
import type { Session } from './terminal/session.ts';
import type { Theme } from './theme/theme.ts';

export interface StartOptions {
  readonly client: EngineClient;
  readonly session: Session;
  /** Themes that `t` goes through, by name; the first is used at the start. */
  readonly themes: readonly Theme[];
  /** IANA name of the zone that times are written in; the local zone when left out. */
  readonly timeZone?: string;
  /** A filter to begin with; parsed without error. */
  readonly filter?: string;
  readonly window?: WindowName;
  readonly clock?: Clock;
}

const TICK_MS = 1_000;

/**
 * Shows the monitor in the session's terminal until the operator leaves: keys and snapshots go through the store, Ink draws what comes of it.
 * The function returned takes the screen down without leaving the terminal; `q` ends the session with code 0.
 */
export function startUi({ client, session, themes, timeZone, filter, window, clock = systemClock }: StartOptions): () => void {
  // Letters that the terminal's locale does not know would all be question marks.
  if (!session.utf8) setLanguage(ENGLISH);
  const [first] = themes;
  if (!first) throw new Error('startUi needs at least one theme');
  const names = themes.map((theme) => theme.name);
  const options = { ...(filter === undefined ? {} : { filter }), ...(window === undefined ? {} : { window }) };
  const initial = initialState({ size: session.size, nowMs: clock.now(), themes: names, theme: first.name, ...options });
  const hands = {
    copy: (text: string) => session.screen.copy(text),
    notify(text: string) {
      session.screen.bell();
      session.screen.osc9(text);
    },
    quit: () => session.exit(0),
  };
  const store = createStore({ initial, client, hands, onFatal: (message) => session.fail(new Error(message)) });
  const themeNow = (): Theme => themes.find((theme) => theme.name === store.state().theme) ?? first;
  const paintGround = (): void => session.screen.setGround(groundSequence(themeNow(), session.depth));
  paintGround();

  const ink = render(<Root store={store} themes={themes} time={createTimeFormat(timeZone)} session={session} />, inkStreams(session));
  ink.waitUntilExit().catch(session.fail);
  const endKeys = session.onKey((key) => store.key(key));
  const endResize = session.onResize((size) => store.dispatch({ type: 'resize', size }));
  const endThemes = followTheme(store, paintGround);
  const endTicks = ticking(clock, () => store.dispatch({ type: 'tick', nowMs: clock.now() }));
  const stop = (): void => {
    for (const end of [endKeys, endResize, endThemes, endTicks]) end();
    store.close();
    ink.unmount();
  };
  session.onExit(stop);
  return stop;
}

interface RootProps {
  readonly store: UiStore;
  readonly themes: readonly Theme[];
  readonly time: TimeFormat;
  readonly session: Pick<Session, 'depth' | 'glyphs'>;
}

/** The application with its state, theme and zone. */
function Root({ store, themes, time, session }: RootProps) {
  const state = useSyncExternalStore(store.subscribe, store.state);
  const theme = themes.find((candidate) => candidate.name === state.theme) ?? themes[0];
  const { depth, glyphs } = session;
  const paint = useMemo(() => (theme ? { theme, depth, glyphs } : undefined), [theme, depth, glyphs]);
  if (!paint) return null;
  return (
    <PaintContext.Provider value={paint}>
      <TimeContext.Provider value={time}>
        <App state={state} />
      </TimeContext.Provider>
    </PaintContext.Provider>
  );
}

/** Calls `changed` whenever another theme is chosen. */
function followTheme(store: UiStore, changed: () => void): () => void {
  let name = store.state().theme;
  return store.subscribe(() => {
    if (store.state().theme === name) return;
    name = store.state().theme;
    changed();
  });
}

/** Calls back once a second, close to the second's beginning, so that the clock never skips one. */
function ticking(clock: Clock, tick: () => void): () => void {
  let cancel: (() => void) | undefined;
  const next = (): void => {
    cancel = clock.after(TICK_MS - (clock.now() % TICK_MS) + 5, () => {
      tick();
      next();
    });
  };
  next();
  return () => cancel?.();
}
