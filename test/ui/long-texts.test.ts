import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/ui/actions.ts';
import type { Size } from '../../src/ui/state.ts';
import { reduce } from '../../src/ui/update.ts';
import { BRIEFS } from './fixtures/checks.ts';
import { actor, sqliEntry } from './fixtures/details.ts';
import { frameOf, stateAt, textOf } from './fixtures/render-app.tsx';
import { SCENES } from './fixtures/scenes.ts';
import { busySnapshot, INCIDENTS } from './fixtures/snapshot.ts';

const SMALL: Size = { columns: 80, rows: 24 };
const lines = (size: Size, ...actions: readonly Action[]): string[] => textOf(frameOf(stateAt(size, ...actions)));
const WORDS = Array.from({ length: 90 }, (_, i) => `word${i}`);
const message = (count: number): Action => ({ type: 'message', text: WORDS.slice(0, count).join(' '), tone: 'warning' });

describe('a message', () => {
  it('that needs two rows gets two, the lower one where the keys are', () => {
    const before = lines(SMALL);
    const after = lines(SMALL, message(18));
    expect(after.slice(-2).join(' ').split(/\s+/).filter(Boolean)).toEqual(WORDS.slice(0, 18));
    expect(after.slice(0, -2)).toEqual(before.slice(0, -2));
  });

  it('is cut at three rows, and says so', () => {
    const after = lines(SMALL, message(90));
    expect(after.slice(0, -3)).toEqual(lines(SMALL).slice(0, -3));
    expect(after.at(-3)).toMatch(/^ word0 /);
    expect(after.at(-1)).toMatch(/… *$/);
  });

  it('stands over a dialog as well', () => {
    const dialog = SCENES.ban?.(SMALL) ?? stateAt(SMALL);
    const shown = textOf(frameOf(reduce(dialog, message(18))));
    expect(shown).toHaveLength(24);
    expect(shown[1]).toContain('Ban 198.51.100.7');
    expect(shown.at(-2)).toMatch(/^ word0 /);
  });
});

describe('what is wrong with a line being typed', () => {
  const typing = (error: string): Action => ({
    type: 'input',
    input: { purpose: 'filter', text: 'status>=500 foo:', cursor: 16, error },
  });

  it('stands beside it where it fits', () => {
    expect(lines(SMALL, typing('no field foo')).at(-1)).toMatch(/^ filter status>=500 foo: {4}no field foo *$/);
  });

  it('stands above it, whole, where it does not', () => {
    const after = lines(SMALL, typing(WORDS.slice(0, 18).join(' ')));
    expect(after.slice(-3, -1).join(' ').split(/\s+/).filter(Boolean)).toEqual(WORDS.slice(0, 18));
    expect(after.at(-1)).toMatch(/^ filter status>=500 foo: *$/);
  });
});

describe('a note beside a title', () => {
  const paper = (title: string, note: string): Action => ({ type: 'open', screen: { kind: 'paper', title, note, text: 'x', scroll: 0 } });

  it('is cut, not left out, where the title is long', () => {
    const [, top = ''] = lines(SMALL, paper(`/${'p'.repeat(200)}`, 'copied'));
    expect(top).toMatch(/^┌─ \/p+… ─ copied · Esc back ─┐$/);
  });

  it('leaves half of the line to the title, however long it is itself', () => {
    const [, top = ''] = lines(SMALL, paper(`/${'p'.repeat(60)}`, `/${'n'.repeat(200)}`));
    expect(top).toMatch(/^┌─ \/p{30,}… ─ \/n{30,}… ─┐$/);
  });

  it('does not push out how much is still below', () => {
    const detail = { ...actor(), about: { ...actor().about, network: `AS64500 ${'N'.repeat(80)}` } };
    const open: Action = { type: 'open', screen: { kind: 'actor', address: '198.51.100.7', incidentId: '', detail, scroll: 0, step: 0 } };
    expect(lines(SMALL, open)[1]).toMatch(/^─ 198\.51\.100\.7 ─.*N… · \d+ more rows ▾ ─$/);
  });
});

