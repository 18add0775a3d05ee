import { describe, expect, it } from 'vitest';
import { createLogWatch } from '../../../src/engine/log-watch/log-watch.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import { jumpingClock, LOG_START_MS } from '../live-log.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A log of its own clock; times in milliseconds from the start. */
function watched({ lagMs = (_: number) => 0 } = {}) {
  const clock = jumpingClock();
  const told: Behaviour[] = [];
  const watch = createLogWatch({ clock, tell: (behaviour) => told.push(behaviour) });
  let sequence = 0;
  const line = (ms: number, { who = `203.0.113.${sequence % 30}`, live = true, arrives = ms } = {}): void => {
    if (live) clock.jumpTo(LOG_START_MS + arrives + lagMs(ms));
    watch.saw({ timeMs: LOG_START_MS + ms, who }, { sourceId: 1, sourceName: 'access.log', sequence: ++sequence, live });
  };
  /** A line each `everyMs` in [from, to). */
  const lines = (fromMs: number, toMs: number, everyMs: number, options: { who?: string; live?: boolean } = {}): void => {
    for (let ms = fromMs; ms < toMs; ms += everyMs) line(ms, options);
  };
  const lookAt = (ms: number, state: 'live' | 'waiting' | 'ended' = 'live'): void => {
    clock.jumpTo(LOG_START_MS + ms);
    watch.look([{ id: 1, name: 'access.log', state }]);
  };
  const names = (): string[] => told.map(({ rule }) => rule.name);
  return { line, lines, lookAt, told, names, watch };
}

describe('a log that was steady and stops', () => {
  it('is an incident of the log, once, and says until when the silence lasted', () => {
    const { lines, line, lookAt, told } = watched();
    lines(0, 40 * MINUTE, 2 * SECOND);
    lookAt(44 * MINUTE);
    expect(told).toEqual([]);
    lookAt(46 * MINUTE);
    lookAt(47 * MINUTE);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ rule: { name: 'log-silent', severity: 'medium' }, group: { source: 'access.log' } });
    expect(told[0]?.detail).toBe('no line for 6 min; its longest silence in the half hour before was 2 s');
    line(2 * HOUR);
    expect(told).toHaveLength(2);
    expect(told[1]?.key).toBe(told[0]?.key);
    expect(told[1]?.endMs).toBe(LOG_START_MS + 2 * HOUR);
  });

  it('is noticed in what was written before, too, once the log goes on', () => {
    const { lines, told } = watched();
    lines(0, 40 * MINUTE, 2 * SECOND, { live: false });
    lines(3 * HOUR, 3 * HOUR + MINUTE, 2 * SECOND, { live: false });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ rule: { name: 'log-silent' }, endMs: LOG_START_MS + 3 * HOUR });
  });

  it('says nothing of an input that ended', () => {
    const { lines, lookAt, told } = watched();
    lines(0, 40 * MINUTE, 2 * SECOND);
    lookAt(3 * HOUR, 'ended');
    expect(told).toEqual([]);
  });

  it('is missed at the same length again once that is known to be its way', () => {
    const { lines, names } = watched();
    for (let night = 0; night < 5; night++) lines(night * 24 * HOUR, night * 24 * HOUR + HOUR, 2 * SECOND, { live: false });
    expect(names()).toEqual(['log-silent', 'log-silent']);
  });
});

