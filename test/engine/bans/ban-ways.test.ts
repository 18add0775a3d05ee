import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLedger } from '../../../src/actions/ledger.ts';
import type { ActionSettings } from '../../../src/actions/settings.ts';
import { banSubject } from '../../../src/actions/subject.ts';
import { openBanners } from '../../../src/engine/bans/ban-ways.ts';
import { type HelperHandlers, serveConnection } from '../../../src/helper/server.ts';
import { fakeClock } from '../../alerts/samples.ts';

const never = () => new Promise<never>(() => {});

/** A helper with these ways to ban; what it was asked. */
async function helperWith(names: readonly string[]) {
  const asked: object[] = [];
  let listed = 0;
  const note =
    <T>(reply: T) =>
    async (request: object): Promise<T> => {
      asked.push(request);
      return reply;
    };
  const handlers: HelperHandlers = {
    async banners() {
      listed += 1;
      return { names };
    },
    status: note({ text: 'fine', takesNetworks: true }),
    plan: note({ commands: ['nft add'], notes: [] }),
    'unban.plan': note({ commands: ['nft delete'] }),
    ban: note({ text: 'banned' }),
    unban: note({ text: 'let in' }),
    bans: note({ bans: [{ subject: '203.0.113.9', sinceMs: undefined, untilMs: 5 }] }),
    expire: note({ subjects: [] }),
    'updates.apply': never,
  };
  const socket = join(mkdtempSync(join(tmpdir(), 'secmon-ways-')), 'h.sock');
  const server = createServer({ pauseOnConnect: true }, (connection) => {
    void serveConnection(connection, { proof: async () => ({ pid: 1, uid: 1 }), desk: async () => handlers });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { socket, asked, listed: () => listed, close: () => server.close() };
}

const open = (settings: Partial<ActionSettings>, { uid = 1000, exists = true } = {}) => {
  const said: string[] = [];
  const clock = fakeClock();
  const banners = openBanners(
    {
      settings: { dry_run: false, commands: {}, ...settings },
      ledger: createLedger(undefined),
      clock,
      run: async (argv) => {
        said.push(argv.join(' '));
        return { code: 0, stdout: 'Jail list: sshd', stderr: '' };
      },
    },
    { uid, exists: () => exists },
  );
  return { banners, said, clock };
};

test('who is not root asks the helper for everything, with the word and the reason', async () => {
  const { socket, asked, close } = await helperWith(['fail2ban sshd', 'fail2ban secmon', 'nftables']);
  const { banners, said } = open({ helper: socket });
  const all = await banners.all();
  expect(all.map(({ name }) => name)).toEqual(['fail2ban secmon', 'fail2ban sshd', 'nftables']);
  const subject = banSubject('203.0.113.9');
  const banner = await banners.named('nftables');
  expect(await banner?.ban(subject, 60, { word: 'anyway', why: 'x'.repeat(900), person: 'alice' })).toBe('banned');
  expect(await banner?.unban(subject, { why: 'enough', person: '' })).toBe('let in');
  expect(await banner?.unbanPlan(subject)).toEqual(['nft delete']);
  expect(await banner?.list()).toEqual([{ subject: '203.0.113.9', sinceMs: undefined, untilMs: 5 }]);
  expect(asked).toEqual([
    { banner: 'nftables', address: '203.0.113.9', seconds: 60, word: 'anyway', why: 'x'.repeat(500), person: 'alice' },
    { banner: 'nftables', address: '203.0.113.9', why: 'enough', person: '' },
    { banner: 'nftables', address: '203.0.113.9' },
    { banner: 'nftables' },
  ]);
  expect(said).toEqual([]);
  close();
});

test('a dry run asks the helper for its plan alone', async () => {
  const { socket, asked, close } = await helperWith(['nftables']);
  const { banners } = open({ helper: socket, dry_run: true });
  const [banner] = await banners.all();
  expect(await banner?.ban(banSubject('203.0.113.9'), 60)).toContain('dry run, nothing was done; it would be: nft add');
  expect(asked).toEqual([{ banner: 'nftables', address: '203.0.113.9', seconds: 60 }]);
  close();
});

test('who configured nftables alone gets that alone; a jail that was asked for stands first, so that it is said when it does not run', async () => {
  const { socket, close } = await helperWith(['fail2ban sshd', 'nftables']);
  const namesOf = async (settings: Partial<ActionSettings>) =>
    (await open({ helper: socket, ...settings }).banners.all()).map(({ name }) => name);
  expect(await namesOf({ nftables: { program: 'nft', table: 'secmon' } })).toEqual(['nftables']);
  const fail2ban = { client: 'fail2ban-client', socket: '/run/x', jail: 'nojail' };
  expect(await namesOf({ fail2ban })).toEqual(['fail2ban nojail', 'fail2ban sshd']);
  close();
});

test.each([
  ['root', {}, { uid: 0 }],
  ['a user on a host without a helper', {}, { exists: false }],
  ['a user who switched it off', { helper: 'off' }, {}],
])('%s runs the programs without it', async (_, settings, here) => {
  const { banners, said } = open(settings, here);
  expect((await banners.all()).map(({ name }) => name)).toEqual(['fail2ban sshd']);
  expect(said).toEqual(['fail2ban-client -s /var/run/fail2ban/fail2ban.sock status']);
});

test('a helper that does not answer is said where a ban is made, and not every few minutes', async () => {
  const { banners } = open({ helper: '/nonexistent/h.sock' });
  const [banner] = await banners.all();
  await expect(banner?.health()).rejects.toThrow('there is no helper at /nonexistent/h.sock');
  expect(await banner?.expire()).toEqual([]);
});

test('the ways to ban are asked for once in a while, not at every key', async () => {
  const { socket, listed, close } = await helperWith(['nftables']);
  const { banners, clock } = open({ helper: socket });
  for (let i = 0; i < 5; i++) await banners.all();
  expect(listed()).toBe(1);
  clock.advance(20_000);
  await banners.all();
  expect(listed()).toBe(2);
  close();
});
