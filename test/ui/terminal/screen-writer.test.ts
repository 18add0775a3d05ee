import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScreenWriter, type ScreenWriter } from '../../../src/ui/terminal/screen-writer.ts';
import { createTestTerminal, renderFrame } from '../../render-screen.ts';
import { createFakeClock, createPipe, decoded } from './fake-terminal.ts';

function setUp(columns = 20, rows = 3) {
  const clock = createFakeClock();
  const pipe = createPipe();
  let gone = 0;
  const screen: ScreenWriter = createScreenWriter({
    columns,
    rows,
    write: pipe.write,
    clock,
    sleep: (ms) => clock.advance(ms),
    onGone: () => (gone += 1),
  });
  screen.start();
  const takeWritten = (): string => {
    const text = decoded(pipe.written);
    pipe.written = '';
    return text;
  };
  return { clock, pipe, screen, takeWritten, gone: () => gone };
}

const frame = (...lines: string[]): string => lines.join('\n');
const red = (text: string): string => `\x1b[1;38;2;255;0;0m${text}\x1b[0m`;

describe('what is a frame', () => {
  test('anything that is not exactly as many lines as the screen has is ignored', () => {
    const { screen, takeWritten } = setUp();
    takeWritten();
    for (const text of ['', '\x1b[?25h', 'one\ntwo', 'one\ntwo\nthree\nfour', '\n']) screen.write(text);
    expect(takeWritten()).toBe('');
    screen.write(frame('one', 'two', 'three'));
    expect(takeWritten()).toContain('three');
  });

  test('a frame is one write in synchronized output and leaves the pen plain', () => {
    const { screen, takeWritten } = setUp();
    takeWritten();
    screen.write(frame('one', red('two'), ''));
    const written = takeWritten();
    expect(written.startsWith('\x1b[?2026h')).toBe(true);
    expect(written.endsWith('\x1b[m\x1b[?2026l')).toBe(true);
    expect(screen.counters.frames).toBe(1);
  });

  test('the same frame again writes nothing', () => {
    const { screen, takeWritten } = setUp();
    screen.write(frame('one', red('two'), ''));
    takeWritten();
    screen.write(frame('one', red('two'), ''));
    expect(takeWritten()).toBe('');
  });

  test('one changed digit of a clock costs less than 40 bytes', () => {
    const { screen, takeWritten } = setUp(60, 3);
    screen.write(frame(`${red('secmon')}  LIVE   02:13:45`, '', ''));
    takeWritten();
    screen.write(frame(`${red('secmon')}  LIVE   02:13:46`, '', ''));
    expect(takeWritten().length).toBeLessThan(40);
  });
});

