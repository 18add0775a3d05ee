import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, SLOT_MS } from '../../src/model/history.ts';
import { openStore } from '../../src/store/open-store.ts';
import {
  HISTORY_RETENTION_MS,
  MAX_ALERTS,
  MAX_CHECK_RUNS,
  MAX_HISTORY,
  MAX_INCIDENTS,
  MAX_POSITIONS,
  RETENTION_MS,
  type Store,
} from '../../src/store/store.ts';
import { alertMessage, alertRecord, checkRun, historySlot, incident, keptFinding, position, START_MS } from './samples.ts';

const implementations = [
  { name: 'file', path: (folder: string) => join(folder, 'secmon.db') },
  { name: 'memory', path: () => ':memory:' },
];

describe.each(implementations)('a store in $name', ({ name, path }) => {
  let folder: string;
  let store: Store;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = START_MS;
    folder = mkdtempSync(join(tmpdir(), 'secmon-store-'));
    store = await openStore({ path: path(folder), now: () => nowMs });
    expect(store.memoryOnly === '').toBe(name === 'file');
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  it('gives back the incident that was saved, and replaces it by id', () => {
    store.incidents.save([incident('a'), incident('b')]);
    store.incidents.save([incident('a', { risk: 90 })]);
    expect(store.incidents.get('a')).toEqual(incident('a', { risk: 90 }));
    expect(store.incidents.recent()).toHaveLength(2);
    expect(store.incidents.get('none')).toBeUndefined();
  });

  it('lists open incidents by risk and recent ones by their end', () => {
    store.incidents.save([
      incident('low', { risk: 10, endMs: START_MS + 3 }),
      incident('closed', { risk: 99, endMs: START_MS + 2, state: 'closed' }),
      incident('worst', { risk: 95, endMs: START_MS + 1, state: 'acknowledged' }),
    ]);
    expect(store.incidents.open().map(({ id }) => id)).toEqual(['worst', 'low']);
    expect(store.incidents.recent().map(({ id }) => id)).toEqual(['low', 'closed', 'worst']);
    expect(store.incidents.recent(1).map(({ id }) => id)).toEqual(['low']);
  });

  it("finds an actor's incidents and nobody else's", () => {
    store.incidents.save([incident('a'), incident('b', { actor: '198.51.100.9' }), incident('c', { endMs: START_MS + 70_000 })]);
    expect(store.incidents.byActor('203.0.113.7').map(({ id }) => id)).toEqual(['c', 'a']);
    expect(store.incidents.byActor("' OR 1=1 --")).toEqual([]);
  });

  it('keeps any text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        store.incidents.save([incident('t', { title: text, sources: [text] })]);
        expect(store.incidents.get('t')).toEqual(incident('t', { title: text, sources: [text] }));
      }),
      { numRuns: 50 },
    );
  });

  it('has an alert waiting until it is updated', () => {
    store.outbox.add(alertRecord('a'));
    expect(store.outbox.due(START_MS)).toEqual([alertRecord('a')]);
    store.outbox.update(alertRecord('a', { state: 'sent', result: '250 ok', nextTryMs: undefined }));
    expect(store.outbox.due(START_MS)).toEqual([]);
    expect(store.outbox.list()).toEqual([alertRecord('a', { state: 'sent', result: '250 ok', nextTryMs: undefined })]);
    expect(store.outbox.nextDueMs()).toBeUndefined();
  });

  it('adds an alert once and updates only what it has', () => {
    store.outbox.add(alertRecord('a', { attempts: 3 }));
    store.outbox.add(alertRecord('a', { attempts: 0 }));
    store.outbox.update(alertRecord('unknown'));
    expect(store.outbox.list()).toEqual([alertRecord('a', { attempts: 3 })]);
  });

  it('hands out what is due, longest due first, and says when the next one is', () => {
    store.outbox.add(alertRecord('later', { nextTryMs: START_MS + 10 }));
    store.outbox.add(alertRecord('now', { nextTryMs: START_MS }));
    store.outbox.add(alertRecord('unset', { nextTryMs: undefined }));
    expect(store.outbox.due(START_MS).map(({ id }) => id)).toEqual(['unset', 'now']);
    expect(store.outbox.due(START_MS + 10).map(({ id }) => id)).toEqual(['unset', 'now', 'later']);
    store.outbox.update(alertRecord('unset', { state: 'failed', nextTryMs: undefined }));
    expect(store.outbox.nextDueMs()).toBe(START_MS);
  });

  it('counts alerts by state and lists the newest first, at most 500', () => {
    const alerts = Array.from({ length: 510 }, (_, index) =>
      alertRecord(`a${index}`, { state: index % 2 === 0 ? 'sent' : 'failed', message: alertMessage('m', { createdMs: START_MS + index }) }),
    );
    store.commit({ alerts });
    expect(store.outbox.counts()).toEqual({ waiting: 0, sent: 255, failed: 255 });
    expect(store.outbox.list()).toHaveLength(500);
    expect(store.outbox.list()[0]?.id).toBe('a509');
  });

  it('commits positions, incidents and alerts together', () => {
    store.commit({
      positions: [
        ['/var/log/a', position(10)],
        ['/var/log/b', position(20)],
      ],
      incidents: [incident('a')],
      alerts: [alertRecord('a')],
    });
    store.positions.set('/var/log/a', position(30));
    expect(store.positions.get('/var/log/a')).toEqual(position(30));
    expect(store.positions.get('/var/log/b')).toEqual(position(20));
    expect(store.positions.get('/var/log/c')).toBeUndefined();
    expect(store.incidents.open()).toHaveLength(1);
    expect(store.outbox.counts().waiting).toBe(1);
  });

  it('forgets closed incidents, finished alerts and positions after the retention, never open or waiting ones', () => {
    store.incidents.save([incident('closed', { state: 'closed' }), incident('open')]);
    store.commit({ alerts: [alertRecord('sent', { state: 'sent', nextTryMs: undefined }), alertRecord('waiting')] });
    store.positions.set('/old', position(1));
    nowMs += RETENTION_MS + 1;
    store.positions.set('/new', position(1));
    store.prune(nowMs);
    expect(store.incidents.recent().map(({ id }) => id)).toEqual(['open']);
    expect(store.outbox.list().map(({ id }) => id)).toEqual(['waiting']);
    expect(store.positions.get('/old')).toBeUndefined();
    expect(store.positions.get('/new')).toBeDefined();
  });

  it('keeps incidents of an old log that is read today', () => {
    store.incidents.save([incident('old', { state: 'closed', startMs: 1, endMs: 2 })]);
    store.prune(nowMs);
    expect(store.incidents.get('old')).toBeDefined();
  });

  it('stays bounded without being asked, dropping the oldest closed ones', () => {
    const many = Array.from({ length: MAX_INCIDENTS + 500 }, (_, index) =>
      incident(`i${index}`, { state: 'closed', endMs: START_MS + index }),
    );
    store.incidents.save(many);
    expect(store.everything().incidents).toHaveLength(MAX_INCIDENTS);
    expect(store.incidents.get('i499')).toBeUndefined();
    expect(store.incidents.get('i500')).toBeDefined();
  });

  it('bounds open incidents, alerts and positions as well', () => {
    store.commit({
      incidents: Array.from({ length: 2 * MAX_INCIDENTS + 5 }, (_, index) => incident(`i${index}`, { endMs: START_MS + index })),
      alerts: Array.from({ length: MAX_ALERTS + 5 }, (_, index) => alertRecord(`a${index}`, { state: 'sent', nextTryMs: undefined })),
      positions: Array.from({ length: MAX_POSITIONS + 5 }, (_, index) => [`/log/${index}`, position(index)] as const),
    });
    const held = store.everything();
    // In memory incidents that go on count with the closed ones.
    const most = name === 'memory' ? MAX_INCIDENTS : 2 * MAX_INCIDENTS;
    expect([held.incidents.length, held.alerts.length, held.positions.length]).toEqual([most, MAX_ALERTS, MAX_POSITIONS]);
  });

  it('keeps what a part of the engine wants kept by its name, the latest', () => {
    expect(store.kept.get('policy')).toBeUndefined();
    store.commit({
      kept: [
        ['policy', { version: 1 }],
        ['other', []],
      ],
    });
    store.commit({ kept: [['policy', { version: 2, list: ['a'] }]] });
    expect(store.kept.get('policy')).toEqual({ version: 2, list: ['a'] });
    expect(new Map(store.everything().kept)).toEqual(
      new Map<string, unknown>([
        ['policy', { version: 2, list: ['a'] }],
        ['other', []],
      ]),
    );
  });

  it('gives the runs of a check latest first and its findings as they were written, replaced together', () => {
    store.commit({ checkRuns: [checkRun('a'), checkRun('b', { endedMs: START_MS + 9_000 }), checkRun('other', { check: 'zap' })] });
    expect(store.checks.runs('bandit').map(({ id }) => id)).toEqual(['b', 'a']);
    expect(store.checks.runs('bandit', 1)).toEqual([checkRun('b', { endedMs: START_MS + 9_000 })]);
    const found = ['z', 'a', 'm'].map((key) => keptFinding(key));
    store.commit({ findings: [['bandit', found]] });
    expect(store.checks.findings('bandit')).toEqual(found);
    store.commit({ findings: [['bandit', [keptFinding('new', { state: 'gone' })]]] });
    expect(store.checks.findings('bandit')).toEqual([keptFinding('new', { state: 'gone' })]);
    expect(store.checks.findings('zap')).toEqual([]);
    expect(store.everything()).toMatchObject({ findings: [['bandit', [{ finding: { key: 'new' } }]]] });
    expect(
      store
        .everything()
        .checkRuns.map(({ id }) => id)
        .sort(),
    ).toEqual(['a', 'b', 'other']);
  });

  it('forgets old runs of checks, and keeps a bounded number of the others', () => {
    store.commit({ checkRuns: [checkRun('old', { check: 'zap' })] });
    nowMs += RETENTION_MS + 1;
    store.commit({ checkRuns: Array.from({ length: MAX_CHECK_RUNS + 5 }, (_, i) => checkRun(`r${i}`, { endedMs: START_MS + i })) });
    store.prune(nowMs);
    expect(store.checks.runs('zap')).toEqual([]);
    const kept = store.checks.runs('bandit', 1_000).map(({ id }) => id);
    expect(kept).toHaveLength(MAX_CHECK_RUNS);
    expect(kept.at(-1)).toBe('r5');
  });

  it('gives slots of traffic by scope, span and time, oldest first', () => {
    const slots = [2, 0, 1].map((number) => historySlot(START_MS + number * SLOT_MS));
    store.commit({ history: slots.map((slot) => ({ scope: 'a', slot })) });
    store.commit({
      history: [
        { scope: 'b', slot: historySlot(START_MS) },
        { scope: 'a', slot: historySlot(START_MS, { spanMs: HOUR_MS }) },
      ],
    });
    const range = { scope: 'a', spanMs: SLOT_MS, fromMs: START_MS, toMs: START_MS + 2 * SLOT_MS };
    expect(store.history.range(range)).toEqual([slots[1], slots[2]]);
    expect(store.history.range({ ...range, scope: 'c' })).toEqual([]);
    expect(store.history.range({ ...range, spanMs: HOUR_MS })).toEqual([historySlot(START_MS, { spanMs: HOUR_MS })]);
  });

  it('replaces a slot only by one that counted as much: a log read again in part knows less', () => {
    const range = { scope: 'a', spanMs: SLOT_MS, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    store.commit({ history: [{ scope: 'a', slot: historySlot(START_MS, { requests: 50 }) }] });
    store.commit({ history: [{ scope: 'a', slot: historySlot(START_MS, { requests: 7 }) }] });
    expect(store.history.range(range).map(({ requests }) => requests)).toEqual([50]);
    store.commit({ history: [{ scope: 'a', slot: historySlot(START_MS, { requests: 51 }) }] });
    expect(store.history.range(range).map(({ requests }) => requests)).toEqual([51]);
  });

  it('forgets slots of five minutes after eight days, hours after the retention, and the oldest beyond the bound', () => {
    const count = (spanMs: number): number => store.history.range({ scope: 'a', spanMs, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }).length;
    store.commit({ history: [historySlot(START_MS), historySlot(START_MS, { spanMs: HOUR_MS })].map((slot) => ({ scope: 'a', slot })) });
    nowMs += HISTORY_RETENTION_MS.fine + 1;
    store.prune(nowMs);
    expect([count(SLOT_MS), count(HOUR_MS)]).toEqual([0, 1]);
    nowMs += HISTORY_RETENTION_MS.coarse;
    store.prune(nowMs);
    expect(count(HOUR_MS)).toBe(0);
    const many = Array.from({ length: MAX_HISTORY + 5 }, (_, index) => historySlot(START_MS + index * SLOT_MS));
    store.commit({ history: many.map((slot, index) => ({ scope: index < 5 ? 'a' : 'b', slot })) });
    store.prune(nowMs);
    expect(count(SLOT_MS)).toBe(0);
  });

  it('answers with nothing after it was closed, and closes twice', () => {
    store.incidents.save([incident('a')]);
    store.close();
    store.close();
    store.incidents.save([incident('b')]);
    expect(store.incidents.recent()).toEqual([]);
    expect(store.memoryOnly).not.toBe('');
  });
});
