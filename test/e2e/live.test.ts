import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, type TestLog } from './lines.ts';
import { expectShell, hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal;
let log: TestLog;

beforeEach(() => {
  if (!hasTmux) return;
  terminal = openTerminal();
  log = createLog(terminal.folder);
});
afterEach(() => terminal?.close());

/** `tail -f` of the log, piped into secmon, with these lines in it already. */
async function start(lines: Parameters<TestLog['add']>, args = ''): Promise<number> {
  log.add(...lines);
  const pid = await terminal.secmon(args, { before: 'tail -n +1 -f access.log |' });
  // Lines may come in pieces.
  const last = shownOf(lines.at(-1));
  await terminal.until('the screen', (s) => s.includes('secmon') && s.includes(last));
  return pid;
}

/** The beginning of a line as the feed shows it, up to what it decodes. */
function shownOf(line: Parameters<TestLog['add']>[number] | undefined): string {
  if (line === undefined || Buffer.isBuffer(line)) return '';
  return typeof line === 'string' ? line.trim() : (line.target ?? '/').replace(/[?%].*/, '');
}

const screenLine = (screen: string, holding: string): string => screen.split('\n').find((line) => line.includes(holding)) ?? '';
/** Escape alone: with another key right behind it, it would be Alt. */
async function back(): Promise<void> {
  terminal.keys('Escape');
  await terminal.until('the live screen', (s) => /f filter .*space /.test(s));
}
const pages = (count: number, name = 'page') => Array.from({ length: count }, (_, i) => ({ target: `/${name}-${i + 1}` }));
const INJECTION = { address: '203.0.113.66', target: '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--', status: 403 };

describe.skipIf(!hasTmux)(`the live screen shows what tail -f brings${notRun}`, () => {
  test('lines in the feed, addresses with bars, sparklines, chart and incidents', async () => {
    await start([]);
    await terminal.until('nothing yet', (s) => s.includes('waiting'));
    log.add(
      ...pages(8),
      { address: '198.51.100.21', target: '/missing', status: 404 },
      { address: '198.51.100.22', target: '/broken', status: 503 },
      INJECTION,
    );
    const screen = await terminal.until(
      'all of it',
      (s) => s.includes('/page-8') && s.includes('UNION') && /[▂▃▄▅▆▇█]/.test(s) && /1 incident\b/.test(s),
    );
    expect(screen).toMatch(/LIVE/);
    expect(screen).toMatch(/nginx combined 100 %/);
    expect(screenLine(screen, '/page-8')).toMatch(/198\.51\.100\.20 +GET +200 \/page-8/);
    expect(screenLine(screen, '/item?id=1')).toMatch(/H .*203\.0\.113\.66 +GET +403 .*sqli blocked/);
    expect(screen).toMatch(/198\.51\.100\.20 +█+ +8/);
    expect(screen).toMatch(/H 203\.0\.113\.66 +[█▏▎▍▌▋▊▉]+ +1/);
    for (const name of ['2xx', '3xx', '4xx', '5xx']) expect(screen).toMatch(new RegExp(`${name} [▁▂▃▄▅▆▇█]{10,} +\\d+/s`));
    await terminal.until('the chart, which shows whole seconds', (s) => /\d+ ┤/.test(s));
    expect(screen).toMatch(/H +\d+ +203\.0\.113\.66 +SQL injection +0 of 1 worked/);
  });

  test('a pipe, a file and a command at once, each with its name', async () => {
    createLog(terminal.folder, 'other.log').add({ target: '/from-file' });
    createLog(terminal.folder, 'command.txt').add('a plain line\n');
    await start([{ target: '/from-pipe' }], 'other.log --exec "cat command.txt"');
    terminal.resize(200, 60);
    const screen = await terminal.until(
      'all three, with their names',
      (s) =>
        screenLine(s, '/from-file').includes('other.log') &&
        screenLine(s, '/from-pipe').includes('standard in') &&
        s.includes('a plain line'),
    );
    expect(screen).toContain('+2');
  });

  test('a resize while running is drawn at the new size, at all three sizes, and too small says so', async () => {
    await start([...pages(60), INJECTION]);
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
      [120, 40],
    ] as const) {
      terminal.resize(columns, rows);
      const screen = await terminal.until(`${columns}x${rows}`, (s) => {
        const lines = s.replace(/\n$/, '').split('\n');
        return (
          lines.length === rows &&
          (lines[0]?.length ?? 0) > columns - 3 &&
          (lines[0]?.length ?? 0) <= columns &&
          /quit|help/.test(lines.at(-1) ?? '') &&
          s.includes('UNION')
        );
      });
      expect(screen).toContain('203.0.113.66');
    }
    terminal.resize(50, 12);
    await terminal.until('the size it needs', (s) => /60.?[x×].?15/.test(s));
    terminal.resize(120, 40);
    await terminal.until('the screen again', (s) => s.includes('UNION'));
  });
});

