import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INCIDENT_GAP_MS, REOPEN_MS } from '../../src/incidents/held-incidents.ts';
import { createIncidentTracker } from '../../src/incidents/tracker.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';
import type { Family } from '../../src/model/detection.ts';
import { detection, entry } from '../make.ts';

const START = Date.UTC(2026, 2, 2, 2, 10);
const DISORDER_MS = 5 * 60_000;
const tracker = (maxHeld?: number) => {
  let n = 0;
  return createIncidentTracker({ newId: () => `i${++n}`, ...(maxHeld === undefined ? {} : { maxHeld }) });
};
const at = (seconds: number) => ({ timeMs: START + seconds * 1000, source: 'access.log' });
const behaviour = (family: Family, fields: Partial<Behaviour> = {}): Behaviour => ({
  key: 'login|a|1',
  rule: {
    id: 'login-id',
    name: 'login-brute-force',
    title: 'Login brute force',
    description: 'Passwords are guessed.',
    severity: 'high',
    families: [family],
    techniques: ['T1110'],
  },
  success: false,
  group: { 'c-ip': 'a' },
  startMs: START,
  endMs: START + 60_000,
  events: 611,
  silent: 600,
  value: 611,
  actors: ['a'],
  actorCount: 1,
  example: '/login',
  ...fields,
});

describe('one incident an actor', () => {
  test('detections of one address are one incident', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high'), at(0));
    t.detection('a', detection('sqli', 'high'), at(60));
    t.detection('b', detection('xss', 'medium'), at(61));
    expect(t.open().map((i) => [i.actor, i.detections])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('silence of half an hour closes it, and who comes back within a day reopens it', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high'), at(0));
    t.advance(START + INCIDENT_GAP_MS + DISORDER_MS + 1);
    expect(t.takeChanged().map((i) => [i.id, i.state])).toEqual([['i1', 'closed']]);
    expect(t.openCount).toBe(0);
    t.detection('a', detection('sqli', 'high'), at(7200));
    expect(t.of('a')).toMatchObject({ id: 'i1', state: 'new', reopened: 1, detections: 2 });
  });

  test('what is told late of one that is over does not move the beginning of the next', () => {
    const t = tracker();
    const monthLaterS = 30 * 86_400;
    t.entry('a', START, '/login');
    t.behaviour(behaviour('auth', { endMs: START, events: 10, silent: 10 }), 'access.log');
    t.entry('a', at(monthLaterS).timeMs, '/item');
    t.detection('a', detection('sqli', 'high'), at(monthLaterS));
    t.behaviour(behaviour('auth', { endMs: START, events: 16, silent: 16 }), 'access.log');
    expect(t.of('a')).toMatchObject({ id: 'i2', startMs: at(monthLaterS).timeMs, entries: 1, detections: 1 });
    t.advance(at(monthLaterS).timeMs);
    expect(t.takeRetired()).toMatchObject([{ id: 'i1', state: 'closed', startMs: START, endMs: START, entries: 16 }]);
    expect(t.story('i1')).toEqual([]);
    expect(t.takeChanged().map(({ id, state }) => [id, state])).toEqual([
      ['i1', 'closed'],
      ['i2', 'new'],
    ]);
  });

  test('who comes back later than that has another incident', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high'), at(0));
    t.detection('a', detection('sqli', 'high'), at(REOPEN_MS / 1000 + 1));
    expect(t.of('a')?.id).toBe('i2');
    t.advance(START + REOPEN_MS + 1_000);
    expect(t.takeRetired().map((i) => [i.id, i.state])).toEqual([['i1', 'closed']]);
    t.advance(START + 3 * REOPEN_MS);
    expect(t.takeRetired().map((i) => i.id)).toEqual(['i2']);
  });

  test('a detection out of order moves the start back, never the end', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high'), at(120));
    t.detection('a', detection('sqli', 'high'), at(0));
    expect(t.of('a')).toMatchObject({ startMs: START, endMs: START + 120_000 });
  });

  test('the order of lines within five minutes changes nothing', () => {
    const line = fc.record({
      actor: fc.constantFrom('a', 'b'),
      second: fc.integer({ min: 0, max: 300 }),
      family: fc.constantFrom<(Family | undefined)[]>(undefined, undefined, 'sqli', 'scanner'),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.infiniteStream(fc.nat()), (lines, random) => {
        const shuffled = lines
          .map((each) => ({ each, order: random.next().value ?? 0 }))
          .sort((x, y) => x.order - y.order)
          .map(({ each }) => each);
        const told = [lines.toSorted((x, y) => x.second - y.second), shuffled].map((ordered) => {
          const t = tracker();
          for (const { actor, second, family } of ordered) {
            t.entry(actor, at(second).timeMs, '/');
            if (family !== undefined) t.detection(actor, detection(family, 'high'), at(second));
          }
          return t
            .open()
            .map(({ actor, startMs, endMs, detections, entries, risk, families }) => ({
              actor,
              startMs,
              endMs,
              detections,
              entries,
              risk,
              ...families,
            }))
            .sort((x, y) => (x.actor < y.actor ? -1 : 1));
        });
        expect(told[1]).toEqual(told[0]);
      }),
    );
  });

  test('what worked anew comes back before those who had acknowledged it', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high'), at(0));
    expect(t.mark('i1', 'acknowledged', { by: 'kim', atMs: START, text: 'looking' })).toBe(true);
    t.detection('a', detection('sqli', 'high'), at(1));
    expect(t.of('a')).toMatchObject({ state: 'acknowledged', notes: [{ by: 'kim', text: 'looking' }] });
    t.detection('a', detection('sqli', 'high', { success: true }), at(2));
    expect(t.of('a')?.state).toBe('new');
  });
});