describe('what the terminal shows', () => {
  const piece = fc.record({
    text: fc.string({ unit: fc.constantFrom('a', 'b', ' ', ' ', '7', '한', '─', '█', '…', '✔', 'é', '🙂', 'e\u0301'), maxLength: 8 }),
    open: fc.constantFrom(
      '',
      '\x1b[1m',
      '\x1b[2m',
      '\x1b[38;2;1;2;3m',
      '\x1b[31m',
      '\x1b[38;5;75;48;5;52m',
      '\x1b[4;48;2;9;9;9m',
      '\x1b[7m',
      '\x1b[97;1;2m',
    ),
  });
  const line = fc
    .array(piece, { maxLength: 5 })
    .map((pieces) => pieces.map(({ text, open }) => `${open}${text}${open === '' ? '' : '\x1b[0m'}`).join(''));

  test('after any sequence of frames every cell is as if the last frame had been drawn on a clear screen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }), async (frames) => {
        const { screen, takeWritten } = setUp(24, 3);
        const terminal = createTestTerminal(24, 3);
        for (const lines of frames) screen.write(frame(...lines));
        await terminal.write(takeWritten());
        const fresh = setUp(24, 3);
        fresh.screen.write(frame(...(frames.at(-1) ?? [])));
        const expected = createTestTerminal(24, 3);
        await expected.write(fresh.takeWritten());
        expect(terminal.screen().cells).toEqual(expected.screen().cells);
      }),
      { numRuns: 300 },
    );
  });

  test('a frame stands on the screen as the terminal itself would draw it', async () => {
    const { screen, takeWritten } = setUp(24, 3);
    const terminal = createTestTerminal(24, 3);
    const text = frame(`${red('C')} 198.51.100.7 ${red('한국')}x`, '\x1b[4;48;2;9;9;9m match \x1b[49;24mrest\x1b[0m', 'last');
    screen.write(text);
    await terminal.write(takeWritten());
    expect(terminal.screen().cells).toEqual((await renderFrame(text, 24, 3)).cells);
    expect(terminal.screen().alternate).toBe(true);
  });

  test('a character whose width terminals disagree about does not move what follows', () => {
    const { screen, takeWritten } = setUp(20, 3);
    takeWritten();
    screen.write(frame('a🙂b', '', ''));
    expect(takeWritten()).toContain('🙂\x1b[4Gb');
  });

  test('control characters in a frame never reach the terminal', () => {
    const { screen, takeWritten } = setUp(20, 3);
    screen.write(frame('', '', ''));
    takeWritten();
    screen.write(frame('a\x1b]0;title\x07b\x1b[2Jc\rd\x9b31me', '', ''));
    const body = takeWritten().slice('\x1b[?2026h'.length, -'\x1b[m\x1b[?2026l'.length);
    // The only sequence is the cursor's move to the first row.
    expect(body.replace(/^\x1b\[1H\x1b\[0m/, '')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  });

  test('cells no panel has painted take the ground, also after a change of theme', async () => {
    const { screen, takeWritten } = setUp(6, 3);
    const terminal = createTestTerminal(6, 3);
    screen.setGround('\x1b[38;2;1;1;1;48;2;2;2;2m');
    screen.write(frame('ab', '', ''));
    screen.setGround('\x1b[38;2;3;3;3;48;2;4;4;4m');
    screen.write(frame('ab', '', ''));
    await terminal.write(takeWritten());
    const { cells } = terminal.screen();
    expect(new Set(cells.flat().map(({ bg }) => bg))).toEqual(new Set(['#040404']));
    expect(cells[0]?.[0]?.fg).toBe('#030303');
  });

  test('where the locale is not UTF-8 only ASCII is written', () => {
    const clock = createFakeClock();
    const pipe = createPipe();
    const screen = createScreenWriter({ columns: 20, rows: 1, write: pipe.write, clock, sleep: () => {}, substitute: () => '?' });
    screen.start();
    screen.write('a…한b');
    expect(pipe.written).toMatch(/^[\x00-\x7f]*$/);
    expect(pipe.written).toContain('a??b');
  });
});

describe('a terminal that does not read', () => {
  test('the program goes on: one frame is under way, of the others only the newest waits', async () => {
    const { clock, pipe, screen, takeWritten } = setUp();
    const before = screen.counters;
    pipe.room = 5;
    for (let n = 1; n <= 50; n += 1) screen.write(frame(`frame ${n}`, '', ''));
    clock.advance(60_000);
    expect(pipe.room).toBe(0);
    expect(screen.counters.dropped).toBe(48);
    pipe.room = Number.POSITIVE_INFINITY;
    clock.advance(100);
    expect(screen.counters.frames - before.frames).toBe(2);
    const terminal = createTestTerminal(20, 3);
    await terminal.write(takeWritten());
    expect(terminal.screen().rows).toEqual(['frame 50', '', '']);
  });

  test('notifications wait for the frame under way and cannot break into it', () => {
    const { clock, pipe, screen, takeWritten } = setUp();
    takeWritten();
    pipe.room = 10;
    screen.write(frame('one', '', ''));
    screen.bell();
    pipe.room = Number.POSITIVE_INFINITY;
    clock.advance(100);
    expect(takeWritten().endsWith('\x1b[?2026l\x07')).toBe(true);
  });

  test('what waits is bounded', () => {
    const { clock, pipe, screen } = setUp();
    pipe.room = 3;
    screen.write(frame('one', '', ''));
    for (let n = 0; n < 1_000; n += 1) screen.copy('x'.repeat(70_000));
    pipe.room = Number.POSITIVE_INFINITY;
    pipe.written = '';
    clock.advance(100);
    expect(pipe.written.length).toBeLessThan(300_000);
  });

  test('leaving gives up the frame under way, and tries until the terminal takes it', async () => {
    const { clock, pipe, screen, takeWritten } = setUp();
    pipe.room = 20;
    screen.write(frame('one', red('two'), ''));
    clock.after(100, () => {
      pipe.room = Number.POSITIVE_INFINITY;
    });
    screen.stop();
    const written = takeWritten();
    expect(written).toContain('\x18\x1b[?2026l');
    const terminal = createTestTerminal(20, 3);
    await terminal.write(written);
    expect(terminal.screen().alternate).toBe(false);
    expect(written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(written.lastIndexOf('\x1b[?25l'));
  });

  test('leaving takes half a second at most', () => {
    const { clock, pipe, screen } = setUp();
    pipe.room = 0;
    const start = clock.monotonic();
    screen.stop();
    expect(clock.monotonic() - start).toBeLessThanOrEqual(510);
  });

  test('a terminal that is gone is told once, and nothing throws', () => {
    const { clock, pipe, screen, gone } = setUp();
    pipe.error = 'EIO';
    screen.write(frame('one', '', ''));
    screen.write(frame('two', '', ''));
    clock.advance(1_000);
    screen.stop();
    expect(gone()).toBe(1);
  });
});

describe('coming and going', () => {
  test('after leaving nothing is written any more', () => {
    const { screen, takeWritten } = setUp();
    screen.stop();
    takeWritten();
    screen.write(frame('one', 'two', 'three'));
    screen.bell();
    screen.redraw();
    screen.resume();
    screen.stop();
    expect(takeWritten()).toBe('');
  });

  test('no frame slips in while suspended; the newest is drawn whole on the way back', async () => {
    const { screen, takeWritten } = setUp();
    screen.write(frame('one', 'same', ''));
    screen.suspend();
    takeWritten();
    screen.write(frame('two', 'same', ''));
    screen.bell();
    expect(takeWritten()).toBe('');
    screen.resume();
    const terminal = createTestTerminal(20, 3);
    await terminal.write(takeWritten());
    expect(terminal.screen().rows).toEqual(['two', 'same', '']);
    expect(terminal.screen().alternate).toBe(true);
  });

  test('redraw repairs a screen that another program wrote over', async () => {
    const { screen, takeWritten } = setUp();
    const terminal = createTestTerminal(20, 3);
    screen.write(frame('one', 'two', 'three'));
    await terminal.write(takeWritten());
    await terminal.write('\x1b[1;1HBroadcast message');
    screen.redraw();
    await terminal.write(takeWritten());
    expect(terminal.screen().rows).toEqual(['one', 'two', 'three']);
  });

  test('after a resize frames of the old size are ignored and the first of the new one is drawn whole', async () => {
    const { screen, takeWritten } = setUp();
    screen.write(frame('one', 'two', 'three'));
    screen.resize({ columns: 10, rows: 2 });
    takeWritten();
    screen.write(frame('one', 'two', 'three'));
    expect(takeWritten()).toBe('');
    screen.write(frame('one', 'two'));
    const terminal = createTestTerminal(10, 2);
    await terminal.write(takeWritten());
    expect(terminal.screen().rows).toEqual(['one', 'two']);
  });

  test('a notification or clipboard text cannot carry an escape sequence', () => {
    const { screen, takeWritten } = setUp();
    takeWritten();
    screen.osc9('attack\x07\x1b]52;c;AAAA\x07');
    expect(takeWritten()).toMatch(/^\x1b\]9;[^\x00-\x1f\x7f-\x9f]*\x07$/);
    expect(screen.copy('한\x1b')).toBe(true);
    expect(takeWritten()).toMatch(/^\x1b\]52;c;[A-Za-z0-9+/=]*\x07$/);
    expect(screen.copy('x'.repeat(100_000))).toBe(false);
  });
});

