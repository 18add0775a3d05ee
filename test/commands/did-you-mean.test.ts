import { expect, test } from 'vitest';
import { closest } from '../../src/commands/did-you-mean.ts';

const NAMES = ['scan', 'report', 'ban', 'bans', 'unban', 'attach', 'check'];

test.each([
  ['scna', 'scan'],
  ['scann', 'scan'],
  ['atach', 'attach'],
  ['chekc', 'check'],
  ['rprot', 'report'],
  ['bna', 'ban'],
])('%s is meant to be %s', (word, name) => expect(closest(word, NAMES)).toBe(name));

test.each(['access', 'log', 'syslog', 'x', '', 'a'.repeat(10_000)])('nothing is near %s', (word) => {
  expect(closest(word, NAMES)).toBeUndefined();
});
