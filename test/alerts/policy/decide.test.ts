import { describe, expect, it } from 'vitest';
import { decide, isIdle } from '../../../src/alerts/policy/decide.ts';
import { EMPTY_STATE, packState, unpackState } from '../../../src/alerts/policy/state.ts';
import { NOON_MS, policyOf, story, subject } from './story.ts';

const many = (count: number, fields: Parameters<typeof subject>[0] = {}, from = 0) =>
  Array.from({ length: count }, (_, i) => subject({ id: `m${from + i}`, who: `198.51.100.${from + i}`, ...fields }));

describe('one message an incident', () => {
  it('is sent after 30 seconds, however many lines came, with all of them counted', () => {
    const told = story();
    told.at(0, subject());
    told.at(10, subject({ added: { detections: 40, successes: 0 } }));
    told.until(60, 11);
    expect(told.sends()).toEqual(['30 ops opened 0 203.0.113.66']);
    expect(told.sent()[0]?.thread.counts).toEqual({ detections: 41, successes: 0 });
  });

  it('that worked is sent after 5 seconds, also when it works while it is gathered', () => {
    const told = story();
    told.at(0, subject({ success: true }), subject({ id: 'b', who: 'other' }));
    told.until(7, 1);
    told.at(8, subject({ id: 'b', who: 'other', success: true }));
    told.until(40, 9);
    expect(told.sends()).toEqual(['5 ops opened 0 203.0.113.66', '13 ops opened 0 other']);
  });

  it('is followed by a success at once and by what is worse after the quiet time, in one thread with counts since', () => {
    const told = story(policyOf([{ quiet: '10m' }]));
    told.at(0, subject());
    told.until(40, 1);
    told.at(41, subject({ severity: 'critical', added: { detections: 5, successes: 0 } }));
    told.at(60, subject({ severity: 'critical', success: true, added: { detections: 1, successes: 1 } }));
    told.at(61, subject({ added: { detections: 7, successes: 0 } }));
    told.until(1000, 62);
    expect(told.sends()).toEqual(['30 ops opened 0 203.0.113.66', '60 ops succeeded 1 203.0.113.66']);
    expect(told.sent()[1]?.since).toEqual({ detections: 6, successes: 1 });

    const quiet = story(policyOf([{ quiet: '10m' }]));
    quiet.at(0, subject());
    quiet.until(40, 1);
    quiet.at(41, subject({ severity: 'critical' }));
    quiet.until(1000, 42);
    expect(quiet.sends().at(-1)).toBe('630 ops worse 1 203.0.113.66');
    expect(quiet.notes()).toContain('quiet: worse: rule 1: quiet for now');
  });

  it('ends after half an hour of silence; what comes back is told once more', () => {
    const told = story();
    told.at(0, subject());
    told.until(2000, 1);
    expect(told.sends().at(-1)).toBe('1830 ops ended 1 203.0.113.66');
    expect(isIdle(told.state)).toBe(true);
    for (let second = 2100; second < 3700; second += 20) told.at(second, subject());
    expect(told.sends().at(-1)).toBe('3640 ops worse 2 203.0.113.66');
  });

  it('is not sent again after a restart, and goes on in the same thread', () => {
    const before = story();
    before.at(0, subject());
    before.until(31, 1);
    const after = story();
    after.state = unpackState(JSON.parse(JSON.stringify(packState(before.state))));
    after.at(32, subject());
    after.at(33, subject({ success: true }));
    after.until(100, 34);
    expect(after.sends()).toEqual(['33 ops succeeded 1 203.0.113.66']);
    expect(unpackState({ version: 99 })).toEqual(EMPTY_STATE);
  });

  it('leaves the state as it was: deciding twice gives the same', () => {
    const state = story().state;
    const happening = { subjects: [subject({ success: true })], nowMs: NOON_MS };
    const once = decide(state, happening, policyOf());
    expect(decide(state, happening, policyOf())).toEqual(once);
    expect(state).toEqual(EMPTY_STATE);
  });
});