describe.skipIf(!hasTmux)(`keys${notRun}`, () => {
  test('j and k move, Enter opens the entry with its payload decoded, Esc goes back', async () => {
    await start([...pages(3), INJECTION]);
    terminal.keys('Enter');
    const entry = await terminal.until('the entry', (s) => s.includes('Entry 4') && s.includes('As logged'));
    expect(entry).toContain("' UNION SELECT user,pass FROM users--");
    expect(entry).toContain('T1190');
    expect(entry).toMatch(/blocked it \(403/);
    await back();
    terminal.keys('k', 'k', 'Enter');
    await terminal.until('two rows up', (s) => s.includes('Entry 2'));
    await back();
    terminal.keys('j', 'Enter');
    await terminal.until('one row down', (s) => s.includes('Entry 3'));
  });

  test('i shows who is behind a row, and their story', async () => {
    await start([...pages(3), { address: '203.0.113.66', target: '/admin', status: 404 }, INJECTION]);
    terminal.keys('i');
    const screen = await terminal.until('the actor', (s) => s.includes('Story') && /SQL injection/.test(s));
    expect(screen).toContain('203.0.113.66');
    terminal.keys('q');
    await terminal.until('the feed', (s) => s.includes('/page-1') && s.includes('Feed'));
  });

  test('f filters live, a wrong filter is told, Esc takes the filter away', async () => {
    await start([...pages(3), { target: '/broken', status: 503 }]);
    terminal.keys('f');
    terminal.type('status>=');
    terminal.keys('Enter');
    await terminal.until('what is wrong', (s) => /expected|number|status/.test(s.split('\n').slice(-3).join(' ')) && s.includes('/page-1'));
    terminal.type('500');
    terminal.keys('Enter');
    await terminal.until('only the error', (s) => s.includes('/broken') && !s.includes('/page-1') && s.includes('status>=500'));
    log.add({ target: '/fine' }, { target: '/broken-again', status: 500 });
    const screen = await terminal.until('new lines are filtered, too', (s) => s.includes('/broken-again'));
    expect(screen).not.toContain('/fine');
    terminal.keys('Escape');
    await terminal.until('all lines', (s) => s.includes('/page-1') && s.includes('/fine'));
  });

  test('/ finds, n and N go on', async () => {
    await start([{ target: '/needle-a' }, ...pages(80), { target: '/needle-b' }, ...pages(80, 'later')]);
    await terminal.until('the end', (s) => s.includes('/later-80'));
    terminal.keys('/');
    terminal.type('needle');
    terminal.keys('Enter');
    await terminal.until('the last one', (s) => s.includes('/needle-b') && s.includes('find needle'));
    terminal.keys('N');
    await terminal.until('the one before', (s) => s.includes('/needle-a'));
    terminal.keys('n');
    await terminal.until('the next one', (s) => s.includes('/needle-b'));
  });

  test('e goes to suspicious rows', async () => {
    await start([{ target: '/.git/config', status: 404, address: '203.0.113.5' }, ...pages(80), INJECTION, ...pages(80, 'later')]);
    await terminal.until('the end', (s) => s.includes('/later-80'));
    terminal.keys('e');
    await terminal.until('the injection', (s) => s.includes('UNION'));
    terminal.keys('E');
    await terminal.until('the one before', (s) => s.includes('/.git/config'));
    terminal.keys('e');
    await terminal.until('the next one', (s) => s.includes('UNION'));
    terminal.keys('Enter');
    await terminal.until('it, opened', (s) => s.includes('Entry 82'));
  });

  test('Space holds the feed while counting goes on, G follows again', async () => {
    await start(pages(60));
    await terminal.until('the end', (s) => s.includes('/page-60'));
    terminal.keys('Space');
    await terminal.until('paused', (s) => s.includes('PAUSED'));
    log.add(...pages(12, 'new'));
    const screen = await terminal.until('+12 new', (s) => /\+12 new/.test(s));
    expect(screen).not.toContain('/new-1');
    terminal.keys('Space');
    await terminal.until('the new ones', (s) => s.includes('/new-12') && !s.includes('PAUSED'));
    terminal.keys('k');
    // A line that comes before the key would be followed.
    await terminal.until('scrolled up', (s) => s.includes('scrolled up'));
    log.add({ target: '/newest' });
    await terminal.until('one more below', (s) => s.includes('+1 new') && !s.includes('/newest'));
    terminal.keys('G');
    await terminal.until('following', (s) => s.includes('following') && s.includes('/newest'));
  });

  test('w changes the window, s the order, r reverses it, t the theme', async () => {
    await start([
      ...pages(4),
      { address: '198.51.100.77', target: '/missing', status: 404 },
      { address: '198.51.100.77', target: '/gone', status: 410 },
    ]);
    await terminal.until('5 minutes', (s) => s.includes('by hits · 5 min'));
    terminal.keys('w');
    await terminal.until('15 minutes', (s) => s.includes('by hits · 15 min'));
    const first = (s: string): string => s.split('\n')[2]?.slice(78).trim().split(' ')[0] ?? '';
    expect(first(terminal.screen())).toBe('198.51.100.20');
    terminal.keys('s');
    await terminal.until('by errors', (s) => s.includes('by errors') && first(s) === '198.51.100.77');
    terminal.keys('r');
    await terminal.until('least first', (s) => first(s) === '198.51.100.20');
    const before = terminal.styled();
    terminal.keys('t');
    await terminal.until('other colours', () => terminal.styled() !== before && terminal.styled().split('\n')[5] !== before.split('\n')[5]);
  });

  test('Tab goes through the panels, Enter on a sparkline filters', async () => {
    await start([...pages(3), { target: '/broken', status: 503 }]);
    terminal.keys('Tab', 'Enter');
    await terminal.until('the actor of the address panel', (s) => s.includes('Story'));
    await back();
    terminal.keys('Tab', 'j', 'j', 'j', 'Enter');
    await terminal.until('only server errors', (s) => s.includes('status:5xx') && !s.includes('/page-1'));
  });

  test('1 to 4 are screens, ? is help, F1 too', async () => {
    await start([...pages(3), INJECTION, 'this is no line of an access log\n']);
    await terminal.until('all lines', (s) => s.includes('this is no line'));
    for (const [key, title, holds] of [
      ['2', '─ Incidents ', '203.0.113.66'],
      ['3', '─ Alerts ', 'No alert was sent yet'],
      ['4', '─ Rejected', 'this is no line of an access log'],
      ['1', '─ Feed ', 'UNION'],
    ] as const) {
      terminal.keys(key);
      await terminal.until(`screen ${key}`, (s) => s.includes(title) && s.includes(holds));
    }
    for (const key of ['?', 'F1']) {
      terminal.keys(key);
      const help = await terminal.until('help', (s) => s.includes('─ Help '));
      expect(help).toMatch(/alert people about the selection/);
      await back();
    }
  });

  test(': takes commands by name, completes them, and says what is wrong', async () => {
    await start([...pages(3), { target: '/broken', status: 503 }]);
    terminal.keys(':');
    terminal.type('nonsense');
    terminal.keys('Enter');
    await terminal.until('no such command', (s) => s.includes('There is no command "nonsense"'));
    terminal.keys('Escape');
    await terminal.until('no line being typed', (s) => !s.includes('nonsense'));
    terminal.keys(':');
    terminal.type('win');
    terminal.keys('Tab');
    terminal.type('60');
    terminal.keys('Tab', 'Enter');
    await terminal.until('the window', (s) => s.includes('60 min'));
    terminal.keys(':');
    terminal.type('filter status:503');
    terminal.keys('Enter');
    await terminal.until('filtered', (s) => !s.includes('/page-1') && s.includes('/broken'));
    terminal.keys(':');
    terminal.type('quit');
    terminal.keys('Enter');
    await expectShell(terminal, 0);
  });

  test('Ctrl-L draws everything again after the screen was soiled from outside', async () => {
    await start(pages(3));
    terminal.keys('C-l');
    await terminal.until('the screen', (s) => s.includes('/page-3'));
  });
});

describe.skipIf(!hasTmux)(`text from the log${notRun}`, () => {
  test('with wide characters keeps the columns straight', async () => {
    await start([
      { target: '/%ED%95%9C%EA%B5%AD%EC%96%B4/%EC%83%81%ED%92%88' },
      { target: '/보안-위협' },
      { target: '/%E4%B8%AD%E6%96%87' },
      { target: '/🔥🚒' },
      ...pages(3),
    ]);
    const screen = await terminal.until('wide characters', (s) => s.includes('한국어') && s.includes('보안-위협') && s.includes('中文'));
    // tmux leaves out the second half of a wide character: every line must still be as wide as the window.
    const wide = (text: string): number => [...text].reduce((sum, c) => sum + (/[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠🔥🚒]/u.test(c) ? 2 : 1), 0);
    const edge = (holding: string): number => {
      const line = screenLine(screen, holding);
      const right = /(?:[CHML ] \d+\.\d+\.\d+\.\d+ +[█▏▎▍▌▋▊▉]|[2345]xx |─ Status| No | {2}\d+ [┤│])/.exec(line);
      return wide(line.trimEnd()) <= 120 ? wide(line.slice(0, right?.index ?? line.length)) : -1;
    };
    expect(edge('한국어')).toBeGreaterThan(0);
    // The first feed row stands beside the first address: its column is where the panel's title begins.
    const title = screen.split('\n')[1] ?? '';
    const panel = title.indexOf('─ Top addresses');
    const row = screen.split('\n')[2] ?? '';
    expect(row).toContain('한국어');
    const before = row.slice(0, row.lastIndexOf('198.51.100.20'));
    expect(wide(before)).toBe(panel + 3);
  });

  test('never reaches the terminal as control: escape sequences, title, clipboard, NUL, C1, bidi and zero-width characters', async () => {
    const title = terminal.flag('pane_title');
    await start([
      ...pages(2),
      { target: '/esc\u001b[2J\u001b[31mred\u001b[5;5Hmoved', agent: 'x' },
      { target: '/title\u001b]0;owned-title\u0007', agent: '\u001b]52;c;b3duZWQ=\u0007' },
      { target: '/c1\u009b2J\u009d0;owned-title\u009c' },
      { target: '/nul\u0000byte\u0008\u0008\u0008back\rreturn' },
      { target: '/bidi\u202egpj.exe\u2066\u2069zero\u200bwidth\ufeff' },
      { target: '/%1b%5B2J%1b]0;owned-title%07decoded%E2%80%AE' },
      Buffer.concat([
        Buffer.from('203.0.113.9 - - [x] "GET /raw'),
        Buffer.from([0x9b, 0x32, 0x4a, 0xff, 0xfe, 0x1b, 0x5d]),
        Buffer.from('52;c;b3duZWQ=\u0007 HTTP/1.1" 200 1\n'),
      ]),
      'a plain line \u001b[?1049l\u001b[?25h\u001bc\n',
      { target: '/last' },
    ]);
    const screen = await terminal.until('the last line', (s) => s.includes('/last') && s.includes('/page-1'));
    for (const start of ['/esc␛[2J', '/title␛]0;owned-title', 'gpj.exe', 'zero', 'decoded']) expect(screen).toContain(start);
    expect(screen).not.toMatch(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
    terminal.keys('k', 'k', 'Enter');
    await terminal.until('an entry with hostile text', (s) => s.includes('Entry '));
    await back();
    terminal.keys('4');
    await terminal.until('rejected lines', (s) => s.includes('a plain line'));
    expect(terminal.flag('pane_title')).toBe(title);
    expect(terminal.clipboard()).toBe('');
    expect(terminal.flag('alternate_on')).toBe('1');
    expect(terminal.flag('cursor_flag')).toBe('0');
    terminal.keys('C-c');
    await expectShell(terminal, 130);
  });

  test('y puts the selection into the clipboard and shows it', async () => {
    await start([...pages(2), { target: '/copy-me' }]);
    await terminal.until('the line', (s) => s.includes('/copy-me'));
    terminal.keys('y');
    await terminal.until('what was copied', (s) => /copied: .*\/copy-me/.test(s));
  });
});
