import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, SLOT_MS } from '../../src/model/history.ts';
import { createHistory } from '../../src/statistics/history.ts';
import type { HistoryLine } from '../../src/statistics/history-bucket.ts';
import { createKnownTexts } from '../../src/statistics/history-known.ts';
import { mergeHour } from '../../src/statistics/history-merge.ts';
import { createHistoryTexts, networkOf } from '../../src/statistics/history-texts.ts';

const START_MS = Date.UTC(2026, 2, 2, 2);

const line = (fields: Partial<HistoryLine> = {}): HistoryLine => ({
  timeMs: START_MS,
  actor: '198.51.100.7',
  network: '198.51.100.0/24',
  path: '/',
  agent: 'curl/#',
  status: 200,
  families: [],
  ...fields,
});

function open(isKnownPath: (path: string) => boolean = () => false) {
  let nowMs = START_MS;
  const history = createHistory({ seed: [1, 2], isKnownPath, nowMs: () => nowMs });
  return {
    history,
    at(minute: number, fields: Partial<HistoryLine> = {}): void {
      nowMs = Math.max(nowMs, START_MS + minute * 60_000);
      history.record(line({ timeMs: START_MS + minute * 60_000, ...fields }));
    },
    go: (minute: number): void => {
      nowMs = START_MS + minute * 60_000;
    },
  };
}

describe('slots of five minutes', () => {
  it('are complete five minutes after their end, and never the first, which was not seen whole', () => {
    const { history, at, go } = open();
    at(1);
    at(6);
    at(7, { path: '/login', status: 401, families: ['auth'] });
    go(14.9);
    expect(history.takeComplete()).toEqual([]);
    go(15);
    const [slot, ...others] = history.takeComplete();
    expect(others).toEqual([]);
    expect(slot).toMatchObject({ startMs: START_MS + SLOT_MS, requests: 2, addresses: 1, statuses: [1, 0, 1, 0], families: { auth: 1 } });
    expect(slot?.paths).toEqual([
      ['/', 1],
      ['/login', 1],
    ]);
    expect(history.takeComplete()).toEqual([]);
  });

  it('count lines that come late, within five minutes, and leave out later ones', () => {
    const { history, at, go } = open();
    at(0);
    at(12);
    at(8);
    at(15);
    at(9);
    go(30);
    expect(history.takeComplete().map(({ requests }) => requests)).toEqual([1, 1, 1, 0]);
  });

  it('are all there when days of a log are read at once, with silence where the log is silent', () => {
    const { history, at, go } = open();
    for (let minute = 0; minute < 24 * 60; minute += 1) if (minute < 600 || minute > 660) at(minute);
    go(24 * 60 + 5);
    const slots = history.takeComplete();
    expect(slots).toHaveLength(287);
    expect(slots.filter(({ requests }) => requests === 0)).toHaveLength(12);
    expect(slots.reduce((sum, { requests }) => sum + requests, 0)).toBe(24 * 60 - 61 - 5);
  });

  it('do not fill the store with the silence of months', () => {
    const { history, at, go } = open();
    at(0);
    at(7);
    at(90 * 24 * 60);
    go(90 * 24 * 60 + 30);
    const slots = history.takeComplete();
    expect(slots.length).toBeLessThan(40);
    expect(slots.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
  });

  it('never lose or double a line that is in order, whatever the gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 60 }), (gaps) => {
        const { history, at, go } = open();
        at(0);
        let minute = 5;
        for (const gap of gaps) {
          minute += gap / 10;
          at(minute);
        }
        go(minute + 15);
        const slots = history.takeComplete();
        expect(slots.reduce((sum, { requests }) => sum + requests, 0)).toBe(gaps.length);
        expect(slots.map(({ startMs }) => startMs)).toEqual([...slots.keys()].map((i) => START_MS + (i + 1) * SLOT_MS));
      }),
      { numRuns: 100 },
    );
  });
});

describe('whoever makes up paths', () => {
  it('fills neither the table nor the screen: beyond a few they are counted under the one name', () => {
    const { history, at } = open();
    for (let i = 0; i < 12_000; i += 1) at(6, { path: `/made-up-${i}`, actor: '203.0.113.66' });
    for (let i = 0; i < 30; i += 1) at(6, { path: '/login' });
    const recent = history.recent();
    expect(recent.paths.find(([path]) => path === '/login')).toEqual(['/login', 30]);
    expect(recent.paths.length).toBeLessThan(40);
    const [[actor, made] = ['', 0]] = recent.inventors;
    expect(actor).toBe('203.0.113.66');
    expect(made).toBeGreaterThan(11_000);
    expect(made).toBeLessThan(13_000);
  });

  it('with many addresses cannot push out what is asked for often', () => {
    const { history, at } = open();
    for (let i = 0; i < 20_000; i += 1) {
      at(6, { path: `/made-up-${i}`, actor: `2001:db8:${(i % 5_000).toString(16)}::/64` });
      if (i % 20 === 0) at(6, { path: '/login' });
    }
    expect(history.recent().paths.find(([path]) => path === '/login')?.[1]).toBeGreaterThanOrEqual(1_000);
    expect(history.recent().paths.length).toBeLessThanOrEqual(400);
  });

  it('does not hide behind a proxy: known paths of one address are counted one by one', () => {
    const { history, at } = open(() => true);
    for (let i = 0; i < 300; i += 1) at(6, { path: `/known-${i}` });
    expect(history.recent().paths).toHaveLength(300);
  });
});

it('everything of a slot is known afterwards, also what is too rare to be kept in it', () => {
  const known = createKnownTexts();
  let nowMs = START_MS;
  const history = createHistory({ seed: [1, 2], isKnownPath: known.path, onTexts: known.learnTexts, nowMs: () => nowMs });
  history.record(line());
  nowMs += SLOT_MS;
  for (let i = 0; i < 300; i += 1) history.record(line({ timeMs: nowMs, path: `/page-${i}`, actor: `198.51.100.${i % 50}` }));
  nowMs += 2 * SLOT_MS;
  expect(history.takeComplete()[0]?.paths).toHaveLength(80);
  expect([known.path('/page-0'), known.path('/page-299'), known.path('/page-300')]).toEqual([true, true, false]);
});

it('an hour is the sum of its slots, and all of them are known afterwards', () => {
  const { history, at, go } = open();
  for (let minute = 0; minute < 70; minute += 1) at(minute, { path: `/p${minute % 7}`, agent: `agent-${minute % 3}` });
  go(90);
  const slots = history.takeComplete().slice(0, 11);
  const hour = mergeHour(START_MS, slots);
  expect(hour).toMatchObject({ spanMs: HOUR_MS, requests: 55, statuses: [55, 0, 0, 0], addresses: 1 });
  const known = createKnownTexts();
  known.learn(hour);
  expect([known.path('/p3'), known.path('/p9'), known.agent('agent-2'), known.network('198.51.100.0/24')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

it('texts are normalised: numbers in paths and agents, networks of addresses', () => {
  const texts = createHistoryTexts();
  expect(texts.path('/item/17?id=1')).toBe('/item/#');
  expect(texts.agent('sqlmap/1.7.2')).toBe('sqlmap/#.#.#');
  expect(texts.path(`/${'z'.repeat(500)}`)).toHaveLength(100);
  expect(networkOf('198.51.100.77')).toBe('198.51.100.0/24');
  expect(networkOf('2001:db8:1:2::7')).toBe('2001:db8:1::/48');
  expect(networkOf('::ffff:198.51.100.77')).toBe('198.51.100.0/24');
  expect(networkOf('host.example')).toBe('');
});