describe('the actor screen at 80 columns', () => {
  it('shows whether it worked and what the risk is made of, however long the title is', () => {
    const [incident] = INCIDENTS;
    if (!incident) throw new Error('the fixture has an incident');
    const known = { ...incident, title: 'systematic SQL injection, then uploaded script that answers' };
    const detail = {
      ...actor(),
      incident: { ...known, riskParts: { ...known.riskParts, success: 25, spread: 5, exposure: 9 } },
    };
    const open: Action = { type: 'open', screen: { kind: 'actor', address: '198.51.100.7', incidentId: '', detail, scroll: 0, step: 0 } };
    const text = lines(SMALL, open).join('\n');
    expect(text).toContain('✔ 2 of 214 worked');
    expect(text).toContain('open here 9');
    expect(text).not.toMatch(/…$/m);
    // The cursor of the story stands where its first step is drawn all the same.
    expect(reduce(stateAt(SMALL, open), { type: 'move', by: 1 }).screens.at(-1)).toMatchObject({ step: 1, scroll: 0 });
  });
});

describe('a line of an overlay', () => {
  it('says that it was cut', () => {
    const [hit] = sqliEntry().hits;
    if (!hit) throw new Error('the fixture has a hit');
    const rule = { ...hit.rule, name: 'r'.repeat(120) };
    const detail = { ...sqliEntry(), hits: [{ ...hit, rule }] };
    const text = lines(SMALL, { type: 'open', screen: { kind: 'entry', rowId: 18_215, detail, scroll: 0 } });
    expect(text.find((line) => line.includes('rrr'))).toMatch(/^│ {2}Rule +r+… {2}│$/);
  });
});

describe('who behaves alike', () => {
  it('stands in one paragraph for each reason', () => {
    const same = ['203.0.113.58', '203.0.113.77', '203.0.113.11'].map((address) => ({
      incidentId: address,
      actor: address,
      why: 'same network',
    }));
    const detail = { ...actor(), alike: [...same, { incidentId: 'b', actor: '192.0.2.9', why: 'same 4 rules' }] };
    const open: Action = { type: 'open', screen: { kind: 'actor', address: '198.51.100.7', incidentId: '', detail, scroll: 0, step: 0 } };
    const text = lines({ columns: 120, rows: 40 }, open);
    const at = text.findIndex((line) => line.includes('Behave alike'));
    expect(text.slice(at + 1, at + 4).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^same network +203\.0\.113\.58 {2}203\.0\.113\.77 {2}203\.0\.113\.11$/),
      expect.stringMatching(/^same 4 rules +192\.0\.2\.9$/),
      '',
    ]);
  });
});

describe('checks on a screen without a line for them', () => {
  const checks: Action = { type: 'snapshot', snapshot: { ...busySnapshot({ viewId: 9 }), checks: BRIEFS } };

  it('stand in the title above the incidents, in their colours, and leave those theirs', () => {
    const text = lines(SMALL, checks);
    expect(text.find((line) => line.startsWith('─ Now'))).toMatch(/OWASP ZAP 62 % H 1 \+12 .* 7 opens · 5 min ─$/);
    expect(text.find((line) => line.startsWith('─ Incidents'))).toMatch(/─ 1 new · press 2 for all 3 ─$/);
  });
});

describe('a rejected line', () => {
  it('says its whole reason below the list', () => {
    const item = { source: 'access.log', sequence: 3, reason: 'no [time] in front of a request in quotes', text: 'garbage' };
    const show: Action = { type: 'show', screen: { kind: 'rejected', items: [item], selected: undefined } };
    expect(lines(SMALL, show).join('\n')).toMatch(
      /access\.log +3 {2}no \[time\] in front of a r… {2}garbage.*\n no \[time\] in front of a request in quotes *\n garbage/s,
    );
  });
});
