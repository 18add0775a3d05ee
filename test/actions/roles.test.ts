import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { groupsOf, roleOf } from '../../src/actions/roles.ts';
import { systemRoles } from '../../src/config/system-roles.ts';

const RULES = { operators: ['alice', '@adm'], viewers: ['bob'] };

test('where nobody is named the engine’s own user is operator, everybody else viewer', () => {
  for (const rules of [undefined, { operators: [], viewers: [] }]) {
    expect(roleOf({ user: 'eve', groups: [], ownsEngine: true }, rules)).toBe('operator');
    expect(roleOf({ user: 'eve', groups: ['adm'], ownsEngine: false }, rules)).toBe('viewer');
  }
});

test('where somebody is named only those are operators, by name or group, the engine’s own user too', () => {
  const role = (user: string, ...groups: string[]) => roleOf({ user, groups, ownsEngine: true }, RULES);
  expect(role('alice')).toBe('operator');
  expect(role('carol', 'adm')).toBe('operator');
  expect(role('bob')).toBe('viewer');
  expect(role('eve', 'users')).toBe('viewer');
  expect(role('adm')).toBe('viewer');
  expect(roleOf({ user: 'eve', groups: [], ownsEngine: true }, { operators: [], viewers: ['bob'] })).toBe('viewer');
});

test('groups are the primary one and those that name the user', () => {
  const passwd = 'root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n';
  const group = 'root:x:0:\nadm:x:4:syslog,alice\nalice:x:1000:\nsudo:x:27:malice\n';
  expect(groupsOf('alice', { passwd, group })).toEqual(['adm', 'alice']);
  expect(groupsOf('nobody', { passwd, group })).toEqual([]);
});

describe('the system-wide file', () => {
  const me = process.getuid?.() ?? 0;
  const written = (text: string, { file = 0o644, folder = 0o755 } = {}): string => {
    const home = join(mkdtempSync(join(tmpdir(), 'secmon-roles-')), 'secmon');
    mkdirSync(home);
    const path = join(home, 'config.yml');
    writeFileSync(path, text);
    chmodSync(path, file);
    chmodSync(home, folder);
    return path;
  };
  const TEXT = 'version: 1\nroles:\n  operators: [alice, "@adm"]\n  viewers: [bob]\n';

  test('counts when its owner alone may write it and its folder', async () => {
    expect(await systemRoles(written(TEXT), me)).toEqual({ rules: RULES, problem: '', closed: false });
    expect(await systemRoles('/nonexistent/config.yml', me)).toEqual({ rules: undefined, problem: '', closed: false });
  });

  test.each([
    ['others may write it', { file: 0o646 }, me],
    ['its group may write it', { file: 0o664 }, me],
    ['others may write its folder', { folder: 0o777 }, me],
    ['somebody else owns it', {}, me + 1],
  ])('does not count when %s, and says how to mend it', async (_, modes, owner) => {
    const { rules, problem, closed } = await systemRoles(written(TEXT, modes), owner);
    expect({ rules, closed }).toEqual({ rules: undefined, closed: false });
    expect(problem).toContain('does not count, as others than root may write it: sudo chown root:');
  });

  test('does not count when it is a link', async () => {
    const path = written(TEXT);
    const link = join(path, '..', 'link.yml');
    symlinkSync(path, link);
    expect((await systemRoles(link, me)).problem).toContain('no plain file');
  });

  test('lets nobody act when it cannot be understood', async () => {
    for (const text of ['roles: [', 'roles: 5', 'roles: { operators: alice }', 'roles: { viewers: [1] }'])
      expect(await systemRoles(written(text), me)).toMatchObject({ rules: undefined, closed: true });
  });
});
