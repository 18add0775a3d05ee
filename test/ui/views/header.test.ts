import { describe, expect, it } from 'vitest';
import { createTimeFormat } from '../../../src/text/time-format.ts';
import { lineWidth } from '../../../src/ui/line.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { reduce } from '../../../src/ui/update.ts';
import { headerView } from '../../../src/ui/views/header.ts';
import { stateAt } from '../fixtures/render-app.tsx';
import { busySnapshot, emptySnapshot, NOW_MS } from '../fixtures/snapshot.ts';

const DRAWING = { glyphs: glyphs(true), time: createTimeFormat('UTC') };
type Rest = Parameters<typeof busySnapshot>[0];
const [SOURCE] = busySnapshot().sources;
if (!SOURCE) throw new Error('the fixture has a source');

function header(width: number, rest: Rest = {}, paused = false): string {
  const state = reduce(stateAt({ columns: width, rows: 24 }), { type: 'snapshot', snapshot: busySnapshot(rest) });
  const line = headerView(paused ? reduce(state, { type: 'pause' }) : state, width, DRAWING);
  expect(lineWidth(line)).toBe(width);
  return line.map((part) => part.text).join('');
}

describe('the header', () => {
  it('says it all where there is room', () => {
    expect(header(160).replace(/ +/g, ' ')).toBe(
      ' secmon access.log nginx combined 99.8 % · 14 unparsed ● LIVE 1,284/s lag 0 s · dropped 0 RISK CRITICAL 3 incidents 02:13:45 ',
    );
  });

  it('keeps life, rate and risk longest as it gets narrower', () => {
    expect(header(60)).toMatch(/● LIVE 1,284\/s +RISK CRITICAL .*02:13:45/);
    expect(header(80)).not.toContain('nginx');
  });

  it('never says 100 % while a line is unparsed', () => {
    expect(header(200, { sources: [{ ...SOURCE, lines: 1_000_000, unparsed: 1 }] })).toContain('nginx combined 99.9 % · 1 unparsed');
    expect(header(200, { sources: [{ ...SOURCE, unparsed: 0 }] })).toContain('nginx combined 100 %  ');
  });

  it('claims no share of lines that no format is known for', () => {
    expect(header(200, { sources: [{ ...SOURCE, format: 'plain', unparsed: 0 }] })).toMatch(/access\.log {3}plain {3}/);
  });

  it.each<[string, Rest, boolean, RegExp]>([
    ['paused', {}, true, /○ PAUSED 1,284\/s/],
    ['input ended', { ended: true, ratePerSecond: 0 }, false, /○ input ended/],
    ['no lines for a while', { sources: [{ ...SOURCE, lastLineMs: NOW_MS - 14_200 }] }, false, /○ no lines for 14 s/],
    ['nothing yet', emptySnapshot(), false, /○ waiting/],
    ['a source that cannot be read', { sources: [{ ...SOURCE, state: 'failed' }] }, false, /✘ input failed/],
    ['an engine that has gone, whatever it said last', { isGone: true }, false, /✘ ENGINE GONE +lag/],
    ['a flood', { ratePerSecond: 12_430, dropped: 0 }, false, /● LIVE 12\.4k\/s .*lag 0 s · dropped 0/],
    ['losses', { dropped: 1200 }, false, /dropped 1,200/],
    ['alerts that wait', { alerts: { waiting: 2, sent: 0, failed: 0 } }, false, /2 alerts waiting/],
    ['several sources', { sources: [SOURCE, { ...SOURCE, id: 2 }, { ...SOURCE, id: 3 }] }, false, /access\.log \+2/],
    [
      'one of several sources that is away',
      { sources: [SOURCE, { ...SOURCE, state: 'waiting' }] },
      false,
      /\+1 · 1 of 2 sources away .*● LIVE/,
    ],
    ['a log that is gone', { sources: [{ ...SOURCE, state: 'waiting' }] }, false, /○ waiting/],
    ['quiet', { risk: undefined, incidentCount: 0 }, false, /RISK none +0 incidents/],
  ])('tells %s', (_, rest, paused, text) => {
    expect(header(160, rest, paused)).toMatch(text);
  });

  it('does not move when the rate changes', () => {
    const at = (rate: number): number => header(120, { ratePerSecond: rate }).indexOf('lag');
    expect(new Set([3, 41, 999, 1284, 12_400, 999_999].map(at)).size).toBe(1);
  });

  it('makes names from outside harmless', () => {
    expect(header(120, { sources: [{ ...SOURCE, name: 'a\x1b]0;x\x07.log' }] })).toContain('a␛]0;x␇.log');
  });
});
