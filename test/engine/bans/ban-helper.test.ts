import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Banner } from '../../../src/actions/banner.ts';
import type { AuditEvent } from '../../../src/audit/record.ts';
import { mayNotCall, whoCalls } from '../../../src/engine/bans/ban-caller.ts';
import { createHelperDesk, type HelperDeskParts } from '../../../src/engine/bans/ban-helper.ts';
import { aloneWith } from '../../../src/engine/bans/ban-lock.ts';
import { guardFacts } from '../../../src/engine/bans/guard-facts.ts';

const BAN = { banner: 'nftables', address: '203.0.113.9', seconds: 60, word: '', why: 'scanning', person: '' };

/** The desk over a way to ban that only notes what it is told. */
function desk(parts: Partial<HelperDeskParts> = {}) {
  const done: string[] = [];
  const written: AuditEvent[] = [];
  const banner: Banner = {
    name: 'nftables',
    takesNetworks: async () => true,
    plan: async ({ text }) => ({ commands: [`nft add ${text}`], notes: [] }),
    ban: async ({ text }, seconds) => {
      done.push(`ban ${text} ${seconds}`);
      return 'banned';
    },
    unban: async ({ text }) => {
      done.push(`unban ${text}`);
      return 'let in';
    },
    unbanPlan: async ({ text }) => [`nft delete ${text}`],
    list: async () => [],
    health: async () => 'nftables',
    expire: async () => ['203.0.113.1'],
  };
  const handlers = createHelperDesk({
    banners: { dryRun: false, all: async () => [banner], named: async (name) => (name === 'nftables' ? banner : undefined) },
    guard: () => guardFacts({ networks: {}, allow: ['203.0.113.50'] }, () => ['192.0.2.1']),
    mayNot: () => '',
    unusable: '',
    switchedOff: '',
    log: {
      append(event) {
        written.push(event);
        return { sequence: 1, time: '', who: { login: '', user: '', ssh: '' }, previous: '', ...event };
      },
      head: () => '',
    },
    alone: (work) => work(),
    applyUpdates: async () => 'installed',
    ...parts,
  });
  return { handlers, done, written };
}

const quiet = (): void => {};

test('a ban is done and written down with its reason', async () => {
  const { handlers, done, written } = desk();
  expect(await handlers.ban(BAN, quiet)).toEqual({ text: 'banned' });
  expect(done).toEqual(['ban 203.0.113.9 60']);
  expect(written).toEqual([{ action: 'ban', what: '203.0.113.9', result: 'banned', why: 'scanning, nftables, 60 s' }]);
});

test.each([
  ['no address', { address: 'nonsense' }, 'is no address'],
  ['a part of an address', { address: '1.2.3' }, 'is no address'],
  ['a second', { seconds: 1 }, 'a ban lasts between'],
  ['ten years', { seconds: 10 * 366 * 86_400 }, 'a ban lasts between'],
  ['who is connected by SSH', { address: '192.0.2.1' }, 'is connected to sshd on this machine right now'],
  ['root’s allow list', { address: '203.0.113.50' }, 'is on your allow list'],
  ['a part of the Internet', { address: '9.0.0.0/8' }, 'is a large part of the Internet'],
  ['by a way that the helper has not', { banner: 'command edge' }, 'the helper has no way to ban called "command edge"'],
])('a ban of %s is refused, and that is written down', async (_, change, sentence) => {
  const { handlers, done, written } = desk();
  await expect(handlers.ban({ ...BAN, ...change }, quiet)).rejects.toThrow(sentence);
  expect(done).toEqual([]);
  expect(written).toMatchObject([{ action: 'ban', result: expect.stringContaining(sentence) }]);
});

test('the word bans in spite of a refusal, another word does not, and nothing helps a text that is no address', async () => {
  const { handlers, done, written } = desk();
  await expect(handlers.ban({ ...BAN, address: '192.0.2.1', word: 'yes' }, quiet)).rejects.toThrow('type anyway');
  await handlers.ban({ ...BAN, address: '192.0.2.1', word: 'anyway' }, quiet);
  await expect(handlers.ban({ ...BAN, address: 'x', word: 'anyway' }, quiet)).rejects.toThrow('is no address');
  expect(done).toEqual(['ban 192.0.2.1 60']);
  expect(written[1]).toMatchObject({ why: 'scanning, nftables, 60 s, forced' });
});

