import { isIP } from 'node:net';
import type { Span } from '../model/entry.ts';
import { addressSpan } from './draft.ts';
import { addressInText } from './text-address.ts';
import { userInText } from './text-user.ts';

/** Only this much of a message is searched. */
const MAX_SEARCHED = 4096;

/** Fixed words of a program, behind which it writes who talks to it. */
interface Mark {
  readonly before: string;
  /** The client may write words before this place (`last`) or behind it (`first`); else every such place has to name the same address. */
  readonly take?: 'first' | 'last';
}

/**
 * Where daemons name their peer, from their own documentation and message catalogues: Dovecot, Zimbra, vsftpd, SQL Server, netfilter's LOG target, Asterisk,
 * MySQL and MariaDB, PostgreSQL, Samba, Keycloak, pure-ftpd, endlessh, Monit, FreeRADIUS, OpenLDAP, Artifactory. The narrower ones first.
 */
const MARKS: readonly Mark[] = [
  { before: ', rip=', take: 'last' },
  { before: ';oip=', take: 'first' },
  { before: 'Client "', take: 'last' },
  { before: '[CLIENT: ', take: 'last' },
  { before: ' SRC=', take: 'first' },
  { before: 'RemoteAddress="IPV4/UDP/', take: 'last' },
  { before: 'RemoteAddress="IPV4/TCP/', take: 'last' },
  { before: 'RemoteAddress="IPV4/TLS/', take: 'last' },
  { before: 'RemoteAddress="IPV6/UDP/', take: 'last' },
  { before: "' failed for '", take: 'last' },
  { before: "'@'", take: 'last' },
  { before: 'remote host [ipv4:', take: 'last' },
  { before: 'remote host [ipv6:', take: 'last' },
  { before: '"remoteAddress": "ipv4:' },
  { before: '"remoteAddress": "ipv6:' },
  { before: 'ipAddress="' },
  { before: 'ipAddress=' },
  { before: ' for host "', take: 'first' },
  { before: '(?@', take: 'first' },
  { before: ' ACCEPT host=', take: 'first' },
  { before: "Client '", take: 'first' },
  { before: 'AUTH-ERROR: ', take: 'first' },
  { before: ' cli ', take: 'last' },
  { before: " host: '", take: 'last' },
  { before: '[Source: ', take: 'last' },
];

/** `needs`: a text without which the shape cannot be there; empty for shapes at the beginning, which are cheap. */
interface Shape {
  readonly needs: string;
  readonly shape: RegExp;
}