describe('silence that is ordinary', () => {
  it('a small site that sleeps at night', () => {
    const { lines, lookAt, told } = watched();
    for (let day = 0; day < 3; day++) {
      const at = day * 24 * HOUR;
      lines(at, at + 8 * HOUR, 40 * SECOND);
      lines(at + 8 * HOUR, at + 10 * HOUR, 4 * MINUTE);
      lookAt(at + 23 * HOUR);
    }
    expect(told).toEqual([]);
  });

  it('a busy site that calms down within an hour and falls silent', () => {
    const { lines, lookAt, told } = watched();
    lines(0, 8 * HOUR, 2 * SECOND);
    lines(8 * HOUR, 8 * HOUR + 20 * MINUTE, 6 * SECOND);
    lines(8 * HOUR + 20 * MINUTE, 8 * HOUR + 40 * MINUTE, 20 * SECOND);
    lines(8 * HOUR + 40 * MINUTE, 9 * HOUR, MINUTE);
    lookAt(20 * HOUR);
    expect(told).toEqual([]);
  });

  it('one client that fetched a thousand files on a quiet site and is done', () => {
    const { lines, lookAt, told } = watched();
    lines(0, 50 * MINUTE, 300, { who: '198.51.100.9' });
    lookAt(6 * HOUR);
    expect(told).toEqual([]);
  });

  it('a writer that keeps lines back until its buffer is full', () => {
    const { line, lookAt, told } = watched();
    for (let burst = 1; burst <= 6; burst++)
      for (let i = 0; i < 320; i++) line((burst - 1) * 16 * MINUTE + i * 3 * SECOND, { arrives: burst * 16 * MINUTE });
    lookAt(6 * 16 * MINUTE + 15 * MINUTE);
    expect(told).toEqual([]);
  });

  it('an hour of a monitoring probe that is switched off, unless it came for very long', () => {
    const probe = { who: '198.51.100.9' };
    const short = watched();
    short.lines(0, HOUR, SECOND, probe);
    short.lookAt(2 * HOUR);
    expect(short.names()).toEqual([]);
    const long = watched();
    long.lines(0, 7 * HOUR, 2 * SECOND, probe);
    long.lookAt(8 * HOUR);
    expect(long.names()).toEqual(['log-silent']);
  });
});

describe('a log whose time jumps', () => {
  it('back, live, is an incident; in what stood there before it is but low', () => {
    const live = watched();
    live.lines(0, 10 * MINUTE, SECOND);
    for (let i = 0; i < 30; i++) live.line(-5 * HOUR + i * SECOND, { arrives: 10 * MINUTE + i * SECOND });
    expect(live.names()).toEqual(['log-time-jump']);
    expect(live.told[0]?.rule.severity).toBe('medium');
    expect(live.told[0]?.detail).toBe('its lines go on 5 h 09 earlier');
    const old = watched();
    old.lines(10 * HOUR, 11 * HOUR, SECOND, { live: false });
    old.lines(0, 10 * MINUTE, SECOND, { live: false });
    expect(old.told.map(({ rule }) => rule.severity)).toEqual(['low']);
  });

  it('ahead without a pause is an incident', () => {
    const { lines, line, names } = watched();
    lines(0, 40 * MINUTE, SECOND);
    for (let i = 0; i < 5; i++) line(5 * HOUR + i * SECOND, { arrives: 40 * MINUTE + i * SECOND });
    expect(names()).toEqual(['log-time-jump']);
  });

  it('is not told where lines without a time come before, or among, old lines that have one', () => {
    const { line, watch, told } = watched();
    const untimed = (sequence: number): void =>
      watch.saw({ timeMs: undefined, who: '' }, { sourceId: 1, sourceName: 'access.log', sequence, live: true });
    for (let i = 0; i < 1_500; i++) untimed(i);
    for (let i = 0; i < 200; i++) {
      line(-9 * 30 * 24 * HOUR + i * SECOND, { arrives: i * SECOND });
      if (i > 100 && i % 7 === 0) untimed(2_000 + i);
    }
    expect(told).toEqual([]);
  });

  it('is not told for a few late lines, one wild one, or summer time', () => {
    const { lines, line, names } = watched();
    lines(0, 20 * MINUTE, SECOND);
    for (let i = 0; i < 200; i++) line(i % 4 === 0 ? i * SECOND : 20 * MINUTE + i * SECOND, { arrives: 20 * MINUTE + i * SECOND });
    line(50 * HOUR, { arrives: 24 * MINUTE });
    lines(24 * MINUTE, 30 * MINUTE, SECOND);
    for (let i = 0; i < 60; i++) line(-30 * MINUTE + i * SECOND, { arrives: 30 * MINUTE + i * SECOND });
    expect(names()).toEqual([]);
  });
});

it('a log that is cut in place is an incident that says what can be told apart', () => {
  const { lines, told, watch } = watched();
  lines(0, MINUTE, SECOND);
  watch.cut({ id: 1, name: 'access.log' }, 'emptied');
  watch.cut({ id: 1, name: 'access.log' }, 'rewritten');
  expect(told.map(({ rule, group, detail }) => [rule.name, rule.severity, group['source'], detail])).toEqual([
    ['log-emptied', 'medium', 'access.log', 'it was cut to nothing, without a copy beside it'],
    ['log-rewritten', 'high', 'access.log', 'it begins as before, but lines that were read are gone'],
  ]);
});
