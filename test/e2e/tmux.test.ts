import { afterEach, describe, expect, test } from 'vitest';
import { hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal | undefined;
afterEach(() => terminal?.close());

describe.skipIf(!hasTmux)(`the terminal of these tests${notRun}`, () => {
  test('shows a frame as a whole, also when it arrives in pieces', async () => {
    const opened = openTerminal();
    terminal = opened;
    opened.run(`printf '\\033[?2026hup%s\\n' per; sleep 0.5; printf 'low%s\\033[?2026l\\n' er`);
    expect(await opened.until('the first half', (screen) => screen.includes('upper'))).toContain('lower');
  });

  test('shows what a program left that was killed in the middle of a frame', async () => {
    const opened = openTerminal();
    terminal = opened;
    opened.run(`printf '\\033[?2026hup%s\\n' per`);
    await opened.until('the half frame', (screen) => screen.includes('upper'));
  });
});
