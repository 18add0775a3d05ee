import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import {
  Addresses,
  Feed,
  Header,
  Incidents,
  KeyLine,
  Now,
  Prompt,
  RequestsChart,
  StatusSparklines,
} from '../../../src/ui/components/panels.tsx';
import type { UiState } from '../../../src/ui/state.ts';
import { reduce } from '../../../src/ui/update.ts';
import { stateAt } from '../fixtures/render-app.tsx';
import { busySnapshot, emptySnapshot } from '../fixtures/snapshot.ts';

const STATE = stateAt({ columns: 80, rows: 24 });
const rect = (width: number, height: number) => ({ x: 0, y: 0, width, height });
const textOf = (node: React.ReactElement): string => (render(node).lastFrame() ?? '').replace(/\x1b\[[0-9;]*m/g, '');
const withSnapshot = (rest: Parameters<typeof busySnapshot>[0]): UiState =>
  reduce(STATE, { type: 'snapshot', snapshot: busySnapshot(rest) });

describe('panels', () => {
  it('Header shows what is read, how fast, and how bad it is', () => {
    expect(textOf(<Header state={STATE} rect={rect(80, 1)} />)).toMatch(
      /^ secmon {2}access\.log {2}● LIVE 1,284\/s +RISK CRITICAL {2}3 incidents {2}02:13:45 $/,
    );
  });

  it('Feed shows the newest rows at the bottom', () => {
    const lines = textOf(<Feed state={STATE} rect={rect(80, 6)} />).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('─ Feed ─────────────────────────────────────────────────────── following · all ─');
    expect(lines[5]).toContain('192.0.2.99      GET  200 /about');
  });

  it('Feed says what it waits for', () => {
    const empty = reduce(STATE, { type: 'snapshot', snapshot: emptySnapshot() });
    expect(textOf(<Feed state={empty} rect={rect(80, 6)} />)).toContain('Waiting for the first line from standard input …');
  });

  it('Addresses draws bars in eighths, longest for the busiest', () => {
    expect(textOf(<Addresses state={STATE} rect={rect(42, 4)} />)).toContain(
      [
        '─ Top addresses ──────── by hits · 5 min ─',
        ' C 198.51.100.7     ███████████████ 1,204',
        ' M 203.0.113.9      ███████▋          611',
        '   192.0.2.44       ██▋               212',
      ].join('\n'),
    );
  });

  it('StatusSparklines shows each class with its current value', () => {
    expect(textOf(<StatusSparklines state={STATE} rect={rect(42, 5)} />)).toMatch(
      /2xx [▁-█]+ +1,104\/s\s+3xx [▁-█]+ +31\/s\s+4xx [▁-█]+ +140\/s\s+5xx [▁-█]+ +9\/s/,
    );
  });

  it('RequestsChart has an axis in round numbers', () => {
    const text = textOf(<RequestsChart state={STATE} rect={rect(42, 15)} />);
    expect([...text.matchAll(/^ +([\d,]+) ┤/gm)].map((found) => found[1])).toEqual(['1,600', '1,200', '800', '400', '0']);
    expect(text).toMatch(/[╭╮╰╯]/);
  });

  it('Now shows addresses and status side by side', () => {
    expect(textOf(<Now state={STATE} rect={rect(80, 3)} />)).toMatch(
      /C 198\.51\.100\.7 +█+ +1,204 +2xx .* 4xx .*140\/s\n M 203\.0\.113\.9 +█+.* +611 +3xx .* 5xx .* 9\/s/,
    );
  });

  it('Incidents says so when there are none', () => {
    expect(textOf(<Incidents state={withSnapshot({ incidents: [], incidentCount: 0 })} rect={rect(80, 3)} />)).toContain(
      'Nothing suspicious so far.',
    );
  });

  it('KeyLine shows the next sensible keys of the place where the operator is', () => {
    const keys = (state: UiState): string => textOf(<KeyLine state={state} rect={rect(120, 1)} />);
    expect(keys(STATE)).toMatch(/^ a alert {3}b ban {3}f filter {3}\/ find {3}space pause {3}enter open {3}\? help/);
    expect(keys(reduce(STATE, { type: 'pause' }))).toMatch(/^ G follow {3}a alert .*space go on/);
    expect(keys(reduce(STATE, { type: 'filter', filters: ['x'] }))).toMatch(/^ esc back/);
    expect(keys({ ...STATE, focus: 'status' })).toMatch(/enter show only these/);
    expect(keys(reduce(STATE, { type: 'alert', target: { kind: 'address', address: 'x' }, subject: 'x' }))).toMatch(
      /^ space choose {3}tab channels, note, message {3}esc close/,
    );
  });

  it('Prompt shows the message over the keys, then the keys again', () => {
    const told = reduce(STATE, { type: 'message', text: 'Following already.', tone: 'warning' });
    expect(textOf(<Prompt state={told} rect={rect(80, 1)} elseKeys />).trimEnd()).toBe(' Following already.');
    expect(textOf(<Prompt state={STATE} rect={rect(80, 1)} elseKeys />)).toMatch(/^ a alert/);
  });
});
