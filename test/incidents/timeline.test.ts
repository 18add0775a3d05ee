import { expect, it } from 'vitest';
import { behaviourText, timelineOf } from '../../src/incidents/timeline.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';

const behaviour = (changes: Partial<Behaviour> = {}): Behaviour => ({
  key: 'k',
  rule: {
    id: 'i',
    name: 'answer-after-refusals',
    title: 'Answer after many refused tries',
    description: '',
    severity: 'low',
    families: ['recon'],
    techniques: [],
  },
  success: false,
  group: { 'c-ip': '203.0.113.9' },
  startMs: 0,
  endMs: 0,
  events: 304,
  silent: 0,
  value: 1,
  actors: ['203.0.113.9'],
  actorCount: 1,
  example: '/item',
  ...changes,
});

it('a behaviour is told with where it was, how often and by how many', () => {
  expect(behaviourText(behaviour())).toBe('Answer after many refused tries on /item, 304 lines');
  expect(behaviourText(behaviour({ events: 1, example: '' }))).toBe('Answer after many refused tries, 1 line');
  expect(behaviourText(behaviour({ group: {}, actorCount: 1_200 }))).toBe(
    'Answer after many refused tries on /item, 304 lines by 1,200 addresses',
  );
});

it('one that is made of behaviours names their group without what stands between its values', () => {
  expect(behaviourText(behaviour({ example: '203.0.113.9\u0000/item' }))).toBe(
    'Answer after many refused tries on 203.0.113.9 /item, 304 lines',
  );
});

it('what two rules tell of one place in the same words is told once, of another place again', () => {
  const { rule } = behaviour();
  const told = (name: string, example: string) => behaviour({ rule: { ...rule, name, title: 'Login brute force' }, example });
  const rows = (...behaviours: readonly Behaviour[]) =>
    timelineOf({ first: undefined, beats: [], behaviours, notes: [] }).map(({ text }) => text);
  expect(rows(told('login-guesses', '/login'), told('login-brute-force-fast', '/login'))).toEqual([
    'Login brute force on /login, 304 lines',
  ]);
  expect(rows(told('login-guesses', '/login'), told('login-brute-force-fast', '/admin'))).toHaveLength(2);
});
