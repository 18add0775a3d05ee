import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/model/incident.ts';
import { createTimeFormat } from '../../../src/text/time-format.ts';
import { lineWidth } from '../../../src/ui/line.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { incidentLine } from '../../../src/ui/views/incident-line.ts';
import { INCIDENTS } from '../fixtures/snapshot.ts';

const DRAWING = { glyphs: glyphs(true), time: createTimeFormat('UTC') };
const [WORST] = INCIDENTS;
if (!WORST) throw new Error('the fixture has incidents');
const worst: Incident = WORST;

function draw(width: number, rest: Partial<Incident> = {}): string {
  const line = incidentLine({ ...worst, ...rest }, { width, selected: false }, DRAWING);
  expect(lineWidth(line)).toBe(width);
  return line.map((part) => part.text).join('');
}

describe('an incident', () => {
  it('reads as a sentence: risk, who, what, success, stage, since when, state', () => {
    expect(draw(120).replace(/ +/g, ' ').trim()).toBe(
      'C 88 198.51.100.7 SQL injection, then a web shell ✔ 2 of 214 worked control since 02:10 new',
    );
  });

  it('keeps risk, who, what and success on a narrow screen', () => {
    expect(draw(80).replace(/ +/g, ' ').trim()).toBe('C 88 198.51.100.7 SQL injection, then a web shell ✔ 2 of 214 worked');
  });

  it('shows a whole /64', () => {
    expect(draw(80, { actor: '2001:db8:51::/64' })).toContain(' 2001:db8:51::/64 ');
  });

  it('keeps the numbers where the words do not fit', () => {
    expect(draw(120, { successes: 28, detections: 6480 })).toContain('✔ 28 of 6,480 ');
    expect(draw(200, { successes: 28, detections: 6480 })).toContain('✔ 28 of 6,480 worked');
  });
});
