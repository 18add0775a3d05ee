import { expect, it } from 'vitest';
import { type DigestParts, digestMessage } from '../../../src/engine/alerting/digest.ts';
import { createStatistics } from '../../../src/engine/statistics.ts';
import { createIncidentTracker } from '../../../src/incidents/tracker.ts';
import { fakeClock } from '../../alerts/samples.ts';
import { detection, entry } from '../../make.ts';

const START_MS = Date.UTC(2026, 2, 2);
const MINUTE_MS = 60_000;

function parts(): DigestParts {
  const clock = fakeClock(START_MS);
  const statistics = createStatistics({ clock });
  const incidents = createIncidentTracker({ newId: () => 'one' });
  return {
    incidents,
    statistics,
    alerts: [],
    dropped: 0,
    host: 'web1',
    dateTime: (ms) => new Date(ms).toISOString(),
    auditHead: '17:9f86d0',
  };
}

const span = { fromMs: START_MS, toMs: START_MS + 30 * MINUTE_MS };

it('tells incidents, successes, top addresses, alerts and the head of the audit log', () => {
  const given = parts();
  const worked = detection('rce', 'critical', { success: true, outcome: 'answered' });
  given.incidents.detection('203.0.113.5', worked, { timeMs: START_MS + MINUTE_MS, source: 'access.log' });
  const counted = { sourceId: 1, timeMs: START_MS + MINUTE_MS, actor: '203.0.113.5', path: '/', detection: worked };
  given.statistics.record(entry({ timeMs: START_MS + MINUTE_MS, address: '203.0.113.5' }), counted);
  const digest = digestMessage(span, { ...given, dropped: 3 }, false);
  expect(digest).toMatchObject({ severity: 'critical', verdict: 'worked', title: 'Digest of 30 min: 1 new incident, 1 that worked' });
  expect(Object.fromEntries(digest?.facts ?? [])).toMatchObject({
    Incidents: '1 new, 1 open, 0 closed',
    Successes: expect.stringMatching(/^203\.0\.113\.5: /),
    'Top addresses': '203.0.113.5 (1)',
    Alerts: '0 sent, 0 failed, 0 waiting',
    Dropped: '3 for want of memory',
    'Audit log': '17:9f86d0',
  });
});

it('is not made when nothing happened, unless that is wanted too', () => {
  expect(digestMessage(span, parts(), false)).toBeUndefined();
  expect(digestMessage(span, parts(), true)).toMatchObject({ severity: 'low', outcome: 'Nothing is known to have worked.' });
});
