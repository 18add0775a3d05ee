import { describe, expect, it } from 'vitest';
import { accessOf } from '../../src/checks/access.ts';
import { createWatchList, type WatchEvent } from '../../src/checks/watch-list.ts';
import type { Entry } from '../../src/model/entry.ts';
import { entry } from '../make.ts';

/** A Monday at noon, UTC. */
const NOON_MS = Date.UTC(2026, 2, 2, 12);
const HOUR_MS = 3_600_000;
const SETTINGS = { accounts: ['root', 'admin'], paths: ['/admin'], hours: ['mon-fri 07:00-20:00'] };

const list = (memory?: unknown, changes: Partial<typeof SETTINGS> = {}) =>
  createWatchList({ ...SETTINGS, ...changes }, { timeZone: 'UTC', memory });
const told = (events: readonly WatchEvent[]) =>
  events.map(
    ({ kind, place, text, isFirstEver, isGrave }) => `${kind} ${place}: ${text}${isFirstEver ? ' (ever)' : ''}${isGrave ? ' (grave)' : ''}`,
  );
const at = (address: string, timeMs = NOON_MS, live = true) => ({ actor: address, timeMs, live });
const admin = (fields: Partial<Entry> = {}): Entry => entry({ target: '/admin/users?page=2', status: 200, ...fields });
const sshd = (message: string, user: string): Entry =>
  entry({ kind: 'sshd', method: '', target: '', status: 0, message, user, program: 'sshd' });
const line = (message: string, program = ''): Entry => entry({ kind: 'application', method: '', target: '', status: 0, message, program });

describe('the watch list', () => {
  it('tells the first success of an address on a protected path, and no second one', () => {
    const watch = list();
    expect(told(watch.saw(admin(), at('192.0.2.1')))).toEqual(['first /admin: address 192.0.2.1 (ever)']);
    expect(watch.saw(admin(), at('192.0.2.1'))).toEqual([]);
    expect(told(watch.saw(admin(), at('203.0.113.9')))).toEqual(['first /admin: address 203.0.113.9']);
  });

  it('tells a new user there, too', () => {
    const watch = list();
    watch.saw(admin({ user: 'alice' }), at('192.0.2.1'));
    expect(told(watch.saw(admin({ user: 'mallory' }), at('192.0.2.1')))).toEqual(['first /admin: user mallory']);
  });

  it('learns from what was there before and tells nothing of it', () => {
    const watch = list();
    expect(watch.saw(admin(), at('192.0.2.1', NOON_MS - HOUR_MS, false))).toEqual([]);
    expect(watch.saw(admin(), at('192.0.2.1'))).toEqual([]);
    expect(told(watch.saw(admin(), at('203.0.113.9')))).toEqual(['first /admin: address 203.0.113.9']);
  });

  it('is grave where failures of the same actor went before', () => {
    const watch = list();
    watch.saw(admin(), at('192.0.2.1'));
    watch.saw(admin({ status: 403 }), at('203.0.113.9', NOON_MS - 60_000));
    expect(told(watch.saw(admin(), at('203.0.113.9')))).toEqual(['first /admin: address 203.0.113.9 (grave)']);
  });

  it('tells successes outside the usual hours, once an hour', () => {
    const watch = list();
    watch.saw(admin(), at('192.0.2.1'));
    const night = NOON_MS + 13 * HOUR_MS;
    expect(told(watch.saw(admin(), at('192.0.2.1', night)))).toEqual(['hours /admin: mon-fri 07:00-20:00']);
    expect(watch.saw(admin(), at('192.0.2.1', night + 60_000))).toEqual([]);
    expect(list(undefined, { hours: [] }).saw(admin(), at('192.0.2.1', night))).toHaveLength(1);
  });

  it('works on logins of sshd and of applications', () => {
    const watch = list();
    expect(told(watch.saw(sshd('Accepted publickey for root from 203.0.113.9 port 4242 ssh2', 'root'), at('203.0.113.9')))).toEqual([
      'first root: address 203.0.113.9 (ever)',
    ]);
    expect(watch.saw(sshd('Accepted publickey for alice from 203.0.113.9 port 4242 ssh2', 'alice'), at('203.0.113.9'))).toEqual([]);
    expect(told(watch.saw(line("login ok user='admin' ip=203.0.113.9"), at('203.0.113.9')))).toEqual([
      'first admin: address 203.0.113.9 (ever)',
    ]);
    expect(told(watch.saw(entry({ user: 'admin', target: '/x' }), at('198.51.100.4')))).toEqual(['first admin: address 198.51.100.4']);
  });

  it('tells changes of rights, whoever it is', () => {
    expect(told(list().saw(line("add 'bob' to group 'sudo'", 'usermod'), at('')))).toEqual([
      "rights bob: add 'bob' to group 'sudo' (grave)",
    ]);
    expect(list().saw(line("add 'bob' to group 'sudo'", 'usermod'), at('', NOON_MS, false))).toEqual([]);
  });

  it('remembers over a restart, and forgets who stayed away for ninety days', () => {
    const watch = list();
    watch.saw(admin(), at('192.0.2.1'));
    const memory = JSON.parse(JSON.stringify(watch.takeMemory()));
    expect(watch.takeMemory()).toBeUndefined();
    expect(list(memory).saw(admin(), at('192.0.2.1'))).toEqual([]);
    expect(told(list(memory, { hours: [] }).saw(admin(), at('192.0.2.1', NOON_MS + 91 * 24 * HOUR_MS)))).toEqual([
      'first /admin: address 192.0.2.1',
    ]);
    for (const odd of [null, 7, { places: 'x' }, { places: [['/admin', [['a']]], 5, [[]]] }])
      expect(list(odd).saw(admin(), at('192.0.2.1'))).toHaveLength(1);
  });

  it('keeps a bounded number of visitors', () => {
    const watch = list();
    for (let i = 0; i < 2_000; i++) watch.saw(admin(), at(`198.51.${i >> 8}.${i & 255}`));
    const { places } = watch.takeMemory() as { places: [string, unknown[]][] };
    expect(places[0]?.[1]).toHaveLength(500);
  });
});

