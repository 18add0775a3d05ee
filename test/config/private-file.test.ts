import { expect, test } from 'vitest';
import { othersMay, type Surroundings } from '../../src/config/private-file.ts';

const USERS = {
  passwd: 'root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\ncarol:x:1002:100::/:/bin/sh\n',
  group: 'root:x:0:\nalice:x:1000:\nadm:x:4:alice\nteam:x:50:alice,bob\nusers:x:100:\nsecmon:x:990:bob\n',
};
const at = (modes: Readonly<Record<string, number>> = {}): Surroundings => ({
  users: () => USERS,
  modeOf: (folder) => modes[folder] ?? 0o755,
});
const PATH = '/home/alice/secmon.yml';
const may = (mode: number, { uid = 1000, gid = 1000 } = {}, modes = {}) => othersMay(PATH, { mode, uid, gid }, at(modes));
const NOTHING = { read: false, write: false, replace: false };

test('others read and write by their bits', () => {
  expect(may(0o600)).toEqual(NOTHING);
  expect(may(0o604)).toEqual({ ...NOTHING, read: true });
  expect(may(0o602)).toEqual({ ...NOTHING, write: true });
});

test('a folder above that nobody else may enter keeps them away', () => {
  expect(may(0o666, {}, { '/home/alice': 0o700 })).toEqual(NOTHING);
  expect(may(0o666, {}, { '/home': 0o700 })).toEqual(NOTHING);
  expect(may(0o666, { gid: 50 }, { '/home/alice': 0o710 })).toEqual({ ...NOTHING, read: true, write: true });
  expect(may(0o606, { gid: 50 }, { '/home/alice': 0o710 })).toEqual(NOTHING);
});

test('a group is somebody else when somebody else is in it, as a member or by its number', () => {
  expect(may(0o660)).toEqual(NOTHING);
  expect(may(0o660, { gid: 4 })).toEqual(NOTHING);
  expect(may(0o660, { gid: 50 })).toEqual({ ...NOTHING, read: true, write: true });
  expect(may(0o660, { gid: 100 })).toEqual({ ...NOTHING, read: true, write: true });
  expect(may(0o640, { uid: 0, gid: 0 })).toEqual(NOTHING);
});

test('the group secmon may read what root owns, and not write it', () => {
  expect(may(0o640, { uid: 0, gid: 990 })).toEqual(NOTHING);
  expect(may(0o660, { uid: 0, gid: 990 })).toEqual({ ...NOTHING, write: true });
  expect(may(0o640, { uid: 1000, gid: 990 })).toEqual({ ...NOTHING, read: true });
});

test('a folder that everybody may write lets them replace the file, unless it is sticky', () => {
  expect(may(0o600, {}, { '/home/alice': 0o777 })).toEqual({ ...NOTHING, replace: true });
  expect(may(0o600, {}, { '/home/alice': 0o1777 })).toEqual(NOTHING);
  expect(may(0o600, {}, { '/home/alice': 0o777, '/home': 0o700 })).toEqual(NOTHING);
});
