import { describe, expect, it } from 'vitest';
import type { BanPreview } from '../../src/model/ban.ts';
import { textWidth } from '../../src/text/width.ts';
import type { Action } from '../../src/ui/actions.ts';
import { banKey, openBanDialog } from '../../src/ui/ban-dialog.ts';
import { previewKey } from '../../src/ui/dialog.ts';
import { muteKey, openMuteDialog } from '../../src/ui/mute-dialog.ts';
import type { Size, UiState } from '../../src/ui/state.ts';
import { reduce } from '../../src/ui/update.ts';
import { BANS, banPreview, REFUSED_PREVIEW } from './fixtures/bans.ts';
import { BASELINE, PAST } from './fixtures/baseline.ts';
import { ALERTS, actor, CHANNELS, PREVIEW, sqliEntry } from './fixtures/details.ts';
import { frameOf, SIZES, stateAt, textOf } from './fixtures/render-app.tsx';
import { MUTE_OPTIONS, mutePreview, REHEARSAL, RULES, ruleDetail, row as ruleRow } from './fixtures/rules.ts';
import { busySnapshot, emptySnapshot, INCIDENTS } from './fixtures/snapshot.ts';

const name = ({ columns, rows }: Size): string => `${columns}x${rows}`;
const screen = (state: UiState): string[] => textOf(frameOf(state));
const onStack =
  (...actions: readonly Action[]) =>
  (size: Size): UiState =>
    stateAt(size, ...actions);

function dialogAt(size: Size): UiState {
  const open = stateAt(
    size,
    { type: 'alert', target: { kind: 'address', address: '198.51.100.7' }, subject: '198.51.100.7' },
    { type: 'dialog', action: { type: 'channels', channels: CHANNELS } },
  );
  const key = open.dialog ? previewKey(open.dialog) : '';
  return reduce(open, { type: 'dialog', action: { type: 'previews', key, previews: [{ channel: 'ops-mail', text: PREVIEW }] } });
}

const banAt =
  (preview: BanPreview, ...after: readonly Action[]) =>
  (size: Size): UiState => {
    const target = { kind: 'address', address: '198.51.100.7' } as const;
    const key = banKey(openBanDialog(target, ''));
    return stateAt(
      size,
      { type: 'ban', target, subject: '198.51.100.7' },
      { type: 'banning', action: { type: 'preview', key, preview } },
      ...after,
    );
  };
const BAN_PREVIEW = banPreview({ target: { kind: 'address', address: '198.51.100.7' }, banner: '', seconds: 3600, word: '' });
const BANNED = [{ subject: '198.51.100.7', ok: true, text: 'fail2ban banned 198.51.100.7 in jail secmon for 1 h 00' }];

function muteAt(size: Size): UiState {
  const open = stateAt(
    size,
    { type: 'mute', subject: { kind: 'entry', rowId: 18_215 }, words: 'GET /item?id=1%2527%2520UNION' },
    { type: 'muting', action: { type: 'options', options: MUTE_OPTIONS } },
  );
  const key = muteKey(open.muting ?? openMuteDialog({ kind: 'rule', ruleId: '' }, ''));
  return reduce(open, { type: 'muting', action: { type: 'preview', key, preview: mutePreview() } });
}

const SCENES: Readonly<Record<string, (size: Size) => UiState>> = {
  live: onStack(),
  'nothing-yet': onStack({ type: 'snapshot', snapshot: emptySnapshot() }),
  entry: onStack({ type: 'open', screen: { kind: 'entry', rowId: 18_215, detail: sqliEntry(), scroll: 0 } }),
  actor: onStack({ type: 'open', screen: { kind: 'actor', address: '198.51.100.7', incidentId: '', detail: actor(), scroll: 0, step: 0 } }),
  incidents: onStack({ type: 'show', screen: { kind: 'incidents', items: INCIDENTS, selected: '2' } }),
  alerts: onStack({ type: 'show', screen: { kind: 'alerts', items: ALERTS, selected: undefined } }),
  rejected: onStack({
    type: 'show',
    screen: {
      kind: 'rejected',
      items: [{ source: 'access.log', sequence: 8812, reason: 'no closing quote', text: '192.0.2.1 - - [x] "GET /\x1b[2J' }],
      selected: undefined,
    },
  }),
  baseline: onStack({ type: 'show', screen: { kind: 'baseline', report: BASELINE, selected: undefined } }),
  past: onStack({ type: 'past', past: 'open' }, { type: 'snapshot', snapshot: { ...busySnapshot({ viewId: 9 }), past: PAST } }),
  'baseline-learning': onStack({
    type: 'show',
    screen: { kind: 'baseline', report: { ...BASELINE, rows: [], silent: 'needs 12 slots of five minutes, has 3' }, selected: undefined },
  }),
  mute: muteAt,
  ban: banAt(BAN_PREVIEW),
  'ban-refused': banAt(REFUSED_PREVIEW),
  'ban-done': banAt(
    BAN_PREVIEW,
    { type: 'banning', action: { type: 'ran', results: BANNED } },
    { type: 'banning', action: { type: 'watched', list: BANS } },
  ),
  bans: onStack({ type: 'show', screen: { kind: 'bans', list: BANS, selected: undefined } }),
  rules: onStack({ type: 'show', screen: { kind: 'rules', list: RULES, selected: 'auth-brute-force', order: 'hits' } }),
  rule: onStack({ type: 'open', screen: { kind: 'rule', ruleId: 'sqli-union-select', detail: ruleDetail(), scroll: 0 } }),
  rehearsal: onStack({
    type: 'open',
    screen: { kind: 'rehearsal', row: ruleRow('auth-brute-force'), text: 'gte 40 within 5m', result: REHEARSAL, scroll: 0 },
  }),
  help: onStack({ type: 'open', screen: { kind: 'help', scroll: 0 } }),
  alert: dialogAt,
  filter: onStack({ type: 'input', input: { purpose: 'filter', text: 'status>=500 sqli', cursor: 16, error: '' } }),
};

