import { expect, test } from 'vitest';
import { createIncidentTracker, INCIDENT_GAP_MS } from '../../src/incidents/tracker.ts';
import { detection, entry } from '../make.ts';

const START = Date.UTC(2026, 2, 2, 2, 10);
const tracker = (maxOpen?: number) => {
  let n = 0;
  return createIncidentTracker({ newId: () => `i${++n}`, ...(maxOpen === undefined ? {} : { maxOpen }) });
};
const at = (seconds: number) => ({ timeMs: START + seconds * 1000, source: 'access.log' });

test('detections of one address within the gap are one incident', () => {
  const t = tracker();
  t.detection('a', detection('sqli', 'high'), at(0));
  t.detection('a', detection('sqli', 'high'), at(60));
  t.detection('b', detection('xss', 'medium'), at(61));
  expect(t.open().map((i) => [i.actor, i.detections])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

test('silence of more than half an hour closes an incident, and the next detection opens another', () => {
  const t = tracker();
  t.detection('a', detection('sqli', 'high'), at(0));
  t.detection('a', detection('sqli', 'high'), at(INCIDENT_GAP_MS / 1000 + 1));
  expect(t.takeChanged().map((i) => [i.id, i.state])).toEqual([
    ['i1', 'closed'],
    ['i2', 'new'],
  ]);
  t.advance(START + 3 * INCIDENT_GAP_MS);
  expect(t.openCount).toBe(0);
  expect(t.takeChanged().map((i) => [i.id, i.state])).toEqual([['i2', 'closed']]);
});

test('a detection out of order moves the start back, never the end', () => {
  const t = tracker();
  t.detection('a', detection('sqli', 'high'), at(120));
  t.detection('a', detection('sqli', 'high'), at(0));
  expect(t.of('a')).toMatchObject({ startMs: START, endMs: START + 120_000 });
});

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

test('the story joins what repeats and says how it was answered', () => {
  const t = tracker();
  for (let i = 0; i < 3; i++)
    t.detection('a', detection('lfi', 'high', { entry: entry({ target: '/cgi-bin/x?f=1' }), outcome: i < 2 ? 'refused' : 'error' }), at(i));
  expect(t.story('a')).toEqual([
    { timeMs: START, stage: 'attempt', severity: 'high', text: 'path traversal on /cgi-bin/x, 3 times: 2 refused, 1 answered 5xx' },
  ]);
});

test('a full table closes the incident that has been silent longest, counted', () => {
  const t = tracker(2);
  t.detection('a', detection('sqli', 'high'), at(0));
  t.detection('b', detection('sqli', 'high'), at(1));
  t.detection('a', detection('sqli', 'high'), at(2));
  t.detection('c', detection('sqli', 'high'), at(3));
  expect(
    t
      .open()
      .map((i) => i.actor)
      .sort(),
  ).toEqual(['a', 'c']);
  expect(t.evicted).toBe(1);
  expect(t.takeChanged().find((i) => i.actor === 'b')?.state).toBe('closed');
});

test('lines of an actor count only while it has an incident', () => {
  const t = tracker();
  t.entry('a', START);
  t.detection('a', detection('sqli', 'high'), at(0));
  t.entry('a', START + 1000);
  expect(t.of('a')?.entries).toBe(2);
});
