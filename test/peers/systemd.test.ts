import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../e2e/tmux.ts';
import { noBox, openBox, type SystemdBox } from './systemd-box.ts';

const ROOT = join(import.meta.dirname, '../..');
const missing = noBox();
const CONFIGURATION = 'version: 1\nactions: { dry_run: false, nftables: {} }\nroles: { operators: [alice] }\n';
const LOG = '/var/log/nginx/access.log';

/** What the page tells to type, after the package is installed. */
function stepsOfThePage(): string {
  const page = readFileSync(join(ROOT, 'docs/service.md'), 'utf8');
  const block = /put in place what came with it:\n\n((?: {4}.*\n)+)/.exec(page)?.[1] ?? '';
  return block.replaceAll('sudo ', '').replace('$(npm root -g)', '/usr/local/lib/node_modules');
}

/** A line of an attack that happens now, and the command that writes it. */
const attack = (address: string): string =>
  `echo "${address} - - [$(date '+%d/%b/%Y:%H:%M:%S %z')] \\"GET /item?id=1%27%20UNION%20SELECT%20password%20FROM%20users-- HTTP/1.1\\" 404 512 \\"-\\" \\"curl/8\\"" >>${LOG}`;

describe.skipIf(missing !== '')(`the units under a systemd of their own${missing === '' ? '' : ` (NOT RUN: ${missing})`}`, () => {
  let box: SystemdBox;
  const journal = (): string => box.run('journalctl -u secmon -o cat --no-pager').out;
  const shown = (name: string): string => box.run(`systemctl show secmon -p ${name} --value`).out.trim();
  const isUp = (): boolean => shown('ActiveState') === 'active';
  const configure = (text: string): void => void box.run(`cat >/etc/secmon/config.yml <<'END'\n${text}END`);
  /** Types keys into the screen of alice, and resolves with what it shows then. */
  const screen = (expected: string, ...keys: readonly string[]): Promise<string> => {
    for (const key of keys) box.as('alice', `tmux send-keys ${key}`);
    let last = '';
    return eventually(`a screen with ${expected}`, () => {
      last = box.as('alice', 'tmux capture-pane -p').out;
      return last.includes(expected) && last;
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${last}`);
    });
  };

  beforeAll(async () => {
    box = await openBox();
    const packed = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', box.share], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const prefix = join(box.share, 'prefix');
    const install = [
      'install',
      '--global',
      '--prefix',
      prefix,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      join(box.share, packed.stdout.trim()),
    ];
    expect(spawnSync('npm', install, { cwd: box.share, encoding: 'utf8' })).toMatchObject({ status: 0 });
    box.run(
      `cp -a /run/share/prefix/. /usr/local/; useradd -m alice; useradd -m bob; install -d -g adm /var/log/nginx; install -m 640 -g adm /dev/null ${LOG}`,
    );
  });
  afterAll(() => box?.close());

  test('as the page tells: the service is ready, and its journal says what it found', async () => {
    const { out, code } = box.run(`set -e; USER=alice; ${stepsOfThePage()}`);
    expect({ out, code }).toMatchObject({ code: 0 });
    expect(shown('StatusText')).toMatch(/^watching \d+ sources?; lines read: \d+, incidents open: \d+$/);
    box.run(attack('198.51.100.7'));
    await eventually('the finding', () => journal().includes('198.51.100.7  sqli'));
    expect(box.run('stat -c "%A %U %G" /etc/secmon /run/secmon /var/lib/secmon').out).toBe(
      'drwxr-x--- root secmon\ndrwxr-x--- secmon secmon\ndrwx------ secmon secmon\n',
    );
    expect(box.run('journalctl -u secmon -p warning --no-pager -o cat | grep -v "^-- No"').out).toBe('');
  });

  test('it writes into its own folders alone', () => {
    const places = [
      '/etc',
      '/etc/secmon',
      '/usr',
      '/var/log',
      '/var/lib',
      '/run',
      '/home',
      '/root',
      '/var/lib/secmon',
      '/run/secmon',
      '/tmp',
    ];
    const probe = places.map((place) => `touch ${place}/probe 2>/dev/null && echo ${place} && rm ${place}/probe`).join('; ');
    const inside = `nsenter -t ${shown('MainPID')} -m -r setpriv --reuid secmon --regid secmon --init-groups sh -c '${probe}' 2>/dev/null`;
    expect(box.run(inside).out.trim().split('\n')).toEqual(['/var/lib/secmon', '/run/secmon', '/tmp']);
    expect(box.run('ls /tmp/probe').code).not.toBe(0);
  });

  test('a reload takes a new configuration, and keeps the old one when the new is wrong', async () => {
    const before = shown('MainPID');
    configure(CONFIGURATION);
    expect(box.run('systemctl reload secmon').code).toBe(0);
    await eventually('the reload', () => journal().includes('configuration and rules loaded again'));
    box.run('echo "themee: dark" >>/etc/secmon/config.yml; systemctl reload secmon');
    await eventually('the refusal', () => shown('StatusText').includes('nothing was reloaded'));
    expect(box.run('systemctl status --no-pager secmon').out).toContain('/etc/secmon/config.yml:4: themee');
    box.run("sed -i '$d' /etc/secmon/config.yml; systemctl reload secmon");
    await eventually('the status to be clean', () =>
      /^watching \d+ sources?; lines read: \d+, incidents open: \d+$/.test(shown('StatusText')),
    );
    expect([isUp(), shown('MainPID')]).toEqual([true, before]);
  });

  test('an operator in its group attaches, bans through the helper and takes evidence home; others are told why not', async () => {
    expect(box.as('bob', 'script -qec "secmon attach" /dev/null')).toMatchObject({
      code: 2,
      out: expect.stringContaining('sudo usermod -aG secmon USER'),
    });
    configure(CONFIGURATION);
    box.run('systemctl restart secmon');
    expect(box.run('secmon setup nftables --print --config /etc/secmon/config.yml | nft -f -').code).toBe(0);
    box.as('alice', 'tmux new-session -d -x 120 -y 34 "secmon; sleep 60"');
    await screen('alice has attached a screen, as operator');
    box.run(attack('198.51.100.8'));
    await screen('198.51.100.8');
    await screen('nft add element', 'e', 'b');
    await screen('nftables drops packets from 198.51.100.8', 'Enter');
    expect(box.run('nft list set inet secmon banned4').out).toContain('198.51.100.8');
    expect(box.run('tail -1 /var/lib/secmon-helper/audit.ndjson').out).toContain('for alice');
    await screen('SHA-256', 'Escape', 'X');
    expect(box.as('alice', 'cd .local/state/secmon/evidence/*/ && sha256sum --quiet -c SHA256SUMS && cat lines/access.log').out).toContain(
      '198.51.100.8',
    );
    expect(box.run('ls /var/lib/secmon').out).not.toContain('evidence');
    box.as('alice', 'tmux kill-server');
    expect(box.as('alice', 'secmon unban 198.51.100.8')).toMatchObject({ code: 0 });
    expect(box.as('bob', 'secmon ban 198.51.100.9').code).toBe(2);
  });

  test('rotated by logrotate, killed, or hanging: not a line is lost', async () => {
    box.run(
      'mkdir /etc/systemd/system/secmon.service.d; printf "[Service]\\nWatchdogSec=5\\nRestartSec=100ms\\nLoadCredential=pw:/etc/secmon/pw\\n" >/etc/systemd/system/secmon.service.d/test.conf; install -m 600 /dev/null /etc/secmon/pw; echo secret >/etc/secmon/pw',
    );
    box.run('systemctl daemon-reload; systemctl restart secmon');
    expect(box.run(`nsenter -t ${shown('MainPID')} -m -r cat /run/credentials/secmon.service/pw`).out).toBe('secret\n');
    box.run(
      `printf '${LOG} { rotate 2\\n create 640 root adm\\n }\\n' >/run/rotate; ${attack('198.51.100.20')}; logrotate -f /run/rotate; ${attack('198.51.100.21')}`,
    );
    await eventually('the lines around the rotation', () => journal().includes('198.51.100.20') && journal().includes('198.51.100.21'));
    // The last second is read again after a kill; a reload keeps what was read until now.
    const reloads = (): number => journal().match(/loaded again/g)?.length ?? 0;
    const before = reloads();
    box.run('systemctl reload secmon');
    await eventually('the reload', () => reloads() > before);
    box.run(`kill -9 ${shown('MainPID')}; ${attack('198.51.100.22')}`);
    await eventually('the line while it was dead', () => journal().includes('198.51.100.22'));
    box.run(`kill -STOP ${shown('MainPID')}; ${attack('198.51.100.23')}`);
    await eventually('the line while it hung', () => journal().includes('198.51.100.23'));
    // A machine that is slow may be taken for one that hangs.
    expect(Number(shown('NRestarts'))).toBeGreaterThanOrEqual(2);
    expect(journal().match(/198\.51\.100\.20 /g)).toHaveLength(1);
  });

  test('it stops in order before its time is over, and its socket goes with it', () => {
    expect(box.run('systemctl stop secmon').code).toBe(0);
    expect([shown('ActiveState'), shown('Result')]).toEqual(['inactive', 'success']);
    expect(box.run('ls /run/secmon').code).not.toBe(0);
  });
});