test('a viewer may look and let end what is over, nothing else', async () => {
  const { handlers, done, written } = desk({ mayNot: () => 'bob is a viewer here' });
  for (const work of [handlers.ban(BAN, quiet), handlers.unban(BAN, quiet), handlers['updates.apply']({ why: '', person: '' }, quiet)])
    await expect(work).rejects.toThrow('bob is a viewer here');
  expect(done).toEqual([]);
  expect(written.map(({ action, what }) => `${action} ${what}`)).toEqual([
    'refused ban 203.0.113.9',
    'refused unban 203.0.113.9',
    'refused update pending updates',
  ]);
  expect(await handlers.plan(BAN, quiet)).toEqual({ commands: ['nft add 203.0.113.9'], notes: [] });
  expect(await handlers.expire({ banner: 'nftables' }, quiet)).toEqual({ subjects: ['203.0.113.1'] });
});

test('what cannot be written down is not done', async () => {
  const full = (): never => {
    throw new Error('ENOSPC');
  };
  const { handlers, done } = desk({ log: { append: full, head: full } });
  await expect(handlers.ban(BAN, quiet)).rejects.toThrow('ENOSPC');
  expect(done).toEqual([]);
});

test('a configuration that does not count plans nothing and says why', async () => {
  const { handlers } = desk({ unusable: '/etc/secmon/config.yml does not count' });
  await expect(handlers.plan(BAN, quiet)).rejects.toThrow('does not count');
});

test('two processes never ban at the same time', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'secmon-lock-')), 'ban.lock');
  const order: string[] = [];
  let finish = (): void => {};
  const first = aloneWith(path)(async () => {
    order.push('first');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    order.push('first ends');
  });
  const second = aloneWith(path)(async () => void order.push('second'));
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'first ends', 'second']);
});

const USERS = {
  passwd: 'root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\nsecmon:x:990:990::/:/bin/false\n',
  group: 'adm:x:4:alice\nsecmon:x:990:bob\n',
};
const mayNot = (user: string, rules: { operators: string[]; viewers: string[] } | undefined, login = '', person = ''): string =>
  mayNotCall({ user, login, ssh: '' }, person, { rules, socketGroup: 'secmon', users: USERS });

test('where nobody is named, root and the group of the socket are operators', () => {
  for (const rules of [undefined, { operators: [], viewers: [] }]) {
    expect([mayNot('root', rules), mayNot('secmon', rules), mayNot('bob', rules)]).toEqual(['', '', '']);
    expect(mayNot('alice', rules)).toContain('alice is a viewer here: neither in the group secmon nor named');
    expect(mayNot('uid 7', rules)).toContain('uid 7 is a viewer here');
  }
});

test('where somebody is named only they are, by name or group, and becoming another user does not help a viewer', () => {
  const rules = { operators: ['@adm', 'secmon'], viewers: [] };
  expect([mayNot('alice', rules), mayNot('secmon', rules), mayNot('secmon', rules, 'alice')]).toEqual(['', '', '']);
  expect(mayNot('bob', rules)).toContain('bob is a viewer here: only operators named');
  expect(mayNot('root', rules)).toContain('root is a viewer here');
  expect(mayNot('secmon', rules, 'bob')).toContain('bob is a viewer here');
});

test('the service asks for who sits at its screen; nobody else can ask for another', () => {
  const rules = { operators: ['alice'], viewers: ['bob'] };
  expect(mayNot('secmon', rules, '', 'alice')).toBe('');
  expect(mayNot('secmon', rules, '', 'bob')).toContain('bob is a viewer here');
  expect(mayNot('secmon', rules, '', '')).toContain('secmon is a viewer here');
  expect(mayNot('bob', rules, '', 'alice')).toContain('bob is a viewer here');
});

test('for whom it was asked is written down', async () => {
  const { handlers, written } = desk();
  await handlers.ban({ ...BAN, person: 'alice' }, quiet);
  expect(written).toMatchObject([{ why: 'scanning, nftables, 60 s, for alice' }]);
});

test('the log names the proved user, and login and SSH client of its process; a process that is gone tells neither', () => {
  const files: Record<string, string> = {
    '/proc/7/environ': 'HOME=/\0SSH_CONNECTION=192.0.2.1 5000 192.0.2.2 22\0',
    '/proc/7/loginuid': '1000',
    '/etc/passwd': USERS.passwd,
  };
  const read = (path: string): string => files[path] ?? '';
  expect(whoCalls({ pid: 7, uid: 990 }, read)).toEqual({ user: 'secmon', login: 'alice', ssh: '192.0.2.1' });
  expect(whoCalls({ pid: 8, uid: 990 }, read)).toEqual({ user: 'secmon', login: '', ssh: '' });
});