test('a feed of which every line changes with every frame averages under 8 KB at 120x40', () => {
  const { screen, takeWritten } = setUp(120, 40);
  const paths = ['/assets/app.css', '/api/items?page=2', '/상품/한국어-책', '/wp-login.php', '/search?q=select+a+plan', '/item?id=1'];
  const color = (rgb: string, text: string): string => `\x1b[38;2;${rgb};48;2;13;17;23m${text}\x1b[0m`;
  const feedRow = (n: number): string => {
    const bad = n % 3 === 0;
    const match = bad ? `\x1b[1;38;2;255;123;114;48;2;67;25;27m' UNION SELECT\x1b[0m` : color('208;215;222', ' '.repeat(14));
    const path = (paths[(n * 7) % paths.length] ?? '').slice(0, 16);
    const wide = path.startsWith('/상품') ? 5 : 0;
    return [
      color('255;123;114', bad ? '▌C ' : '   '),
      color('125;133;144', `02:13:${String(n % 60).padStart(2, '0')} `),
      color('208;215;222', `203.0.113.${n % 250}`.padEnd(16)),
      color('125;133;144', 'KR GET  '),
      color(bad ? '227;179;65' : '126;231;135', bad ? '404 ' : '200 '),
      color('208;215;222', path.padEnd(24 - wide)),
      match,
      color('227;179;65', bad ? ' refused ' : '         '),
      color('125;133;144', ' '.repeat(43)),
    ].join('');
  };
  takeWritten();
  const before = screen.counters.bytes;
  for (let round = 0; round < 50; round += 1) {
    screen.write(Array.from({ length: 40 }, (_, row) => feedRow((round * 40 + row) * 31)).join('\n'));
  }
  expect((screen.counters.bytes - before) / 50).toBeLessThan(8_192);
});
