import { msg } from '../../lang/lang.ts';
import type { Severity } from '../../model/detection.ts';

/** One query of the pack: its rows are compared with those of the last run. */
export interface PackQuery {
  readonly name: string;
  readonly sql: string;
  /** Columns that tell one row from another. */
  readonly key: readonly string[];
  /** Columns for the subject. */
  readonly subject: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  readonly advice: string;
  /** Its rows are bad by themselves, the first run's too. */
  readonly isBadAlways: boolean;
}

const WEB_ROOTS = 20;

/** What is looked at on a web host. `webRoots` are put in as SQL texts; a quote in them is doubled. */
export function osqueryPack(webRoots: readonly string[]): readonly PackQuery[] {
  const roots = webRoots.slice(0, WEB_ROOTS);
  return roots.length === 0 ? HOST : [...HOST, webRootQuery(roots)];
}

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const webRootQuery = (roots: readonly string[]): PackQuery => ({
  name: 'web_root_files',
  sql: `SELECT path, mtime, size, uid, mode FROM file WHERE (${roots.map((root) => `path LIKE ${sqlText(`${root.replace(/\/+$/, '')}/%%`)}`).join(' OR ')}) AND type = 'regular' AND mtime > (SELECT unix_time FROM time) - 86400 LIMIT 2000`,
  key: ['path', 'mtime'],
  subject: ['path'],
  severity: 'medium',
  title: msg('a file of the web root was changed'),
  advice: msg('See who put it there: a deployment, or an upload. A script among uploads is a web shell.'),
  isBadAlways: false,
});

const HOST: readonly PackQuery[] = [
  {
    name: 'processes_without_file',
    sql: "SELECT pid, name, path, cmdline, uid FROM processes WHERE on_disk = 0 AND path <> '' LIMIT 500",
    key: ['name', 'path'],
    subject: ['name', 'path'],
    severity: 'high',
    title: msg('a process runs whose file is not on disk'),
    advice: msg(
      'Look what it is (ls -l /proc/PID/exe): after an update restart it; otherwise keep a copy of it and take the host off the network.',
    ),
    isBadAlways: true,
  },
  {
    name: 'listening_ports',
    sql: "SELECT DISTINCT l.port, l.protocol, l.address, p.name FROM listening_ports l LEFT JOIN processes p USING (pid) WHERE l.port > 0 AND l.address NOT LIKE '127.%' AND l.address <> '::1' LIMIT 1000",
    key: ['protocol', 'address', 'port', 'name'],
    subject: ['address', 'port', 'name'],
    severity: 'medium',
    title: msg('a new port is open to others'),
    advice: msg('See whether this service was put there on purpose; close it in the firewall otherwise.'),
    isBadAlways: false,
  },
  {
    name: 'users',
    sql: 'SELECT uid, username, shell, directory FROM users LIMIT 2000',
    key: ['uid', 'username', 'shell'],
    subject: ['username', 'uid', 'shell'],
    severity: 'high',
    title: msg('a new user, or a user with another shell'),
    advice: msg('See who made this account (auth.log: useradd, usermod); lock it otherwise (usermod -L).'),
    isBadAlways: false,
  },
  {
    name: 'root_users',
    sql: "SELECT username, uid, gid FROM users WHERE uid = 0 AND username <> 'root' LIMIT 100",
    key: ['username'],
    subject: ['username'],
    severity: 'critical',
    title: msg('a user other than root has the rights of root'),
    advice: msg('No package makes such an account: lock it and find out who made it.'),
    isBadAlways: true,
  },
  {
    name: 'crontab',
    sql: 'SELECT event, minute, hour, day_of_month, month, day_of_week, command, path FROM crontab LIMIT 1000',
    key: ['path', 'minute', 'hour', 'day_of_month', 'month', 'day_of_week', 'command'],
    subject: ['command', 'path'],
    severity: 'medium',
    title: msg('a new cron job'),
    advice: msg('See whether a package or a person put it there; what comes back after a break-in often does so by cron.'),
    isBadAlways: false,
  },
  {
    name: 'systemd_units',
    sql: "SELECT id, fragment_path, unit_file_state FROM systemd_units WHERE id LIKE '%.service' OR id LIKE '%.timer' LIMIT 2000",
    key: ['id', 'fragment_path'],
    subject: ['id', 'fragment_path'],
    severity: 'medium',
    title: msg('a new systemd unit'),
    advice: msg('See whether a package brought it (dpkg -S, rpm -qf); look what it starts otherwise.'),
    isBadAlways: false,
  },
  {
    name: 'authorized_keys',
    sql: 'SELECT u.username, k.key_file, k.algorithm, substr(k.key, -32) AS key_end, k.comment FROM users u CROSS JOIN authorized_keys k USING (uid) LIMIT 2000',
    key: ['username', 'key_file', 'key_end'],
    subject: ['username', 'comment', 'key_file'],
    severity: 'high',
    title: msg('a new key may log in'),
    advice: msg('See whose key it is; take it out of the file otherwise, and look at the logins since then.'),
    isBadAlways: false,
  },
  {
    name: 'suid_files',
    sql: 'SELECT path, username, permissions FROM suid_bin LIMIT 1000',
    key: ['path', 'permissions'],
    subject: ['path', 'username'],
    severity: 'high',
    title: msg('a new program that runs with the rights of its owner (SUID)'),
    advice: msg('See whether a package brought it (dpkg -S); take the bit away otherwise (chmod u-s).'),
    isBadAlways: false,
  },
];