describe.each(SIZES.map((size) => [name(size), size] as const))('at %s', (label, size) => {
  it.each(Object.entries(SCENES))('the %s screen looks as drawn', async (scene, at) => {
    const lines = screen(at(size)).map((line) => line.trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`fixtures/screens/${scene}-${label}.txt`);
  });

  it.each(Object.entries(SCENES))('the %s screen fills the terminal exactly', (_, at) => {
    const lines = screen(at(size));
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(size.columns);
  });

  it('the live text alone tells the worst actor, whether it worked, the rate, and the next key', () => {
    const text = screen(stateAt(size)).join('\n');
    expect(text).toMatch(/C {2}88 {2}198\.51\.100\.7 +SQL injection, then a web shell +✔ 2 of 214 worked/);
    expect(text).toMatch(/● LIVE 1,284\/s/);
    expect(text).toMatch(/RISK CRITICAL/);
    expect(text).toMatch(/C 02:13:44 198\.51\.100\.7 .* webshell ✔ new file/);
    expect(text.split('\n').at(-1)).toMatch(/^ a alert {3}b ban {3}f filter .*\? help/);
  });

  it('columns stand straight under Korean paths', () => {
    const lines = screen(stateAt(size));
    const cellOf = (line: string, text: string): number => textWidth(line.slice(0, line.indexOf(text)));
    const korean = lines.filter((line) => line.includes('/상품/한국어-책'));
    expect(korean.length).toBeGreaterThan(0);
    const path = cellOf(lines.find((line) => line.includes(' /about')) ?? '', '/about');
    for (const line of korean) expect(cellOf(line, '/상품')).toBe(path);
  });

  it('changes nothing but the clock in an idle second', () => {
    const before = screen(stateAt(size));
    const after = screen(stateAt(size, { type: 'tick', nowMs: Date.UTC(2026, 2, 2, 2, 13, 46) }));
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(after[0]?.replace('02:13:46', '02:13:45')).toBe(before[0]);
  });
});

describe('at other sizes', () => {
  it.each([
    [59, 20],
    [80, 14],
    [30, 5],
    [10, 2],
  ])('%ix%i says what size it needs', (columns, rows) => {
    const lines = screen(stateAt({ columns, rows }));
    expect(lines).toHaveLength(rows);
    expect(lines[0]).toMatch(columns >= 20 ? /needs 60x15/ : /^needs/);
  });

  it.each([
    [60, 15],
    [79, 29],
    [99, 30],
    [100, 30],
    [133, 25],
    [160, 45],
    [250, 80],
  ])('%ix%i is filled exactly, on every screen', (columns, rows) => {
    for (const at of Object.values(SCENES)) {
      const lines = screen(at({ columns, rows }));
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
    expect(screen(stateAt({ columns, rows })).at(-1)).toContain('? help');
  });
});

describe('without UTF-8', () => {
  it('bars, sparklines, chart and hairlines are drawn in ASCII', () => {
    const text = textOf(frameOf(stateAt({ columns: 120, rows: 40 }), { utf8: false })).join('\n');
    expect(text).toMatch(/C 198\.51\.100\.7 +#+/);
    expect(text).toMatch(/^- Feed -+/m);
    expect(text).toMatch(/webshell \+ new file/);
    expect(text).not.toMatch(/[─│▌█▁●✔]/);
  });
});
