import { expect, it } from 'vitest';
import { createTimeFormat } from '../../../src/text/time-format.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { reduce } from '../../../src/ui/update.ts';
import { addressLines } from '../../../src/ui/views/addresses.ts';
import { stateAt } from '../fixtures/render-app.tsx';
import { busySnapshot, INCIDENTS } from '../fixtures/snapshot.ts';

const DRAWING = { glyphs: glyphs(true), time: createTimeFormat('UTC') };

it('an address is as bad as its open incident, though no line of it is: a login after guessed passwords', () => {
  const [incident] = INCIDENTS;
  if (!incident) throw new Error('the fixture has an incident');
  const row = { hits: 5, errors: 0, bytes: 10, severity: undefined };
  const addresses = [
    { ...row, address: '198.51.100.7' },
    { ...row, address: '192.0.2.4' },
    { ...row, address: '192.0.2.5', severity: 'high' as const },
  ];
  const incidents = [incident, { ...incident, id: '9', actor: '192.0.2.5', severity: 'low' as const }];
  const snapshot = busySnapshot({ viewId: 9, addresses, incidents });
  const lines = addressLines(reduce(stateAt({ columns: 80, rows: 24 }), { type: 'snapshot', snapshot }), 38, DRAWING);
  expect(lines.map(([letter]) => letter?.text)).toEqual([' C ', '   ', ' H ']);
  expect(lines.map((line) => line.find(({ text }) => text.startsWith('█'))?.style)).toEqual(['critical', 'accent', 'high']);
});

it('an empty window of a log that has lines says which key widens it', () => {
  const at = (lines: number): string => {
    const snapshot = busySnapshot({ viewId: 9, lines, addresses: [] });
    const [first = []] = addressLines(reduce(stateAt({ columns: 80, rows: 24 }), { type: 'snapshot', snapshot }), 35, DRAWING);
    return first.map(({ text }) => text).join('');
  };
  expect(at(120)).toBe('   None in this window; w widens it');
  expect(at(0)).toBe('   No addresses in this window yet.');
});