describe('what an incident says', () => {
  test('the title tells the gravest families in the order they came', () => {
    const t = tracker();
    t.detection('a', detection('scanner', 'low'), at(0));
    t.detection('a', detection('sqli', 'high', { outcome: 'answered', success: true, note: '41× size' }), at(10));
    t.detection('a', detection('webshell', 'critical', { success: true }), at(20));
    expect(t.of('a')).toMatchObject({ title: 'SQL injection, then a web shell', stage: 'control', successes: 2, severity: 'critical' });
  });

  test.each([
    [['scanner'] as const, false, 'recon'],
    [['scanner', 'sqli'] as const, false, 'attempt'],
    [['sqli'] as const, true, 'success'],
    [['webshell'] as const, true, 'control'],
  ])('families %j, worked %s: stage %s', (families, success, stage) => {
    const t = tracker();
    for (const family of families) t.detection('a', detection(family, 'high', { success }), at(0));
    expect(t.of('a')?.stage).toBe(stage);
  });

  test('a success raises the risk above any number of failures', () => {
    const t = tracker();
    for (let i = 0; i < 1000; i++) t.detection('many', detection('sqli', 'high'), at(i / 10));
    t.detection('one', detection('sqli', 'high', { success: true }), at(100));
    expect(t.open()[0]?.actor).toBe('one');
  });

  test('its parts add up to the risk', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high', { success: true }), at(0));
    t.detection('a', detection('xss', 'medium'), at(1));
    t.advance(START + 2 * 3_600_000);
    for (const { risk, riskParts } of [...t.closed(), ...t.all()])
      expect(Object.values(riskParts).reduce((sum, part) => sum + (part ?? 0), 0)).toBe(risk);
  });

  test('the story joins what repeats, says how it was answered, and begins with the first touch', () => {
    const t = tracker();
    t.entry('a', START - 30_000, '/');
    for (let i = 0; i < 3; i++)
      t.detection(
        'a',
        detection('lfi', 'high', { entry: entry({ target: '/cgi-bin/x?f=1' }), outcome: i < 2 ? 'refused' : 'error' }),
        at(i),
      );
    t.detection('a', detection('sqli', 'high'), at(1380));
    expect(t.story('a').map(({ kind, text }) => [kind, text])).toEqual([
      ['first', 'first seen: /'],
      ['step', 'path traversal on /cgi-bin/x, 3 times: 2 refused, 1 answered 5xx'],
      ['gap', 'quiet for 23 min'],
      ['step', 'SQL injection on /, once: refused'],
    ]);
  });

  test('the lines of an actor count while its incident is active', () => {
    const t = tracker();
    t.entry('a', START - 1000, '/');
    t.entry('a', START, '/x');
    t.detection('a', detection('sqli', 'high'), at(0));
    t.entry('a', START + 1000, '/');
    t.entry('a', START + INCIDENT_GAP_MS + 2000, '/');
    expect(t.of('a')?.entries).toBe(2);
  });
});