describe('what a line says of access', () => {
  const protect = (path: string): boolean => path.startsWith('/admin');
  it.each<[string, Entry, string]>([
    ['a page below a protected path', admin(), 'path'],
    ['the login page below it, which everybody gets', admin({ target: '/admin/login/?next=/admin/' }), ''],
    ['a login there that worked', admin({ target: '/admin/login/?next=/admin/', method: 'POST', status: 302 }), 'path'],
    ['what the page looks like', admin({ target: '/admin/static/base.css' }), ''],
    ['being sent to the login', admin({ status: 302 }), ''],
    ['a refusal', admin({ status: 401 }), 'failure'],
    ['a request with a user', entry({ user: 'bob' }), 'account'],
    ['a request without', entry(), ''],
    ['sshd that lets in', sshd('Accepted password for root from 192.0.2.1 port 1 ssh2', 'root'), 'account'],
    ['sshd that does not', sshd('Failed password for root from 192.0.2.1 port 1 ssh2', 'root'), 'failure'],
    ['sshd otherwise', sshd('Server listening on :: port 22.', ''), ''],
    ['Django that lets in', line('User alice logged in successfully from 192.0.2.1'), 'account'],
    ['an application that does not', line("login failed user='admin' ip=192.0.2.1"), 'failure'],
    ['a role that is given', line('user=bob role changed from editor to admin by alice'), 'rights'],
    ['a superuser that is made', line('account=bob is_superuser=True set by alice'), 'rights'],
    ['a right that is refused', line('permission granted? denied for user=bob'), ''],
    ['a new account', line('new user: name=bob, UID=1002, GID=1002', 'useradd'), 'rights'],
    ['another line of that program', line('failed adding user', 'useradd'), ''],
    ['anything else', line('search q=login ok'), ''],
  ])('%s', (_, given, kind) => {
    expect(accessOf(given, protect)?.kind ?? '').toBe(kind);
  });

  it('takes time linear in the line', () => {
    expect(accessOf(line(`user=${'a '.repeat(50_000)}login`), protect)).toBeUndefined();
  });
});