describe('which rule', () => {
  it.each([
    ['high by default', {}, {}, true],
    ['medium not by default', {}, { severity: 'medium' }, false],
    ['medium that worked by default', {}, { severity: 'medium', success: true }, true],
    ['the default holds beside another condition', { when: { source: ['access*'] } }, { severity: 'low' }, false],
    ['a severity', { when: { severity: 'low' } }, { severity: 'low' }, true],
    ['a risk', { when: { risk: 70 } }, {}, false],
    ['no success', { when: { success: false } }, { success: true }, false],
    ['a family among several', { when: { family: ['rce', 'sqli'] } }, { families: ['xss', 'sqli'] }, true],
    ['another family', { when: { family: ['rce'] } }, {}, false],
    ['an outcome', { when: { outcome: ['error'] } }, {}, false],
    ['a tag', { when: { tag: ['office'] } }, { tags: ['office'] }, true],
    ['a network', { when: { network: ['203.0.113.0/24'] } }, {}, true],
    ['another network', { when: { network: ['2001:db8::/32'] } }, {}, false],
    ['a source with a star', { when: { source: ['*.log'] } }, {}, true],
    ['a source with two stars', { when: { source: ['ac*ss*g'] } }, {}, true],
    ['another source', { when: { source: ['access.lo'] } }, {}, false],
    ['a filter that a line passed', { when: { filter: 'path:/admin' } }, { passed: [1] }, true],
    ['a filter that none passed', { when: { filter: 'path:/admin' } }, {}, false],
  ] as const)('%s', (_, rule, fields, expected) => {
    const told = story(policyOf([rule as Parameters<typeof policyOf>[0] extends readonly (infer R)[] | undefined ? R : never]));
    told.at(0, subject(fields as Parameters<typeof subject>[0]));
    told.until(40, 1);
    expect(told.sends().length > 0).toBe(expected);
    if (!expected) expect(told.notes().join()).toMatch(/^no rule: rule 1: /);
  });

  it('the first that fits counts, and never means never', () => {
    const told = story(policyOf([{ never: true, when: { tag: ['office'] } }, { to: ['pager'], when: { success: true } }, {}]));
    told.at(0, subject({ tags: ['office'], success: true }), subject({ id: 'b', who: 'b', success: true }), subject({ id: 'c', who: 'c' }));
    told.until(40, 1);
    expect(told.sends()).toEqual(['5 pager opened 0 b', '30 ops opened 0 c']);
    expect(told.notes()).toContain('never: rule 1: never');
  });

  it('one that fits only later tells its channels the whole, and those before what is new', () => {
    const told = story(policyOf([{ to: ['pager'], when: { success: true } }, {}]));
    told.at(0, subject());
    told.until(40, 1);
    told.at(50, subject({ success: true }));
    told.until(60, 51);
    expect(told.sends()).toEqual(['30 ops opened 0 203.0.113.66', '50 pager opened 0 203.0.113.66', '50 ops succeeded 1 203.0.113.66']);
  });
});

describe('working hours', () => {
  const night = { hours: ['mon-fri 14:00-18:00'] };
  it('hold a message until they begin', () => {
    const told = story(policyOf([night]));
    told.at(0, subject());
    for (let second = 60; second <= 7300; second += 10) told.at(second);
    expect(told.sends()).toEqual(['7200 ops opened 0 203.0.113.66']);
    expect(told.notes()).toContain('hours: rule 1: waits for its hours, mon-fri 14:00-18:00');
  });

  it('send it elsewhere meanwhile', () => {
    const told = story(policyOf([{ ...night, otherwise: ['night'] }]));
    told.at(0, subject());
    told.until(40, 1);
    expect(told.sends()).toEqual(['30 night opened 0 203.0.113.66']);
  });
});

describe('escalation', () => {
  const rule = { escalate: { after: '15m', to: ['boss'] } };
  it('tells others when nobody acknowledges', () => {
    const told = story(policyOf([rule]));
    told.at(0, subject());
    told.until(1000, 1);
    expect(told.sends()).toEqual(['30 ops opened 0 203.0.113.66', '930 boss opened 0 203.0.113.66']);
    expect(told.sent()[1]?.note).toBe('Nobody has acknowledged this for 15 min.');
  });

  it.each(['acknowledged', 'closed'] as const)('does not when it is %s', (state) => {
    const told = story(policyOf([rule]));
    told.at(0, subject());
    told.until(100, 1);
    told.at(101, subject({ state, live: false, added: { detections: 0, successes: 0 } }));
    told.until(1000, 102);
    expect(told.sends()).toHaveLength(1);
  });

  it('still does when silence closed what had worked', () => {
    const told = story(policyOf([{ escalate: { after: '1h', to: ['boss'] } }]));
    told.at(0, subject({ success: true }));
    for (let second = 10; second < 3700; second += 10)
      told.at(
        second,
        ...(second === 2400 ? [subject({ state: 'closed', live: false, success: true, added: { detections: 0, successes: 0 } })] : []),
      );
    expect(told.sends().filter((text) => text.includes('boss'))).toHaveLength(1);
  });
});

