import { expect, test } from 'vitest';
import { createEventIds } from '../../src/engine/event-ids.ts';
import type { LineOrigin } from '../../src/engine/pipeline.ts';

const origin = (place?: string, key = '/var/log/access.log'): LineOrigin => ({
  sourceId: 1,
  sourceName: 'access.log',
  sequence: 1,
  live: true,
  places: { key, of: () => place },
});
const ids = (run = 'run', host = 'web1') => createEventIds({ host, run });
const entry = { raw: 'GET /?id=1', timeMs: 0 };

test('a line with a place has the same id at every start; another machine, source, place or line has another', () => {
  const id = ids().of(entry, origin('a@0'));
  expect(id).toMatch(/^[\w-]{27}$/);
  const known = ids('next');
  expect(known.of(entry, origin('a@0'))).toBe(id);
  expect(known.of(entry, origin('a@0'))).toBe(id);
  const others = [
    known.of(entry, origin('a@11')),
    known.of(entry, origin('a@0', '/var/log/other.log')),
    known.of({ ...entry, raw: 'GET /?id=2' }, origin('a@0')),
    ids('run', 'web2').of(entry, origin('a@0')),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
});

test('how many lines were joined to it does not change its id', () => {
  const one = ids().of(entry, origin('a@0'));
  expect(ids().of({ ...entry, raw: `${entry.raw}\n  at main` }, origin('a@0'))).toBe(one);
});

test('where the source knows no place, lines alike are told apart, and known again after a restart', () => {
  const first = ids();
  const told = [first.of(entry, origin()), first.of(entry, origin()), first.of({ ...entry, raw: 'other' }, origin())];
  expect(new Set(told).size).toBe(3);
  const second = ids('next');
  // The time need not stand in the line: Fluentd says it beside.
  expect(told).not.toContain(ids('next').of({ ...entry, timeMs: 1 }, origin()));
  expect([second.of(entry, origin()), second.of(entry, origin())]).toEqual(told.slice(0, 2));
});

test('a line without place and time is never taken for one of an earlier run', () => {
  const untimed = { raw: entry.raw, timeMs: undefined };
  expect(ids('a').of(untimed, origin())).not.toBe(ids('b').of(untimed, origin()));
});
