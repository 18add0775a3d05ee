import { describe, expect, it } from 'vitest';
import { FILTER_FIELDS } from '../../../src/filter/fields.ts';
import { createTimeFormat } from '../../../src/text/time-format.ts';
import { COMMANDS, keyWord } from '../../../src/ui/commands.ts';
import { openDialog, reduceDialog } from '../../../src/ui/dialog.ts';
import type { StyledLine } from '../../../src/ui/styled.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { actorLines } from '../../../src/ui/views/actor.ts';
import { alertDialogLines } from '../../../src/ui/views/alert-dialog.ts';
import { entryLines } from '../../../src/ui/views/entry.ts';
import { fieldWords } from '../../../src/ui/views/field-words.ts';
import { helpLines } from '../../../src/ui/views/help.ts';
import { helpTopics } from '../../../src/ui/views/help-topics.ts';
import { shortUserAgent } from '../../../src/ui/views/user-agent.ts';
import { actor, CHANNELS, sqliEntry } from '../fixtures/details.ts';

const DRAWING = { glyphs: glyphs(true), time: createTimeFormat('UTC') };
const text = (lines: readonly StyledLine[]): string => lines.map((line) => line.map((part) => part.text).join('')).join('\n');

describe('the entry screen', () => {
  const lines = entryLines(sqliEntry(), 98, DRAWING);

  it('says what it is, what was answered, why it is bad, and which technique', () => {
    expect(text(lines)).toMatch(/^C {2}SQL injection: UNION reads another table/);
    expect(text(lines)).toContain('answered 200, 24,816 bytes: 41 times what /item usually answers');
    expect(text(lines)).toContain('The attacker makes the database return rows of another table');
    expect(text(lines)).toContain('ATT&CK T1190 Exploit Public-Facing Application');
  });

  it('shows the payload after each decoding step, the match in place', () => {
    expect(text(lines)).toMatch(
      /As logged +1%2527%2520UNION.*\npercent +1%27%20UNION.*\npercent again +1' UNION SELECT user,pass FROM users--/,
    );
    expect(
      lines
        .flat()
        .filter((part) => part.ground === 'match')
        .map((part) => part.text),
    ).toEqual(["' UNION SELECT user,pass FROM"]);
  });

  it('marks what the other rules matched in the same text, too, and no more than is shown', () => {
    const text = '/../../etc/passwd?x=uid';
    const also = [
      { start: 7, end: 18 },
      { start: 2, end: 7 },
      { start: 20, end: 23 },
    ];
    const detail = { ...sqliEntry(), decoding: [{ step: 'as logged', text, match: { start: 0, end: 4 }, also }] };
    const marks = (width: number) =>
      entryLines(detail, width, DRAWING)
        .flat()
        .filter((part) => part.ground === 'match')
        .map((part) => part.text);
    expect(marks(98)).toEqual(['/../', '../', 'etc/passwd?', 'uid']);
    expect(marks(30)).toEqual(['/../', '../', 'etc/pas']);
  });

  it.each([
    [{ success: true }, '✔ It worked.'],
    [{ success: false, outcome: 'answered' }, '? It is not clear whether it worked.'],
    [{ success: false, outcome: 'error' }, '? It is not clear whether it worked.'],
    [{ success: false, outcome: 'refused' }, 'It did not work.'],
    [{ success: false, outcome: 'blocked' }, 'It did not work.'],
  ] as const)('says in so many words whether it worked: %j', (rest, words) => {
    expect(text(entryLines({ ...sqliEntry(), ...rest }, 98, DRAWING)).split('\n')).toContain(words);
  });

  it('says nothing of that for an ordinary line, or a probe that had nothing to win', () => {
    const ordinary = { ...sqliEntry(), success: false, severity: undefined, hits: [] };
    const probe = { ...sqliEntry(), success: false, severity: 'low', outcome: 'answered' } as const;
    for (const detail of [ordinary, probe]) expect(text(entryLines(detail, 98, DRAWING))).not.toMatch(/It (?:worked|did not|is not clear)/);
  });

  it('says in words where a rule looked, and names a field that has none', () => {
    expect(text(lines)).toMatch(/sqli-union-select {3}high {3}T1190 {3}in the query/);
    expect(['secmon.path', 'c-ip', 'x\x1b[2J'].map(fieldWords)).toEqual(['the path', 'c-ip', 'x␛[2J']);
  });

  it('has every field that the line has, and the line itself', () => {
    expect(text(lines)).toMatch(/size +24,816 bytes/);
    expect(text(lines)).toMatch(/user agent +sqlmap\/1\.7/);
    expect(text(lines)).not.toMatch(/referer/);
    expect(text(lines)).toMatch(/The line +198\.51\.100\.7 - - \[02/);
  });

  it('says so when the line is no longer held, or not suspicious', () => {
    expect(text(entryLines('gone', 60, DRAWING))).toContain('no longer held in memory');
    expect(text(entryLines({ ...sqliEntry(), hits: [], severity: undefined }, 60, DRAWING))).toContain('Nothing suspicious in this line.');
  });
});

describe('the actor screen', () => {
  it('tells the story with its gaps', () => {
    expect(text(actorLines({ detail: actor(), step: 0 }, 120, DRAWING))).toMatch(
      /02:11:02 +● attempt +tries SQL injection[^\n]*\n +│ +quiet for 12 min\n 02:13:41 +● success/,
    );
  });

  it('counts families, paths, answers and user agents', () => {
    const all = text(actorLines({ detail: actor(), step: 0 }, 80, DRAWING));
    expect(all).toMatch(/sqli +█+ +214/);
    expect(all).toMatch(/\/uploads\/shell\.php +6/);
    expect(all).toContain('200 31 · 302 1 · 404 96 · 500 14');
    expect(all).toContain('(none)');
  });

  it('says so when nothing is known', () => {
    const nobody = { ...actor(), incident: undefined, story: [], inWindow: undefined, paths: [], userAgents: [], statuses: {} };
    expect(text(actorLines({ detail: nobody, step: 0 }, 80, DRAWING))).toContain('no open incident');
  });
});

describe('help', () => {
  it('answers the four questions first, then has every command once, by what it is for', () => {
    const all = text(helpLines(80, DRAWING));
    expect(all.split('\n').slice(1, 9).join(' ')).toMatch(/Is it an attack\?.* Who is it\?.* Did it work\?.* What do I do\?/);
    const shown = helpTopics().flatMap(({ commands }) => commands.map(({ id }) => id));
    const wanted = COMMANDS.filter(({ contexts }) => !contexts.includes('input')).map(({ id }) => id);
    expect([...shown].sort()).toEqual([...wanted].sort());
  });

  it('has every key of the table and every field of the filter language', () => {
    for (const width of [80, 120, 200]) {
      const all = text(helpLines(width, DRAWING));
      for (const { keys, contexts } of COMMANDS)
        if (!contexts.includes('input')) for (const key of keys) expect(all).toContain(keyWord(key));
      for (const { example } of FILTER_FIELDS) expect(all).toContain(example);
    }
  });
});

describe('the alert dialog', () => {
  const target = { kind: 'address', address: 'x' } as const;
  const ready = reduceDialog(openDialog(target, 'x'), { type: 'channels', channels: CHANNELS });

  it('chooses a channel that reaches people before a file', () => {
    expect(ready.chosen).toEqual(['ops-mail']);
    expect(text(alertDialogLines(ready, 80, DRAWING).head)).toMatch(
      /\[ \] file .*\n.*\[✔\] ops-mail +ops@example\.org by mail\.example\.org:587/,
    );
  });

  it('says what to do without any channel', () => {
    const none = reduceDialog(openDialog(target, 'x'), { type: 'channels', channels: [] });
    expect(text(alertDialogLines(none, 80, DRAWING).head)).toContain('secmon config init');
  });

  it('shows the message harmless, line by line', () => {
    const shown = reduceDialog(ready, {
      type: 'previews',
      key: 'k',
      previews: [{ channel: 'ops-mail', text: 'one\n\x1b]52;c;eA==\x07two' }],
    });
    expect(text(alertDialogLines(shown, 80, DRAWING).scrolled)).toBe('  one\n  ␛]52;c;eA==␇two');
  });

  it('shows a message in its own indentation, also where a line is broken', () => {
    const json = '{\n  "who": "198.51.100.7",\n    "why": "one two three four five six seven eight nine"\n}';
    const shown = reduceDialog(ready, { type: 'previews', key: 'k', previews: [{ channel: 'ops-mail', text: json }] });
    expect(text(alertDialogLines(shown, 42, DRAWING).scrolled).split('\n')).toEqual([
      '  {',
      '    "who": "198.51.100.7",',
      '      "why": "one two three four five six',
      '      seven eight nine"',
      '  }',
    ]);
  });

  it('tells accepted, waiting and failed apart', () => {
    const results = [
      { channel: 'ops-mail', delivery: { ok: true, reply: '250 Ok' }, waiting: false },
      { channel: 'team', delivery: { ok: false, retryable: true, reason: '429' }, waiting: true },
      { channel: 'hook', delivery: { ok: false, retryable: false, reason: '401' }, waiting: false },
    ] as const;
    const done = text(alertDialogLines(reduceDialog(ready, { type: 'sent', results }), 80, DRAWING).scrolled);
    expect(done).toMatch(
      /✔ ops-mail {2}accepted\n +250 Ok\n\n {2}○ team {2}not yet: the message waits[^\n]*\n +429\n.*\n\n {2}✘ hook {2}failed, and will not be tried again\n +401/,
    );
  });
});

describe('user agents', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', 'Chrome/126.0.0.0'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot/2.1'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148', 'iPhone'],
    ['Mozilla/5.0 (compatible; Foo/1.0; +https://foo.example)', 'Foo/1.0'],
    ['Mozilla/5.0', 'Mozilla/5.0'],
    ['sqlmap/1.7#stable', 'sqlmap/1.7#stable'],
    ['curl\x1b[2J', 'curl␛[2J'],
  ])('%s', (userAgent, short) => {
    expect(shortUserAgent(userAgent)).toBe(short);
  });
});
