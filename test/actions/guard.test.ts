import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { type GuardFacts, refusalsOf } from '../../src/actions/guard.ts';
import { parseTcpTable, readSshFacts, sshdPorts, sshPeers } from '../../src/actions/ssh-peers.ts';
import { banSubject } from '../../src/actions/subject.ts';
import { guardFacts } from '../../src/engine/bans/guard-facts.ts';

const FACTS: GuardFacts = {
  sshPeers: ['198.51.100.50', '2001:db8:aaaa::7'],
  ownAddresses: ['192.0.2.1', '2001:db8:ffff::1'],
  allowed: [{ name: 'office', cidr: banSubject('198.18.0.0/24').cidr }],
  shared: [{ name: 'Googlebot', cidr: banSubject('66.249.64.0/20').cidr }],
  isPrivate: (address) => address.startsWith('10.'),
};

test.each([
  ['198.51.100.50', /198\.51\.100\.50 is connected to sshd on this machine right now/],
  ['198.51.100.0/24', /connected to sshd/],
  ['2001:db8:aaaa::/64', /2001:db8:aaaa::7 is connected to sshd/],
  ['192.0.2.1', /is an address of this machine/],
  ['2001:db8:ffff::/64', /is an address of this machine/],
  ['198.18.0.9', /is on your allow list \(office\)/],
  ['10.1.2.3', /is private/],
  ['66.249.64.7', /belongs to Googlebot/],
  ['66.249.0.0/16', /belongs to Googlebot/],
  ['9.0.0.0/15', /a large part of the Internet/],
  ['0.0.0.0/0', /a large part of the Internet/],
  ['2001:db9::/32', /a large part of the Internet/],
])('%s is refused', (text, reason) => {
  expect(refusalsOf(banSubject(text), FACTS).join('\n')).toMatch(reason);
});

test.each(['203.0.113.9', '203.0.0.0/16', '2001:db8:1:2::/64'])('nothing speaks against %s', (text) => {
  expect(refusalsOf(banSubject(text), FACTS)).toEqual([]);
});

test('the real lists hold Cloudflare, Googlebot, loopback and the allow list by name', () => {
  const facts = guardFacts({ networks: { office: ['203.0.113.0/24'] }, allow: ['office', '198.51.100.1'] }, () => []);
  const refused = (text: string): string => refusalsOf(banSubject(text), facts).join('\n');
  expect(refused('104.16.0.1')).toContain('Cloudflare');
  expect(refused('66.249.64.1')).toContain('Googlebot');
  expect(refused('127.0.0.1')).toMatch(/address of this machine[\s\S]*private/);
  expect(refused('203.0.113.9')).toContain('allow list (office)');
  expect(refused('198.51.100.1')).toContain('allow list (198.51.100.1)');
  expect(refused('198.51.100.2')).toBe('');
});

// As a Linux 6.1 kernel writes them (x86-64), addresses and inodes changed.
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18001 1 0000000000000000 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18002 1 0000000000000000 100 0 0 10 0
   2: 00000000:08AE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18003 1 0000000000000000 100 0 0 10 0
   3: 010200C0:0016 326433C6:C350 01 00000000:00000000 02:000A7214 00000000     0        0 18004 4 0000000000000000 20 4 30 10 -1
   4: 010200C0:0050 097100CB:C351 01 00000000:00000000 02:000A7214 00000000     0        0 18005 4 0000000000000000 20 4 30 10 -1
   5: 010200C0:08AE 0A7100CB:C352 01 00000000:00000000 02:000A7214 00000000     0        0 18006 4 0000000000000000 20 4 30 10 -1
   6: 010200C0:0016 0B7100CB:C353 06 00000000:00000000 02:000A7214 00000000     0        0 0 4 0000000000000000 20 4 30 10 -1
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 19001 1 0000000000000000 100 0 0 10 0
   1: B80D0120000000000000000001000000:0016 B80D0120AAAA00000000000007000000:C354 01 00000000:00000000 02:000A7214 00000000     0        0 19002 4 0000000000000000 20 4 30 10 -1
   2: 0000000000000000FFFF0000010200C0:0016 0000000000000000FFFF00003C6433C6:C355 01 00000000:00000000 02:000A7214 00000000     0        0 19003 4 0000000000000000 20 4 30 10 -1
`;

const SOCKETS = [...parseTcpTable(TCP), ...parseTcpTable(TCP6)];

test('who is connected to sshd is read from the kernel, IPv6 and mapped IPv4, too', () => {
  const peers = sshPeers({ sockets: SOCKETS, configured: [], sshdInodes: new Set() });
  expect(peers).toEqual(['198.51.100.50', '2001:db8:0:aaaa::7', '198.51.100.60']);
});

test('sshd on another port is known by its configuration, or by the process that holds the socket', () => {
  expect(sshPeers({ sockets: SOCKETS, configured: [2222], sshdInodes: new Set() })).toContain('203.0.113.10');
  expect(sshPeers({ sockets: SOCKETS, configured: [], sshdInodes: new Set(['18003']) })).toContain('203.0.113.10');
  expect(sshPeers({ sockets: SOCKETS, configured: [], sshdInodes: new Set(['18006']) })).toContain('203.0.113.10');
  expect(sshPeers({ sockets: SOCKETS, configured: [443], sshdInodes: new Set() })).not.toContain('203.0.113.9');
});

test('ports of sshd_config: comments, equal signs, listen addresses; nonsense is passed over', () => {
  const text =
    '#Port 1\nPort 2222\n  port=2200\nListenAddress 0.0.0.0:2022\nListenAddress [::]:2023\nListenAddress 10.0.0.1\nPort x\nPort 99999\n';
  expect(sshdPorts(text)).toEqual([2222, 2200, 2022, 2023]);
  expect(parseTcpTable('nonsense\n 0: zz\n')).toEqual([]);
});

test.skipIf(!existsSync('/proc/net/tcp'))('the tables of the kernel that runs here are read right', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const client = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  const [socket] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
  const { sockets } = readSshFacts();
  expect(sshPeers({ sockets, configured: [port], sshdInodes: new Set() })).toEqual(['127.0.0.2']);
  expect(sshPeers({ sockets, configured: [], sshdInodes: new Set() })).not.toContain('127.0.0.2');
  client.destroy();
  socket[0]?.destroy();
  server.close();
});
