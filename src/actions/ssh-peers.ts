import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { normalizeAddress, parseAddress } from '../net/address.ts';

/** One line of /proc/net/tcp or tcp6 (proc(5)). */
export interface TcpSocket {
  readonly localPort: number;
  /** Canonical address of the peer. */
  readonly peer: string;
  readonly state: 'listening' | 'established' | 'other';
  readonly inode: string;
}

const LINE =
  /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4} ([0-9A-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+)/;
const STATES: Readonly<Record<string, TcpSocket['state']>> = { '01': 'established', '0A': 'listening' };
const MOST_LINES = 200_000;

/** Reads the text of /proc/net/tcp or tcp6, as a little-endian kernel writes it; lines that are no socket are passed over. */
export function parseTcpTable(text: string): TcpSocket[] {
  return text.split('\n', MOST_LINES).flatMap((line): TcpSocket[] => {
    const found = LINE.exec(line);
    if (found === null) return [];
    const [, , port = '', peer = '', state = '', inode = ''] = found;
    return [{ localPort: Number.parseInt(port, 16), peer: addressOfHex(peer), state: STATES[state] ?? 'other', inode }];
  });
}

/** Words of 32 bits, each in the byte order of the machine: little-endian on everything that Node 20 is built for but s390x. */
function addressOfHex(hex: string): string {
  const bytes = Array.from({ length: hex.length / 2 }, (_, i) => {
    const place = (i >> 2) * 8 + (3 - (i & 3)) * 2;
    return Number.parseInt(hex.slice(place, place + 2), 16);
  });
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16));
  return normalizeAddress(groups.join(':'));
}

/** `Port` and `ListenAddress host:port` of an sshd_config(5). */
export function sshdPorts(text: string): number[] {
  return text.split('\n').flatMap((line) => {
    const [, keyword = '', value = ''] = /^\s*(port|listenaddress)[\s=]+"?([^\s"#]+)/i.exec(line) ?? [];
    const digits = keyword.toLowerCase() === 'port' ? value : (/^(?:\[[^\]]*\]|[^:]+):(\d{1,5})$/.exec(value)?.[1] ?? '');
    const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
    return port > 0 && port < 65_536 ? [port] : [];
  });
}

/** What {@link sshPeers} reads of the machine. */
export interface SshFacts {
  readonly sockets: readonly TcpSocket[];
  /** Ports that sshd's configuration names. */
  readonly configured: readonly number[];
  /** Inodes of the sockets that processes named sshd hold; empty where they may not be looked at. */
  readonly sshdInodes: ReadonlySet<string>;
}

const DEFAULT_PORT = 22;

/** Everybody connected to a port that sshd listens to. Where processes may not be looked at, the ports are those of its configuration and 22. */
export function sshPeers({ sockets, configured, sshdInodes }: SshFacts): readonly string[] {
  const listening = sockets.filter(({ state }) => state === 'listening');
  const named = new Set([DEFAULT_PORT, ...configured]);
  const ports = new Set(
    listening.filter(({ localPort, inode }) => named.has(localPort) || sshdInodes.has(inode)).map(({ localPort }) => localPort),
  );
  const peers = sockets.filter(({ state, localPort, inode }) => state === 'established' && (ports.has(localPort) || sshdInodes.has(inode)));
  return [...new Set(peers.map(({ peer }) => peer))].filter((peer) => parseAddress(peer) !== undefined);
}

/** The machine as it is now; what may not be read is left out. */
export function readSshFacts(root = '/'): SshFacts {
  const tables = ['tcp', 'tcp6'].map((name) => readText(`${root}proc/net/${name}`));
  const folder = `${root}etc/ssh/sshd_config.d`;
  const parts = namesIn(folder).filter((name) => name.endsWith('.conf'));
  const configs = [`${root}etc/ssh/sshd_config`, ...parts.map((name) => `${folder}/${name}`)];
  return {
    sockets: tables.flatMap(parseTcpTable),
    configured: configs.flatMap((path) => sshdPorts(readText(path))),
    sshdInodes: inodesOfSshd(`${root}proc`),
  };
}

/** OpenSSH 9.8 split its process in three; dropbear is the other server that is common. */
const SSHD = /^(?:sshd|sshd-session|sshd-auth|dropbear)$/;

function inodesOfSshd(proc: string): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const pid of namesIn(proc)) {
    if (!/^\d+$/.test(pid) || !SSHD.test(readText(`${proc}/${pid}/comm`).trim())) continue;
    for (const fd of namesIn(`${proc}/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`${proc}/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
}

const readText = (path: string): string => tryTo(() => readFileSync(path, 'utf8')) ?? '';
const namesIn = (path: string): readonly string[] => tryTo(() => readdirSync(path)) ?? [];
const linkOf = (path: string): string => tryTo(() => readlinkSync(path)) ?? '';

function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // Gone meanwhile, or not ours to read.
    return undefined;
  }
}
