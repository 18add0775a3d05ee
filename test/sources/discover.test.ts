import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DiscoverOptions, discoverLogs } from '../../src/sources/discover.ts';
import { temporaryFolder } from './collect.ts';

function machine(names: readonly string[]): string {
  const root = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), '');
  }
  return root;
}

async function discover(names: readonly string[], options: DiscoverOptions = {}) {
  const root = machine(names);
  const logs = await discoverLogs({ root, hasCommand: async () => true, ...options });
  return logs.map((log) => ({ ...log, where: 'path' in log ? log.path.slice(root.length + 1) : log.command }));
}

const denied = (names: readonly string[]) => async (path: string) => {
  if (names.some((name) => path.endsWith(name))) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
};

describe('discoverLogs', () => {
  it('finds the usual logs, titled, without rotated ones', async () => {
    const logs = await discover([
      'var/log/nginx/access.log',
      'var/log/nginx/access.log.1',
      'var/log/nginx/shop-access.log',
      'var/log/nginx/error.log',
      'var/log/nginx/access.log.2.gz',
      'var/log/apache2/other_vhosts_access.log',
      'var/log/httpd/access_log',
      'var/log/httpd/access_log-20260301',
      'var/log/caddy/site.log',
      'var/log/auth.log',
      'var/log/fail2ban.log',
      'var/log/syslog',
    ]);
    expect(logs.map(({ where, title }) => `${where}: ${title}`)).toEqual([
      'var/log/nginx/access.log: nginx access log',
      'var/log/nginx/shop-access.log: nginx access log',
      'var/log/nginx/error.log: nginx error log',
      'var/log/apache2/other_vhosts_access.log: Apache access log',
      'var/log/httpd/access_log: Apache access log',
      'var/log/caddy/site.log: Caddy log',
      'var/log/auth.log: login log',
      'var/log/fail2ban.log: fail2ban log',
    ]);
    expect(logs.every(({ readable, reason }) => readable && reason === '')).toBe(true);
  });

  it('takes from the journal what has no file', async () => {
    const journal = 'var/log/journal/0123456789abcdef/system.journal';
    const bare = await discover([journal]);
    expect(bare.map(({ where }) => where)).toEqual([
      'journalctl -f -n 1000 -o json --all -u ssh -u sshd -u nginx -u apache2 -u httpd -u caddy -u fail2ban',
    ]);
    const web = await discover([journal, 'var/log/nginx/access.log']);
    expect(web.at(-1)?.where).toBe('journalctl -f -n 1000 -o json --all -u ssh -u sshd -u fail2ban');
    expect(await discover([journal, 'var/log/auth.log'])).toHaveLength(1);
    expect(await discover([journal], { hasCommand: async () => false })).toEqual([]);
    expect(await discover([])).toEqual([]);
  });

  it('lists what it may not read, and why', async () => {
    const names = ['var/log/auth.log', 'var/log/fail2ban.log', 'var/log/nginx/access.log'];
    const logs = await discover(names, { check: denied(['auth.log', '/nginx']) });
    expect(logs.map(({ where, readable }) => [where, readable])).toEqual([
      ['var/log/nginx', false],
      ['var/log/auth.log', false],
      ['var/log/fail2ban.log', true],
    ]);
    expect(logs[0]?.reason).toMatch(/use sudo$/);
  });
});
