import { describe, expect, it } from 'vitest';
import { accessOf } from '../../src/checks/access.ts';
import { createProtection } from '../../src/checks/protected-path.ts';
import { createWatchList, type WatchEvent } from '../../src/checks/watch-list.ts';
import { isRejection } from '../../src/formats/format.ts';
import { FORMATS } from '../../src/formats/index.ts';
import type { Entry } from '../../src/model/entry.ts';
import { context } from '../formats/samples.ts';
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
    const fail = (address: string, times: number) => {
      for (let i = 0; i < times; i++) watch.saw(admin({ status: 403 }), at(address, NOON_MS - 60_000 + i));
    };
    fail('203.0.113.9', 3);
    expect(told(watch.saw(admin(), at('203.0.113.9')))).toEqual(['first /admin: address 203.0.113.9 (grave)']);
    // A mistyped password or two.
    fail('203.0.113.10', 2);
    expect(told(watch.saw(admin(), at('203.0.113.10')))).toEqual(['first /admin: address 203.0.113.10']);
    fail('203.0.113.11', 3);
    expect(told(watch.saw(admin(), at('203.0.113.11', NOON_MS + 61 * 60_000)))).toEqual(['first /admin: address 203.0.113.11']);
  });

  it('sees a protected path however it is written, and no page of it behind one that everybody gets', () => {
    const written = [
      '/%61dmin/users',
      '//admin//users',
      '/x/../admin/users',
      '/ADMIN/users',
      '/admin;jsessionid=1/users',
      '/admin/static/..%2fusers',
      '/admin\\users',
      'http://shop.test/admin/users?x=1',
      '/admin/users.php/login',
      '/admin/index.php/static/x.css',
      '/admin/%ff/users',
      `${'/x/..'.repeat(400)}/admin/users`,
      '/admin',
    ];
    for (const target of written)
      expect([target, told(list().saw(admin({ target }), at('192.0.2.1')))]).toEqual([target, ['first /admin: address 192.0.2.1 (ever)']]);
    for (const target of [
      '/administrator',
      '/x/admin',
      '/admin/login/',
      '/admin/static/a.css',
      '/admin/jsi18n/',
      '/',
      '/admin/../x',
      '%',
      '/%2e%2e/%2e%2e',
    ])
      expect([target, list().saw(admin({ target }), at('192.0.2.1'))]).toEqual([target, []]);
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
  const protect = createProtection(['/admin', '/wp-admin']);
  it.each<[string, Entry, string]>([
    ['a page below a protected path', admin(), 'path'],
    ['the login page below it, which everybody gets', admin({ target: '/admin/login/?next=/admin/' }), ''],
    [
      'a form there that sends on, as it does after a wrong password, too',
      admin({ target: '/admin/login/?next=/admin/', method: 'POST', status: 302 }),
      '',
    ],
    ['a form there that comes back', admin({ target: '/admin/login/?next=/admin/', method: 'POST', status: 200 }), 'failure'],
    ['a login that is refused, wherever it is', entry({ target: '/api/login', method: 'POST', status: 401 }), 'failure'],
    ['a form of WordPress that comes back', entry({ target: '/wp-login.php', method: 'POST', status: 200 }), 'failure'],
    ['what visitors get of WordPress', admin({ target: '/wp-admin/admin-ajax.php', method: 'POST' }), ''],
    ['its other pages', admin({ target: '/wp-admin/users.php' }), 'path'],
    ["a browser's question before it shows who it is", admin({ method: 'OPTIONS', status: 204 }), ''],
    ['what the page looks like', admin({ target: '/admin/static/base.css' }), ''],
    ['being sent to the login', admin({ status: 302 }), ''],
    ['the question for a name', admin({ status: 401 }), ''],
    ['a name that is refused', admin({ status: 401, user: 'bob' }), 'failure'],
    ['a refusal', admin({ status: 403 }), 'failure'],
    ['a request with a user', entry({ user: 'bob' }), 'account'],
    ['a request without', entry(), ''],
    ['sshd that lets in', sshd('Accepted password for root from 192.0.2.1 port 1 ssh2', 'root'), 'account'],
    ['sshd that does not', sshd('Failed password for root from 192.0.2.1 port 1 ssh2', 'root'), 'failure'],
    [
      'sshd that says it again',
      sshd('message repeated 2 times: [ Failed password for root from 192.0.2.1 port 1 ssh2]', 'root'),
      'failure',
    ],
    ['sshd through PAM', sshd('error: PAM: Authentication failure for root from 192.0.2.1', 'root'), 'failure'],
    ['sshd otherwise', sshd('Server listening on :: port 22.', ''), ''],
    ['Django that lets in', line('User alice logged in successfully from 192.0.2.1'), 'account'],
    ['an application that does not', line("login failed user='admin' ip=192.0.2.1"), 'failure'],
    ['a role that is given', line('user=bob role changed from editor to admin by alice'), 'rights'],
    ['a superuser that is made', line('account=bob is_superuser=True set by alice'), 'rights'],
    ['sudo that is allowed', line('   alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/sh', 'sudo'), 'account'],
    [
      'sudo that is not',
      line('   alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh', 'sudo'),
      'failure',
    ],
    ['sudo for who may not', line('mallory : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh', 'sudo'), 'failure'],
    ['what PAM says of sudo', line('pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)', 'sudo'), ''],
    ['su that is allowed', line('(to root) alice on pts/0', 'su'), 'account'],
    ['su that is not', line('FAILED SU (to root) mallory on pts/0', 'su'), 'failure'],
    ['a user id that becomes that of root', line("change user 'bob' UID from '1001' to '0'", 'usermod'), 'rights'],
    [
      'a success whose client wants it to look like a failure',
      line('AXES: Successful login by {username: "admin", user_agent: "login failed"}'),
      'account',
    ],
    [
      'a failure whose client wants it to look like a success',
      line('AXES: New login failure by {username: "login ok", user_agent: "success"}'),
      'failure',
    ],
    ['a signal of Django', line('user_logged_in: admin from 203.0.113.9'), 'account'],
    ['somebody who logged in', line('admin logged in from 203.0.113.9'), 'account'],
    ['a login for somebody', line('Login successful for admin@example.org (203.0.113.9)'), 'account'],
    ['a login in fields', line('event=login user=admin success=true ip=203.0.113.9'), 'account'],
    ['a failure in fields', line('event=login user=admin success=false ip=203.0.113.9'), 'failure'],
    ['who is not logged in', line('User admin is not logged in'), 'failure'],
    ['a logout', line('User admin logged out successfully'), ''],
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

/** Lines as nginx 1.22, Debian 12's OpenSSH, sudo and shadow-utils, and Django 4.2 with django-axes write them; made for these tests. */
const LOGS: Readonly<Record<string, readonly string[]>> = {
  combined: [
    '192.0.2.10 - alice [02/Mar/2026:12:00:00 +0000] "GET /admin/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"',
    '192.0.2.10 - alice [02/Mar/2026:12:00:05 +0000] "GET /admin/orders/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:00 +0000] "GET /admin/ HTTP/1.1" 302 0 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:01 +0000] "GET /admin/login/?next=/admin/ HTTP/1.1" 200 2222 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:10 +0000] "POST /admin/login/?next=/admin/ HTTP/1.1" 200 2240 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:20 +0000] "POST /admin/login/?next=/admin/ HTTP/1.1" 200 2240 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:30 +0000] "POST /admin/login/?next=/admin/ HTTP/1.1" 200 2240 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:40 +0000] "POST /admin/login/?next=/admin/ HTTP/1.1" 302 0 "-" "Mozilla/5.0"',
    '203.0.113.9 - - [02/Mar/2026:12:01:41 +0000] "GET /admin/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"',
    '192.0.2.10 - alice [02/Mar/2026:23:30:00 +0000] "GET /admin/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"',
  ],
  syslog: [
    'Mar  2 12:00:00 web1 sshd[811]: Accepted publickey for root from 192.0.2.10 port 50122 ssh2: ED25519 SHA256:Zm9v',
    'Mar  2 12:05:00 web1 sshd[900]: Failed password for root from 203.0.113.9 port 40000 ssh2',
    'Mar  2 12:05:02 web1 sshd[900]: message repeated 2 times: [ Failed password for root from 203.0.113.9 port 40000 ssh2]',
    'Mar  2 12:05:05 web1 sshd[901]: Failed password for root from 203.0.113.9 port 40002 ssh2',
    'Mar  2 12:05:09 web1 sshd[902]: Accepted password for root from 203.0.113.9 port 40004 ssh2',
    'Mar  2 12:06:00 web1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx',
    'Mar  2 12:07:00 web1 useradd[1001]: new user: name=svc, UID=0, GID=0, home=/home/svc, shell=/bin/bash, from=/dev/pts/1',
    "Mar  2 12:08:00 web1 usermod[1002]: add 'bob' to group 'video'",
    'Mar  2 12:09:00 web1 su[1010]: (to root) mallory on pts/2',
  ],
  application: [
    '2026-03-02 12:00:00,123 INFO axes.handlers.database AXES: Successful login by {username: "admin", ip_address: "192.0.2.10", user_agent: "Mozilla/5.0"}',
    '2026-03-02 12:01:00,123 WARNING axes.handlers.database AXES: New login failure by {username: "admin", ip_address: "203.0.113.9", user_agent: "x"}. Created new record in the database.',
    '2026-03-02 12:02:00,123 INFO axes.handlers.database AXES: Successful login by {username: "admin", ip_address: "203.0.113.9", user_agent: "failed"}',
    '2026-03-02 12:03:00,123 INFO accounts.audit user=bob role changed from editor to admin by admin',
    '2026-03-02 12:04:00,123 ERROR django.request Internal Server Error: /admin/login/',
  ],
};

describe('the watch list over logs', () => {
  it.each<[string, readonly string[]]>([
    [
      'combined',
      [
        'first /admin: address 192.0.2.10, user alice (ever)',
        'first /admin: address 203.0.113.9 (grave)',
        'hours /admin: mon-fri 07:00-20:00',
      ],
    ],
    [
      'syslog',
      [
        'first root: address 192.0.2.10 (ever)',
        'first root: address 203.0.113.9 (grave)',
        'first root: user alice (ever)',
        'rights svc: new user: name=svc, UID=0, GID=0, home=/home/svc, shell=/bin/bash, from=/dev/pts/1 (grave)',
        "rights bob: add 'bob' to group 'video'",
        'first root: user mallory',
      ],
    ],
    [
      'application',
      [
        'first admin: address 192.0.2.10 (ever)',
        'first admin: address 203.0.113.9',
        'rights bob: accounts.audit user=bob role changed from editor to admin by admin (grave)',
      ],
    ],
  ])('%s', (id, expected) => {
    const watch = list();
    const parser = FORMATS.find((format) => format.id === id)?.create(context);
    const events = (LOGS[id] ?? []).flatMap((text) => {
      const parsed = parser?.parse(text);
      if (parsed === undefined || isRejection(parsed)) throw new Error(`not read: ${text}`);
      return told(watch.saw(parsed, at(parsed.address, parsed.timeMs ?? NOON_MS)));
    });
    expect(events).toEqual(expected);
  });
});
