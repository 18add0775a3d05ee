import { describe, expect, test } from 'vitest';
import { type Growing, newGrowing } from '../../src/incidents/growing.ts';
import { createHeldIncidents, DISORDER_MS, INCIDENT_GAP_MS, REOPEN_MS } from '../../src/incidents/held-incidents.ts';
import { createIncidentTracker } from '../../src/incidents/tracker.ts';
import { detection } from '../make.ts';

const START = Date.UTC(2026, 2, 2, 2);
const MANY = 10_000;

/** An incident that counts how often somebody asks when it ended: nobody can decide about it without. */
function counting(n: number, endMs: number, asked: { times: number }): Growing {
  const one = newGrowing({ id: `i${n}`, key: `a${n}`, actor: `a${n}`, target: undefined }, endMs);
  Object.defineProperty(one, 'endMs', {
    get() {
      asked.times++;
      return endMs;
    },
  });
  return one;
}

describe('incidents that are held', () => {
  test('what is not due is not looked at, however many there are', () => {
    const asked = { times: 0 };
    const held = createHeldIncidents(MANY);
    for (let n = 0; n < MANY; n++) held.hold(counting(n, START, asked));
    asked.times = 0;
    for (let second = 0; second < 600; second++) {
      held.advance(START + second * 1000);
      expect(held.takeChanged()).toEqual([]);
    }
    expect(asked.times).toBe(0);
  });

  test('each closes and goes in its time, and is told once each time', () => {
    const held = createHeldIncidents(MANY);
    for (let n = 0; n < 100; n++) held.hold(newGrowing({ id: `i${n}`, key: `a${n}`, actor: `a${n}`, target: undefined }, START + n * 1000));
    held.advance(START + 50_000 + INCIDENT_GAP_MS + DISORDER_MS);
    expect(held.openCount).toBe(50);
    expect(held.takeChanged()).toHaveLength(50);
    held.advance(START + 50_000 + REOPEN_MS + DISORDER_MS);
    expect(held.openCount).toBe(0);
    expect(held.takeRetired()).toHaveLength(50);
    expect([...held.values()]).toHaveLength(50);
    // Those that are left have closed meanwhile; those that went were written when they closed.
    expect(held.takeChanged()).toHaveLength(50);
  });

  test('one that comes back closes again half an hour later, not a day', () => {
    const t = createIncidentTracker({ newId: () => 'i1' });
    const at = (timeMs: number) => ({ timeMs, source: 'access.log' });
    t.detection('a', detection('sqli', 'high'), at(START));
    t.advance(START + INCIDENT_GAP_MS + DISORDER_MS + 1);
    t.detection('a', detection('sqli', 'high'), at(START + 2 * INCIDENT_GAP_MS));
    expect(t.openCount).toBe(1);
    t.advance(START + 3 * INCIDENT_GAP_MS + DISORDER_MS + 1);
    expect(t.openCount).toBe(0);
  });

  test('a flood of attackers stays within the bound, counts who had to go, and keeps what worked', () => {
    let n = 0;
    const most = 200;
    const t = createIncidentTracker({ newId: () => `i${++n}`, maxHeld: most });
    t.detection('intruder', detection('sqli', 'high', { success: true }), { timeMs: START, source: 'access.log' });
    for (let i = 0; i < 5000; i++) t.detection(`a${i}`, detection('recon', 'low'), { timeMs: START + i, source: 'access.log' });
    expect(t.all()).toHaveLength(most);
    expect(t.evicted).toBe(5001 - most);
    expect(t.takeRetired()).toHaveLength(5001 - most);
    expect(t.of('intruder')?.successes).toBe(1);
  });
});
