import { expect, test } from 'vitest';
import { restoreIncidents } from '../../../src/engine/incidents/restore-incidents.ts';
import { createIncidentTracker } from '../../../src/incidents/tracker.ts';
import type { IncidentRecord } from '../../../src/model/incident.ts';
import { incidentRecord } from '../../make.ts';

const DAY_MS = 86_400_000;
const kept = (records: readonly IncidentRecord[]) => ({
  open: () => records.filter(({ state }) => state !== 'closed'),
  recent: () => records,
});
const tracker = () => createIncidentTracker({ newId: () => 'new' });

test('open incidents are gone on with, and the operator hears of them', () => {
  const t = tracker();
  const said = restoreIncidents(
    kept([
      incidentRecord({ id: 'a', actor: '192.0.2.1' }),
      incidentRecord({ id: 'b', actor: '192.0.2.2', reopened: 1 }),
      incidentRecord({ id: 'c', actor: '192.0.2.3', state: 'acknowledged' }),
    ]),
    t,
  );
  expect(said).toBe('incidents kept from before: 1 new, 1 reopened, 1 acknowledged');
  expect(t.openCount).toBe(3);
});

test('closed ones come along as long as they can come back', () => {
  const t = tracker();
  const { endMs } = incidentRecord();
  restoreIncidents(
    kept([
      incidentRecord({ id: 'open', actor: '192.0.2.1' }),
      incidentRecord({ id: 'late', actor: '192.0.2.2', state: 'closed', endMs: endMs - DAY_MS / 2 }),
      incidentRecord({ id: 'old', actor: '192.0.2.3', state: 'closed', endMs: endMs - 2 * DAY_MS }),
    ]),
    t,
  );
  expect(t.closed().map(({ id }) => id)).toEqual(['late']);
});

test('nothing open says nothing', () => {
  expect(restoreIncidents(kept([]), tracker())).toBe('');
});
