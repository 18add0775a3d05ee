import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/model/incident.ts';
import { createTimeFormat } from '../../../src/text/time-format.ts';
import { lineWidth } from '../../../src/ui/line.ts';
import type { StyledLine } from '../../../src/ui/styled.ts';
import { glyphs } from '../../../src/ui/theme/theme.ts';
import { incidentColumns, incidentLine } from '../../../src/ui/views/incident-line.ts';
import { INCIDENTS } from '../fixtures/snapshot.ts';

const DRAWING = { glyphs: glyphs(true), time: createTimeFormat('UTC') };
const [WORST] = INCIDENTS;
if (!WORST) throw new Error('the fixture has incidents');
const worst: Incident = WORST;

function draw(width: number, rest: Partial<Incident> = {}): string {
  const line = lineOf(width, rest);
  expect(lineWidth(line)).toBe(width);
  return line.map((part) => part.text).join('');
}

function lineOf(width: number, rest: Partial<Incident>): StyledLine {
  const incident = { ...worst, ...rest };
  return incidentLine(incident, incidentColumns([incident], width, DRAWING), DRAWING);
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

  it('gives the title what the words of the states leave free', () => {
    const title = 'attack tool at work, then login brute force';
    expect(draw(120, { title })).toContain(` ${title} `);
    expect(draw(120, { title, state: 'acknowledged' })).toContain('…');
  });

  it('is grey once its risk has faded below where its severity begins', () => {
    const faded = { risk: 0, riskParts: { ...worst.riskParts, severity: 70, fading: -88 } };
    expect(lineOf(120, faded)[0]).toMatchObject({ text: ' C ', style: 'dim' });
    expect(lineOf(120, { ...faded, risk: 71, riskParts: { ...faded.riskParts, fading: -17 } })[0]).toMatchObject({ style: 'critical' });
  });
});
