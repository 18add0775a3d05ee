import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/clock/clock.ts';
import { addCatalogue, language, setLanguage } from '../../src/lang/lang.ts';
import { startUi } from '../../src/ui/start.tsx';
import type { Key } from '../../src/ui/terminal/keys.ts';
import type { Session } from '../../src/ui/terminal/session.ts';
import { glyphs, loadTheme } from '../../src/ui/theme/theme.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { textOf } from './fixtures/render-app.tsx';
import { NOW_MS } from './fixtures/snapshot.ts';

const THEMES = fileURLToPath(new URL('../../themes', import.meta.url));

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** A session whose terminal is a list of frames. */
function fakeSession({ columns = 80, rows = 24, utf8 = true } = {}) {
  const frames: string[] = [];
  const keys = new Set<(key: Key) => void>();
  const resizes = new Set<(size: { columns: number; rows: number }) => void>();
  const screen = {
    isTTY: true as const,
    columns,
    rows,
    counters: { frames: 0, bytes: 0, dropped: 0 },
    write: (frame: string) => frames.push(frame) > 0,
    start: vi.fn(),
    stop: vi.fn(),
    suspend: vi.fn(),
    resume: vi.fn(),
    redraw: vi.fn(),
    resize: vi.fn(),
    setGround: vi.fn(),
    bell: vi.fn(),
    osc9: vi.fn(),
    copy: vi.fn(() => true),
  };
  const session: Session = {
    screen,
    depth: 24,
    utf8,
    glyphs: glyphs(true),
    size: { columns, rows },
    onKey: (listener) => listen(keys, listener),
    onResize: (listener) => listen(resizes, listener),
    onExit: vi.fn(),
    suspend: vi.fn(),
    exit: vi.fn(),
    fail: vi.fn(),
    close: vi.fn(),
  };
  const press = (name: string): void => {
    for (const listener of keys) listener({ name, text: name });
  };
  const text = (): string => textOf(frames.filter((frame) => frame.split('\n').length === rows).at(-1) ?? '').join('\n');
  return { session, screen, press, text, keys, frames };
}

function fakeClock() {
  let nowMs = NOW_MS;
  let pending: { atMs: number; run: () => void } | undefined;
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after(delayMs, run) {
      pending = { atMs: nowMs + delayMs, run };
      return () => {
        pending = undefined;
      };
    },
  };
  const advance = (): void => {
    const next = pending;
    pending = undefined;
    nowMs = next?.atMs ?? nowMs;
    next?.run();
  };
  return { clock, advance, isWaiting: () => pending !== undefined };
}

function start({ utf8 = true } = {}) {
  const fake = fakeClient();
  const terminal = fakeSession({ utf8 });
  const time = fakeClock();
  const themes = ['dark', 'light'].map((name) => loadTheme(name, THEMES));
  const stop = startUi({ client: fake.client, session: terminal.session, themes, timeZone: 'UTC', clock: time.clock });
  return { ...terminal, ...time, fake, stop };
}

describe('startUi', () => {
  it('draws at once, and what the engine answers after that', async () => {
    const { text, stop } = start();
    expect(text()).toContain('secmon   starting …');
    await vi.waitFor(() => expect(text()).toContain('198.51.100.7'), 50_000);
    stop();
  });

  it('draws what a key does', async () => {
    const { text, press, stop } = start();
    await vi.waitFor(() => expect(text()).toContain('198.51.100.7'), 50_000);
    press('?');
    await vi.waitFor(() => expect(text()).toContain('─ Help ─'), 50_000);
    stop();
  });

  it('is English in a terminal that is not UTF-8, whose letters would all be question marks', async () => {
    addCatalogue('ko', { Incidents: ['인시던트'] });
    setLanguage('ko');
    const { text, stop } = start({ utf8: false });
    await vi.waitFor(() => expect(text()).toContain('198.51.100.7'), 50_000);
    expect(text()).toContain('Incidents');
    expect(language()).toBe('en');
    stop();
  });

  it('moves the clock once a second, and nothing else', async () => {
    const { text, advance, stop } = start();
    await vi.waitFor(() => expect(text()).toContain('198.51.100.7'), 50_000);
    const before = text();
    expect(before).toContain('02:13:45');
    advance();
    await vi.waitFor(() => expect(text()).toContain('02:13:46'), 50_000);
    expect(text().replace('02:13:46', '02:13:45')).toBe(before);
    stop();
  });

  it('gives the terminal another ground with another theme', () => {
    const { screen, press, stop } = start();
    press('t');
    const [[dark], [light]] = screen.setGround.mock.calls as [[string], [string]];
    expect(screen.setGround).toHaveBeenCalledTimes(2);
    expect(light).not.toBe(dark);
    stop();
  });

  it('rings the bell when the engine says so, and ends with q', () => {
    const { screen, session, fake, press, stop } = start();
    fake.emit({ type: 'notify', text: 'ALERT' });
    expect(screen.bell).toHaveBeenCalledOnce();
    expect(screen.osc9).toHaveBeenCalledWith('ALERT');
    press('q');
    expect(session.exit).toHaveBeenCalledWith(0);
    stop();
  });

  it('fails the session when the engine cannot go on', () => {
    const { session, fake, stop } = start();
    fake.emit({ type: 'fatal', message: 'the disk is full' });
    expect(session.fail).toHaveBeenCalledWith(new Error('the disk is full'));
    stop();
  });

  it('leaves nothing behind when stopped', () => {
    const { keys, isWaiting, stop } = start();
    stop();
    expect(keys.size).toBe(0);
    expect(isWaiting()).toBe(false);
  });
});
