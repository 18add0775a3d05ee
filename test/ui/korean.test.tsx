import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileCatalogue, readCatalogues } from '../../scripts/compile-catalogues.mjs';
import { addCatalogue, inLanguage, setLanguage } from '../../src/lang/lang.ts';
import { visible } from '../../src/text/sanitize.ts';
import { textWidth } from '../../src/text/width.ts';
import { contextOf } from '../../src/ui/commands/command.ts';
import { COMMANDS } from '../../src/ui/commands.ts';
import { stepForKey } from '../../src/ui/keys.ts';
import { wrap } from '../../src/ui/line.ts';
import type { Size, UiState } from '../../src/ui/state.ts';
import { reduce } from '../../src/ui/update.ts';
import { createTestTerminal, renderFrame } from '../render-screen.ts';
import { BANS, REFUSED_PREVIEW } from './fixtures/bans.ts';
import { BASELINE } from './fixtures/baseline.ts';
import { ALERTS, actor, CHANNELS, PREVIEW, sqliEntry } from './fixtures/details.ts';
import { frameOf, SIZES, stateAt, textOf } from './fixtures/render-app.tsx';
import { MUTE_OPTIONS, mutePreview, REHEARSAL, RULES, ruleDetail } from './fixtures/rules.ts';
import { SCENES } from './fixtures/scenes.ts';
import { busySnapshot, INCIDENTS } from './fixtures/snapshot.ts';

const name = ({ columns, rows }: Size): string => `${columns}x${rows}`;
const screen = (state: UiState): string[] => textOf(frameOf(state));
/** With the blanks at each line's end, which Ink keeps where they have a colour. */
const padded = (state: UiState): string[] => textOf(frameOf(state, { depth: 24 }));
const cellOf = (line: string, text: string): number => textWidth(line.slice(0, line.indexOf(text)));
const lineWith = (lines: readonly string[], text: string): string => lines.find((line) => line.includes(text)) ?? '';

/** Texts of the screen with a blank in them: single words may be anybody's. */
let english: string[];

beforeAll(async () => {
  addCatalogue('ko', JSON.parse(await compileCatalogue('ko')));
  const texts = (await readCatalogues('ko')).filter(({ file }) => file === 'ui.po').flatMap(({ text, many }) => [text, many ?? '']);
  english = texts
    .flatMap((text) => text.split(/\{\w+\}/))
    .filter((part) => /[a-z]{2,} [a-z]{2,}/i.test(part.trim()) && !GIVEN.includes(part));
  setLanguage('ko');
});
afterAll(() => setLanguage('en'));

/** What the fixtures' engine says, which stays as it came. */
const GIVEN = JSON.stringify([
  ...[BANS, REFUSED_PREVIEW, BASELINE, ALERTS, actor(), CHANNELS, sqliEntry(), MUTE_OPTIONS, mutePreview(), REHEARSAL, RULES, ruleDetail()],
  ...[busySnapshot(), INCIDENTS, PREVIEW],
  'needs 12 slots of five minutes, has 3',
  'fail2ban banned 198.51.100.7 in jail secmon for 1 h 00',
  'no closing quote',
])
  .replaceAll('\\n', ' ')
  .replaceAll('\\', '');

/** Names of techniques (MITRE ATT&CK) and words of the filter language stay English. */
const STAYS =
  /ATT&CK T[\d.]+ [\w -]+|(?:success|low|medium|high|critical|answered|blocked|refused|redirected|abandoned|error|none|http|web-error|sshd|fail2ban|application|plain)(?:, | or )|secmon config init|User-Agent|"two words"|gte \d+ within \d+m|a OR b|nginx combined|union station/g;

/** Three English words in a row that came from nowhere else. */
function untranslated(lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => line.replace(STAYS, '·').match(/[A-Za-z][a-z]+(?: [A-Za-z][a-z]+){2,}/g) ?? []);
  return runs.filter((run) => !GIVEN.includes(run));
}

