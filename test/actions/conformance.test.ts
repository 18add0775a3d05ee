import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Banner } from '../../src/actions/banner.ts';
import { createCloudflare } from '../../src/actions/cloudflare.ts';
import { createFail2ban } from '../../src/actions/fail2ban.ts';
import { createLedger } from '../../src/actions/ledger.ts';
import { createNftables } from '../../src/actions/nftables.ts';
import { createNginxDeny } from '../../src/actions/nginx-deny.ts';
import { BanError, banSubject } from '../../src/actions/subject.ts';
import { createTemplate } from '../../src/actions/template.ts';
import { fakeCloudflare, fakeFail2ban, fakeNft, fakePrograms } from './fake-servers.ts';

const TOKEN = 'cf-secret-token';
const HOUR_S = 3_600;
const START_MS = Date.UTC(2026, 2, 2, 2);

/** One way to ban over a world of its own, whose clock the test moves. */
interface World {
  readonly banner: Banner;
  pass(seconds: number): void;
  /** Everything outside refuses from now on. */
  break(): void;
}

function world(
  make: (parts: { clock: { now(): number; monotonic(): number; after(): () => void }; folder: string }) => Omit<World, 'pass'>,
): () => World {
  return () => {
    let now = START_MS;
    const clock = { now: () => now, monotonic: () => now, after: () => () => {} };
    return {
      ...make({ clock, folder: mkdtempSync(join(tmpdir(), 'secmon-bans-')) }),
      pass(seconds) {
        now += seconds * 1000;
      },
    };
  };
}

const fail2banOf = (seconds: number) =>
  world(({ clock, folder }) => {
    const host = fakeFail2ban(clock.now, { seconds });
    const ledger = createLedger(join(folder, 'bans.json'));
    const banner = createFail2ban({ client: 'fail2ban-client', socket: '/run/f2b.sock', run: host.run, jail: 'secmon', ledger, clock });
    return { banner, break: () => host.breakWith({ code: 255, stderr: 'Permission denied to socket: /run/f2b.sock, (you must be root)' }) };
  });

const WORLDS: Readonly<Record<string, () => World>> = {
  'fail2ban, its jail shorter': fail2banOf(600),
  'fail2ban, its jail longer': fail2banOf(86_400),
  'fail2ban, its jail for ever': fail2banOf(-1),
  nftables: world(({ clock }) => {
    const host = fakeNft(clock.now);
    const banner = createNftables({ program: 'nft', table: 'secmon', run: host.run, clock });
    return { banner, break: () => host.breakWith({ code: 1, stderr: 'Operation not permitted (you must be root)' }) };
  }),
  command: world(({ clock, folder }) => {
    const host = fakePrograms();
    const ledger = createLedger(join(folder, 'bans.json'));
    const words = { ban: ['/usr/local/bin/block', '--ip={address}'], unban: ['/usr/local/bin/unblock', '{address}'] };
    return {
      banner: createTemplate({ name: 'edge', ...words, run: host.run, ledger, clock }),
      break: () => host.breakWith({ stderr: 'no' }),
    };
  }),
  'command that keeps the time': world(({ clock, folder }) => {
    const host = fakePrograms();
    const ledger = createLedger(join(folder, 'bans.json'));
    const words = { ban: ['/usr/local/bin/block', '{address}', '{seconds}'], unban: ['/usr/local/bin/unblock', '{address}'] };
    return {
      banner: createTemplate({ name: 'edge', ...words, run: host.run, ledger, clock }),
      break: () => host.breakWith({ stderr: 'no' }),
    };
  }),
  nginx: world(({ clock, folder }) => {
    const host = fakePrograms();
    const file = join(folder, 'deny.conf');
    const banner = createNginxDeny({ file, test: ['nginx', '-t'], reload: ['nginx', '-s', 'reload'], run: host.run, clock });
    return { banner, break: () => host.breakWith({ stderr: 'nginx: configuration file test failed' }) };
  }),
  cloudflare: world(({ clock }) => {
    const api = fakeCloudflare();
    const banner = createCloudflare({
      zone: 'a'.repeat(32),
      token: { reveal: () => TOKEN },
      api: 'https://api.example.org/v4',
      fetch: api.fetch,
      clock,
    });
    return { banner, break: () => api.breakWith(403) };
  }),
};

const four = banSubject('203.0.113.9');
const six = banSubject('2001:DB8:1:2::1');
const network = banSubject('2001:db8:1:2::ffff/64');