describe('behaviour', () => {
  test('joins the incident of its actor, and grows in place', () => {
    const t = tracker();
    t.detection('a', detection('sqli', 'high'), at(0));
    t.behaviour(behaviour('auth'), 'access.log');
    t.behaviour(behaviour('auth', { events: 700, silent: 690 }), 'access.log');
    expect(t.openCount).toBe(1);
    expect(t.of('a')).toMatchObject({ detections: 691, families: { sqli: 1, auth: 690 }, rules: { 'login-id': 700 } });
    expect(t.of('a')?.title).toBe('SQL injection, then login brute force');
  });

  test('that says it worked is a success', () => {
    const t = tracker();
    t.behaviour(behaviour('auth', { success: true }), 'access.log');
    expect(t.of('a')).toMatchObject({ successes: 1, stage: 'success' });
  });

  test('of many actors is an incident of their target, which names them', () => {
    const t = tracker();
    const shared = behaviour('auth', { group: { 'cs-username': 'admin' }, actors: ['192.0.2.1', '192.0.2.2'], actorCount: 2 });
    t.behaviour(shared, 'access.log');
    expect(t.open()[0]).toMatchObject({
      actor: '',
      target: { kind: 'account', value: 'admin' },
      related: ['192.0.2.1', '192.0.2.2'],
      relatedCount: 2,
    });
  });
});

describe('bounds and restarts', () => {
  test('a full table lets go the least grave of those silent longest, counted', () => {
    const t = tracker(2);
    t.detection('a', detection('sqli', 'high', { success: true }), at(0));
    t.detection('b', detection('sqli', 'high'), at(1));
    t.detection('c', detection('sqli', 'high'), at(3));
    expect(
      t
        .open()
        .map((i) => i.actor)
        .sort(),
    ).toEqual(['a', 'c']);
    expect(t.evicted).toBe(1);
    expect(t.takeRetired().map((i) => [i.actor, i.state])).toEqual([['b', 'closed']]);
  });

  test('an incident goes on after a restart as if nothing had been', () => {
    const before = tracker();
    before.detection('a', detection('sqli', 'high', { success: true }), at(0));
    before.behaviour(behaviour('auth'), 'access.log');
    before.mark('i1', 'acknowledged', { by: 'kim', atMs: START, text: 'looking' });
    const after = tracker();
    for (const record of before.takeChanged()) after.restore(JSON.parse(JSON.stringify(record)));
    for (const t of [before, after]) t.detection('a', detection('xss', 'medium'), at(100));
    expect(after.of('a')).toEqual(before.of('a'));
    expect(after.story('a')).toEqual(before.story('a'));
  });
});

test('behaviours that tell the same in another measure are one step and one success', () => {
  const t = tracker();
  const named = (name: string, fields: Partial<Behaviour> = {}): Behaviour => {
    const { rule, ...rest } = behaviour('auth', fields);
    return { ...rest, key: name, rule: { ...rule, name, id: name, title: name } };
  };
  t.behaviour(named('ssh-brute-force'), 'auth.log');
  t.behaviour(named('ssh-brute-force-slow'), 'auth.log');
  t.behaviour(named('ssh-login', { success: true }), 'auth.log');
  t.behaviour(named('ssh-login-slow', { success: true }), 'auth.log');
  expect(t.story('a').map(({ text }) => text.split(' ')[0])).toEqual(['ssh-brute-force', 'ssh-login']);
  expect(t.of('a')).toMatchObject({ successes: 1, severity: 'critical' });
});