/** Shapes that fixed words alone do not tell; the address is the first group. Each is anchored by fixed words and bounded. */
const SHAPES: readonly Shape[] = [
  // BIND: `client @0x7f2c 192.0.2.1#4711 (name): …`
  { needs: 'client ', shape: /^(?:(?:[a-z-]{1,20}: ){0,3}|.{0,40})client (?:@0x[0-9a-f]{1,16} )?([0-9a-fA-F.:]{3,45})#\d{1,5}/d },
  // Dovecot's back ends: `pam(jane,192.0.2.1)`, `sql(jane,192.0.2.1,<session>)`
  { needs: ',', shape: /\b(?:pam|sql|ldap|passwd-file|passwd|shadow|static|lua|policy)\([^,()]{0,100},([0-9a-fA-F.:]{3,45})[,)]/d },
  // Packet filters as OPNsense and pfSense log them: `…,tcp,40,192.0.2.1,10.0.0.2,…`
  { needs: ',', shape: /,(?:tcp|udp|icmp|icmp6|igmp|ipv6-icmp),\d{1,6},([0-9a-fA-F.:]{3,45}),/d },
  // Suricata and Snort: `{TCP} 192.0.2.1:4711 -> 10.0.0.2:22`
  { needs: '} ', shape: /\{[A-Z0-9-]{2,12}\} ([0-9a-fA-F.:]{3,51}) -> /d },
  // OpenVPN: `192.0.2.1:4711 TLS Error: …`
  { needs: '', shape: /^([0-9a-fA-F.:]{3,45}):\d{1,5} /d },
  // cPanel: `192.0.2.1 - jane "POST /login/ HTTP/1.1" FAILED LOGIN`
  { needs: ' - ', shape: /^(?:(?:cpaneld|whostmgrd|webmaild)\] )?([0-9a-fA-F.:]{3,45}) - \S{1,100} "[A-Z]{3,7} /d },
  // Drupal's watchdog by syslog: `url|time|type|192.0.2.1|…`
  { needs: '|', shape: /^[^|]{0,200}\|\d{9,11}\|[^|]{0,40}\|([0-9a-fA-F.:]{3,45})\|/d },
  // PostgreSQL's csvlog: `…,"192.0.2.1:4711",65e1.3,…`
  { needs: ',"', shape: /,"([0-9a-fA-F.:]{3,51}):\d{1,5}",[0-9a-f]{1,16}\.[0-9a-f]{1,8},/d },
  // MIT Kerberos: `AS_REQ (8 etypes {18 17}) 192.0.2.1: CLIENT_NOT_FOUND`
  { needs: 'AS_REQ', shape: /\bAS_REQ \([^)]{1,80}\) ([0-9a-fA-F.:]{3,45}): /d },
  // ocserv: `worker[jane]: 192.0.2.1 failed authentication`
  { needs: '', shape: /^worker(?:\[[^\]]{0,60}\])?: ([0-9a-fA-F.:]{3,45}) /d },
  // Cowrie: `[HoneyPotSSHTransport,3,192.0.2.1] login attempt`
  { needs: 'HoneyPot', shape: /\[?HoneyPot\w{1,30},[^,\]]{1,20},([0-9a-fA-F.:]{3,45})\]/d },
  // FileZilla Server: `[FTP Session 3 192.0.2.1 jane] 530`
  { needs: 'Session ', shape: /\bSession \d{1,9} ([0-9a-fA-F.:]{3,45})[ \]]/d },
  // psad: `scan detected (nmap): 192.0.2.1 -> 10.0.0.2`
  { needs: '): ', shape: /\): ([0-9a-fA-F.:]{3,45}) -> /d },
  // NRPE: `Host 192.0.2.1 is not allowed to talk to us`
  { needs: '', shape: /^Host ([0-9a-fA-F.:]{3,45}) is not allowed /d },
  // TeamSpeak: `query from 5 192.0.2.1:4711 login failed`
  { needs: 'query from ', shape: /query from \d{1,9} ([0-9a-fA-F.:]{3,51}) /d },
  // OpenLDAP: `conn=1000 fd=14 ACCEPT from IP=192.0.2.1:4711 (IP=0.0.0.0:389)`
  { needs: 'ACCEPT from', shape: /^conn=\d{1,12} fd=\d{1,9} ACCEPT from IP=([0-9a-fA-F.:]{3,51}) /d },
  // PostgreSQL: `LOG:  connection received: host=192.0.2.1 port=4711`, behind its prefix
  {
    needs: 'connection received',
    shape: /^(?:\d{1,10}\] )?(?:\[unknown\]@\[unknown\] )?(?:LOG: {2})?connection received: host=([0-9a-fA-F.:]{3,45})/d,
  },
  // Artifactory: `[DENIED LOGIN] for client : jane / 192.0.2.1 [token]`
  { needs: ' for client : ', shape: /^(?:[\da-f ]{8,40}\] )?\[[A-Z ]{6,30}\] for client : .{0,300} \/ ([0-9a-fA-F.:]{3,45})(?= \[| ?$)/d },
  // Cisco's firewalls: `Deny tcp src outside:192.0.2.1/4711 dst inside:10.0.0.2/22`
  { needs: ' src ', shape: /^[A-Z][\w ]{2,60}? src [\w-]{1,40}:([0-9a-fA-F.:]{3,45})\/\d{1,5}/d },
  // Squid: `   120 192.0.2.1 TCP_DENIED/407 4021 CONNECT …`
  { needs: '/', shape: /^ {0,8}\d{1,9} ([0-9a-fA-F.:]{3,45}) [A-Z_]{3,40}\/\d{3} /d },
  // RabbitMQ: `accepting AMQP connection <0.711.0> (192.0.2.1:4711 -> 10.0.0.2:5672)`
  { needs: ' -> ', shape: /^(?:<[\d.]{3,30}> )?[A-Za-z ]{3,40} <[\d.]{3,30}> \(([0-9a-fA-F.:]{3,51}) -> /d },
  // LiteSpeed: `[T0] [192.0.2.1:4711#APVH_host]`, `[192.0.2.1:4711-H3:5E8-0#APVH_host]`
  { needs: '#', shape: /^(?:\d{1,9}\] )?(?:\[T\d{1,4}\] )?\[((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}[-#]/d },
  // PAN-OS, GLOBALPROTECT: the public address is the fifteenth column; a name with a comma stands in quotes
  { needs: ',GLOBALPROTECT,', shape: /^1,(?:(?:[^,"]{0,100}|"[^"]{0,200}"),){14}([0-9a-fA-F.:]{3,45}),/d },
  // DirectAdmin: `'192.0.2.1' 12 failed login attempts`
  { needs: ' failed login attempt', shape: /^'([0-9a-fA-F.:]{3,45})' \d{1,9} failed login attempts?\./d },
  // Nothing but words of which none is a name, then the address: `Failed login attempt. 192.0.2.1` (Bitwarden)
  {
    needs: '. ',
    shape:
      /^(?:(?:failed|invalid|unsuccessful|wrong|incorrect|rejected|denied|refused|login|logon|authentication|access|password|attempt|request)[ .]{1,2}){2,6}(?<=\. )([0-9a-fA-F.:]{3,45})\.?$/di,
  },
];

/** No place for an address looks otherwise: one scan spares lines without one all others. */
const ADDRESS_IN_TEXT = /\d\.\d{1,3}\.\d{1,3}\.\d|::[\da-f]|(?:[\da-f]{1,4}:){4}[\da-f]/i;

/** PostgreSQL's severity word and two spaces. */
const SEVERITY = /(?:FATAL|ERROR|LOG|DETAIL|WARNING): {2}$/;

/** Who a message of a daemon is about: the peer's address, and the account that it named. Both are ranges of `text`; nothing where that would be a guess. */
export function peerInText(text: string, from: number): { address?: Span; user?: Span } {
  const searched = text.length > from + MAX_SEARCHED ? text.slice(0, from + MAX_SEARCHED) : text;
  if (!ADDRESS_IN_TEXT.test(from === 0 ? searched : searched.slice(from))) return {};
  const address = marked(searched, from) ?? shaped(searched, from) ?? addressInText(searched, from) ?? enclosed(searched, from);
  if (address === undefined) return {};
  const user = userInText(searched, from);
  return user === undefined ? { address } : { address, user };
}

/** The peer behind a daemon's fixed words in lines that follow its first: Samba, Windows. */
export const peerBehindMark = (text: string, from: number): Span | undefined => marked(text.slice(0, from + MAX_SEARCHED), from);

function marked(text: string, from: number): Span | undefined {
  for (const { before, take } of MARKS) {
    let found: Span | undefined;
    let at = take === 'last' ? text.lastIndexOf(before) : text.indexOf(before, from);
    if (at < from) continue;
    for (; at >= from; at = take === undefined ? text.indexOf(before, at + 1) : -1) {
      const span = addressAt(text, at + before.length);
      if (span === undefined) continue;
      if (found !== undefined && text.slice(found.start, found.end) !== text.slice(span.start, span.end)) return undefined;
      found = span;
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

function shaped(text: string, from: number): Span | undefined {
  const message = text.slice(from);
  for (const { needs, shape } of SHAPES) {
    if (needs !== '' && !message.includes(needs)) continue;
    const range = shape.exec(message)?.indices?.[1];
    const span = range === undefined ? undefined : addressAt(text, from + range[0]);
    if (span !== undefined) return span;
  }
  return undefined;
}

/**
 * The peer in what PostgreSQL writes between time and message, as the operator asked for (`log_line_prefix`, `%h` or `%r`): the only address there, since
 * user and database in it are the client's words.
 */
export function peerInPrefix(text: string, prefix: Span): Span | undefined {
  return prefix.end - prefix.start < 300 && SEVERITY.test(text.slice(prefix.start, prefix.end)) ? only(text, prefix) : undefined;
}

const TOKEN = /(?<![\w.-])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F.:]{1,40})/g;

/** The address in a range, when it holds but one. */
function only(text: string, { start, end }: Span): Span | undefined {
  let found: Span | undefined;
  for (const token of text.slice(start, end).matchAll(TOKEN)) {
    const span = addressAt(text, start + token.index);
    if (span === undefined) continue;
    if (found !== undefined && text.slice(found.start, found.end) !== text.slice(span.start, span.end)) return undefined;
    found = span;
  }
  return found;
}

const ENCLOSED = /[[(]([0-9a-fA-F.:]{3,51})[\])]/g;
const MAX_ENCLOSED = 8;

/** `host.example[192.0.2.1]` (Postfix, Exim, ProFTPD, Sendmail, Cyrus), `host.example (192.0.2.1)`: the first, since names come behind. `([…])` is a name that the client gave itself. */
function enclosed(text: string, from: number): Span | undefined {
  let looked = 0;
  for (const found of text.slice(from).matchAll(ENCLOSED)) {
    looked += 1;
    if (looked > MAX_ENCLOSED) return undefined;
    const at = from + found.index;
    const span = text.charAt(at - 1) === '(' ? undefined : addressAt(text, at + 1);
    if (span !== undefined) return span;
  }
  return undefined;
}

const TEXT_OF_ADDRESS = /[0-9a-fA-F.:]{3,51}/y;

/** The bare address at `at`, without port, without `::ffff:` and without the full stop of a sentence. */
function addressAt(text: string, at: number): Span | undefined {
  TEXT_OF_ADDRESS.lastIndex = at;
  // TigerVNC sets the port off by two colons.
  const token =
    TEXT_OF_ADDRESS.exec(text)?.[0]
      .replace(/[.:]{1,51}$/, '')
      .replace(/^((?:\d{1,3}\.){3}\d{1,3})::\d{1,5}$/, '$1') ?? '';
  const mapped = /^::ffff:(?=\d{1,3}\.)/i.test(token) ? 7 : 0;
  const bare = addressSpan(text, at + mapped, at + token.length);
  return isIP(text.slice(bare.start, bare.end)) === 0 ? undefined : bare;
}