describe('many alike', () => {
  it('are one message that counts them', () => {
    const told = story();
    for (let second = 0; second < 30; second++) told.at(second, ...many(14, {}, second * 14));
    told.until(60, 30);
    expect(told.sent()).toMatchObject([{ thread: { alike: 'sqli', members: 420, counts: { detections: 420 } } }]);
  });

  it('that come later join without a message, one of them that worked has its own', () => {
    const told = story();
    told.at(0, ...many(10));
    told.until(40, 1);
    told.at(50, ...many(3, {}, 10), ...many(1, { success: true, who: 'worked' }, 0));
    told.until(70, 51);
    expect(told.sends().slice(1)).toEqual(['55 ops opened 0 worked']);
    expect([...told.state.threads.values()][0]).toMatchObject({ members: 13 });
  });

  it('of several families at once are one message too; few are told one by one', () => {
    const told = story();
    told.at(0, ...many(4, { families: ['sqli'] }), ...many(4, { families: ['lfi'] }, 4));
    told.until(40, 1);
    expect(told.sent()).toMatchObject([{ thread: { alike: '*', members: 8, families: { sqli: 4, lfi: 4 } } }]);
    const few = story();
    few.at(0, ...many(4));
    few.until(40, 1);
    expect(few.sent()).toHaveLength(4);
  });

  it('that all worked name each that joins', () => {
    const told = story();
    told.at(0, ...many(6, { success: true }));
    told.until(20, 1);
    told.at(60, ...many(1, { success: true, who: 'late' }, 50));
    told.until(120, 61);
    expect(told.sent()).toMatchObject([{ kind: 'opened' }, { kind: 'succeeded', note: 'Also: late' }]);
  });

  it('that come back after it has ended are another message, which no id takes for the one before', () => {
    const told = story();
    told.at(0, ...many(6));
    told.until(1_900, 1);
    told.at(2_000, ...many(6));
    told.until(2_060, 2_001);
    expect(told.sent().map(({ kind, sequence }) => `${kind} ${sequence}`)).toEqual(['opened 0', 'ended 1', 'opened 0']);
    expect(new Set(told.sent().map(({ thread, sequence }) => `${thread.id} ${sequence}`)).size).toBe(3);
  });

  it('tenfold as many are worse', () => {
    const told = story(policyOf([{ quiet: '1m' }]));
    told.at(0, ...many(10));
    told.until(40, 1);
    told.at(50, ...many(90, {}, 10));
    told.until(200, 51);
    expect(told.sends().at(-1)).toMatch(/^90 ops worse 1/);
  });
});

describe('the ceiling', () => {
  it('holds back what is above it for one digest, keeps room for what worked, and says so', () => {
    const told = story(policyOf([{}], { ceiling: 5 }));
    for (let i = 0; i < 20; i++)
      told.at(
        i * 100,
        subject({ id: `x${i}`, who: `x${i}`, families: [i % 2 === 0 ? 'sqli' : i % 3 === 0 ? 'lfi' : 'rce'], title: `t${i}` }),
      );
    told.at(2000, subject({ id: 'worked', who: 'worked', success: true }));
    told.until(5000, 2001);
    const times = told.sends().map((text) => Number(text.split(' ')[0]));
    for (const time of times) expect(times.filter((other) => other <= time && other > time - 3600).length).toBeLessThanOrEqual(5);
    expect(told.sends()).toContain('2005 ops opened 0 worked');
    const held = told.of('held');
    expect(held.length).toBe(1);
    expect(told.notes().join()).toMatch(/ceiling: rule 1: ops has had its messages of this hour/);
  });
});

describe('the scheduled digest', () => {
  it('comes at its times, over the time since the last', () => {
    const told = story(policyOf([], { digest: { every: '30m', to: ['ops'], empty: false } }));
    told.at(600);
    for (let second = 660; second <= 5500; second += 60) told.at(second);
    expect(told.of('report').map(({ second, effect }) => [second, effect.toMs - effect.fromMs])).toEqual([
      [1800, 1200_000],
      [3600, 1800_000],
      [5400, 1800_000],
    ]);
  });

  it('comes once for those that a stopped secmon missed', () => {
    const told = story(policyOf([], { digest: { cron: '0 * * * *', to: ['ops'], empty: false } }));
    told.at(0);
    told.at(5 * 3600 + 10);
    told.at(5 * 3600 + 11);
    expect(told.of('report')).toHaveLength(1);
  });
});