describe.each(SIZES.map((size) => [name(size), size] as const))('in Korean at %s', (_, size) => {
  it.each(Object.entries(SCENES))('every line of the %s screen is exactly as wide as in English', (__, at) => {
    const state = at(size);
    const widths = padded(state).map(textWidth);
    expect(widths).toEqual(inLanguage('en', () => padded(state).map(textWidth)));
    expect(Math.max(...widths)).toBe(size.columns);
  });

  it.each(Object.entries(SCENES))('the %s screen holds no English text of its own', (__, at) => {
    const lines = screen(at(size));
    expect(english.filter((text) => lines.some((line) => line.includes(text)))).toEqual([]);
    expect(untranslated(lines)).toEqual([]);
  });

  it.each(['entry-exposed', 'actor-exposed'])('the %s screen says what is open where the attack goes', (scene) => {
    const text = screen(SCENES[scene]?.(size) ?? stateAt(size))
      .join(' ')
      .replace(/[\s│]+/g, ' ');
    expect(text).toContain('이 서버에 노출: OWASP ZAP 점검에서 발견');
    expect(text).toMatch(/아직 설치되지 않은 보안 업데이트 \d+건\(\S+ 포함\)/);
  });

  it('a terminal shows the right edge where it belongs', async () => {
    const { cells } = await renderFrame(frameOf(SCENES.alert?.(size) ?? stateAt(size)), size.columns, size.rows);
    const edges = cells.flatMap((row) => row.flatMap(({ text }, x) => (text === '┐' || text === '┘' ? [x] : [])));
    expect(edges).toHaveLength(2);
    expect(edges[0]).toBe(edges[1]);
    const [edge = 0] = edges;
    expect(cells.filter((row) => row[edge]?.text === '│').length).toBeGreaterThan(10);
  });

  it('columns stand straight', () => {
    const live = screen(stateAt(size));
    const incidents = live.filter((line) => /^ [CHML] +\d+ {2}\d/.test(line));
    expect(incidents.length).toBeGreaterThan(1);
    const [first = ''] = incidents;
    for (const line of incidents) expect(line.slice(0, 24).search(/\d+\.\d+\./)).toBe(first.slice(0, 24).search(/\d+\.\d+\./));
    const tags = live.filter((line) => /^ M \d\d:\d\d:\d\d 203\.0\.113\.9 .*인증 거부/.test(line)).map((line) => cellOf(line, '인증 거부'));
    expect(tags.length).toBeGreaterThan(1);
    expect(new Set(tags).size).toBe(1);
    const bans = screen(SCENES.bans?.(size) ?? stateAt(size));
    const heading = lineWith(bans, '남은 시간');
    expect(cellOf(heading, '남은 시간')).toBe(cellOf(lineWith(bans, '알 수 없음'), '알 수 없음'));
    expect(cellOf(heading, '주체')).toBe(cellOf(lineWith(bans, 'fail2ban secmon'), 'fail2ban secmon'));
    const rules = screen(SCENES.rules?.(size) ?? stateAt(size));
    expect(cellOf(lineWith(rules, '공격유형'), '공격유형')).toBe(cellOf(lineWith(rules, 'sqli-union-select'), 'SQLi'));
    expect(cellOf(lineWith(rules, '비율'), '비율')).toBe(cellOf(lineWith(rules, '9.0%'), '9.0%'));
  });

  it('the live text alone tells the worst actor, whether it worked, the rate, and the next key', () => {
    const text = screen(stateAt(size)).join('\n');
    expect(text).toMatch(/C {2}88 {2}198\.51\.100\.7 +.* ✔ 2\/214 성공/);
    expect(text).toMatch(/● 실시간 1,284\/초/);
    expect(text).toMatch(/위험도 심각/);
    expect(text).toMatch(/198\.51\.100\.7 .* 웹셸 ✔ /);
    expect(text.split('\n').at(-1)).toMatch(/^ a 알림 {3}b 차단 {3}f 필터.*\? 도움말/);
  });

  it('changes nothing but the clock in an idle second', () => {
    const before = screen(stateAt(size));
    const after = screen(stateAt(size, { type: 'tick', nowMs: Date.UTC(2026, 2, 2, 2, 13, 46) }));
    expect(after.slice(1)).toEqual(before.slice(1));
  });
});

describe('in Korean', () => {
  const size = { columns: 120, rows: 40 };

  it.each([
    [60, 15],
    [79, 29],
    [99, 30],
    [133, 25],
    [250, 80],
  ])('%ix%i is filled exactly, on every screen', (columns, rows) => {
    for (const at of Object.values(SCENES)) {
      const lines = padded(at({ columns, rows }));
      expect(lines).toHaveLength(rows);
      expect(Math.max(...lines.map(textWidth))).toBe(columns);
    }
  });

  it('the help names every key once more in Korean, without the names of dialogs before each line', () => {
    const help = SCENES.help?.({ columns: 200, rows: 200 }) ?? stateAt(size);
    const lines = screen(help);
    expect(lines.join('\n')).not.toMatch(/(?:알림|예외|차단) 창: /);
    expect(lineWith(lines, '알림 창')).toMatch(/^ 알림 창/);
    expect(lineWith(lines, 'status>=500')).toContain('status>=500');
  });

  it('what the engine says in English data is Korean on the baseline, hostile text in it as it is', () => {
    const lines = screen(SCENES.baseline?.(size) ?? stateAt(size)).join('\n');
    expect(lines).toContain('새 경로 12,304개(주체 203.0.113.66)');
    expect(lines).toContain('전체 로그');
    expect(lines).toContain('/uploads/shell.php');
  });

  it('every command has a title and a description', () => {
    const korean = /[\uac00-\ud7a3]|YAML/;
    const state = stateAt(size);
    const lacking = COMMANDS.filter(({ description }) => !korean.test(screen(helpOf(description, state)).join('')));
    expect(lacking).toEqual([]);
  });

  it('a key that means something elsewhere says so', () => {
    const help = SCENES.help?.(size) ?? stateAt(size);
    expect(contextOf(help)).toBe('help');
    const [action] = stepForKey(help, { name: 'f', text: 'f' }).actions;
    expect(action).toMatchObject({ type: 'message', text: '"필터" 기능은 여기가 아니라 실시간 화면에서 사용합니다.' });
  });

  it('what is typed in Korean stands in the filter line, the cursor behind it', async () => {
    const typed = { purpose: 'filter', text: 'path:/상품 세트', cursor: 9, error: '' } as const;
    const terminal = createTestTerminal(size.columns, size.rows);
    const frame = frameOf(reduce(stateAt(size), { type: 'input', input: typed }));
    await terminal.write(`\x1b[?7l${frame.replaceAll('\n', '\r\n')}`);
    const row = terminal.screen().cells[size.rows - 2] ?? [];
    const shown = row.map(({ text, width }) => (width === 0 ? '' : text)).join('');
    expect(shown.trimEnd()).toBe(' 필터 path:/상품 세트');
    expect(row.findIndex(({ underline }) => underline)).toBe(textWidth(' 필터 path:/상품 '));
  });

  it('the same state is English again in English', () => {
    const korean = screen(stateAt(size)).join('\n');
    expect(korean).toContain('인시던트');
    expect(inLanguage('en', () => screen(stateAt(size)).join('\n'))).toContain('─ Incidents ─');
  });
});

/** A message with the text, as keys give it. */
function helpOf(text: string, state: UiState): UiState {
  const [first = ''] = wrap(visible(text), 100);
  return reduce(state, { type: 'message', text: first, tone: 'info' });
}