describe.each(Object.entries(WORLDS))('%s', (_, make) => {
  test.each([four, six, network])('bans for the time asked, lists, unbans: $text', async (subject) => {
    const { banner } = make();
    expect(await banner.list()).toEqual([]);
    expect(await banner.ban(subject, HOUR_S)).toContain(subject.text);
    const [ban, ...others] = await banner.list();
    expect(others).toEqual([]);
    expect(ban).toMatchObject({ subject: subject.text });
    expect(Math.abs((ban?.untilMs ?? 0) - START_MS - HOUR_S * 1000)).toBeLessThan(2_000);
    expect(await banner.unban(subject)).toContain(subject.text);
    expect(await banner.list()).toEqual([]);
  });

  test('a ban again begins its time anew; one that has ended can be ended again', async () => {
    const { banner, pass } = make();
    await banner.ban(four, HOUR_S);
    pass(1_800);
    await banner.ban(four, HOUR_S);
    const list = await banner.list();
    expect(list).toHaveLength(1);
    expect(list[0]?.untilMs ?? 0).toBeGreaterThan(START_MS + 5_000_000);
    await banner.unban(four);
    await expect(banner.unban(four)).resolves.toContain('203.0.113.9');
  });

  test('a ban ends by itself, others stay', async () => {
    const { banner, pass } = make();
    await banner.ban(four, HOUR_S);
    await banner.ban(six, 10 * HOUR_S);
    pass(HOUR_S + 1);
    await banner.expire();
    expect((await banner.list()).map(({ subject }) => subject)).toEqual(['2001:db8:1:2::1']);
  });

  test('the plan says exactly what is run, without anything that a shell would understand', async () => {
    const { banner } = make();
    const { commands } = await banner.plan(four, HOUR_S);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.join('\n')).toContain('203.0.113.9');
    expect([...commands, ...(await banner.unbanPlan(four))].join(' ')).not.toContain(TOKEN);
    expect(await banner.list()).toEqual([]);
  });

  test('a refusal outside is one sentence, without a secret', async () => {
    const { banner, break: breakIt } = make();
    breakIt();
    const error: unknown = await banner.ban(four, HOUR_S).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BanError);
    const { message } = error as Error;
    expect(message).toMatch(/^[^\n]{20,300}$/);
    expect(`${message} ${String((error as Error).cause)}`).not.toContain(TOKEN);
  });
});

test('a fail2ban jail keeps its own time, also when the ban fails half way', async () => {
  const host = fakeFail2ban(() => START_MS);
  const clock = { now: () => START_MS, monotonic: () => 0, after: () => () => {} };
  const failing = {
    ...host,
    run: async (argv: Parameters<typeof host.run>[0]) =>
      argv.includes('banip') && argv.includes('set') ? { code: 255, stdout: '', stderr: 'NOK' } : host.run(argv),
  };
  const banner = createFail2ban({ client: 'c', socket: 's', run: failing.run, jail: 'secmon', ledger: createLedger(undefined), clock });
  await expect(banner.ban(four, HOUR_S)).rejects.toThrow('fail2ban refused');
  expect((await host.run(['c', '-s', 's', 'get', 'secmon', 'bantime'])).stdout).toBe('600\n');
});

test('fail2ban takes networks where the action of the jail can', async () => {
  const can = (action: string, version: string) => {
    const { run } = fakeFail2ban(() => START_MS, { action, version });
    const clock = { now: () => START_MS, monotonic: () => 0, after: () => () => {} };
    return createFail2ban({ client: 'c', socket: 's', run, jail: 'secmon', ledger: createLedger(undefined), clock }).takesNetworks();
  };
  expect(await can('nftables-multiport', '1.0.2')).toBe(false);
  expect(await can('nftables-multiport', '1.1.1')).toBe(true);
  expect(await can('nftables-multiport', '1.2')).toBe(true);
  expect(await can('iptables-allports', '1.0.2')).toBe(true);
  expect(await can('iptables-ipset-proto6', '1.1.1')).toBe(false);
});

test('an nginx configuration that does not pass its test is put back', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'secmon-bans-')), 'deny.conf');
  const host = fakePrograms();
  const clock = { now: () => START_MS, monotonic: () => 0, after: () => () => {} };
  const banner = createNginxDeny({ file, test: ['nginx', '-t'], reload: ['true'], run: host.run, clock });
  await banner.ban(four, HOUR_S);
  const before = readFileSync(file, 'utf8');
  expect(before).toMatch(/^# Written by secmon.*\ndeny 203\.0\.113\.9; # secmon 2026-03-02T02:00:00\.000Z 2026-03-02T03:00:00\.000Z\n$/);
  host.breakWith({ stderr: 'nginx: [emerg] unexpected end of file' });
  await expect(banner.ban(six, HOUR_S)).rejects.toThrow('nginx -t ended with 1 and said: nginx: [emerg] unexpected end of file');
  expect(readFileSync(file, 'utf8')).toBe(before);
});
