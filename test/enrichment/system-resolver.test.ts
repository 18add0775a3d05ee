import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReverseDns, type DnsVerdict } from '../../src/enrichment/reverse-dns.ts';
import { systemResolver } from '../../src/enrichment/system-resolver.ts';
import { createManualClock } from '../sources/manual-clock.ts';
import { startNameServer } from './name-server.ts';

const V6_NAME = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.1.0.8.4.0.6.8.4.1.0.0.2.ip6.arpa';
const RECORDS = {
  'PTR 1.66.249.66.in-addr.arpa': 'crawl-66-249-66-1.googlebot.com',
  'A crawl-66-249-66-1.googlebot.com': '66.249.66.1',
  [`PTR ${V6_NAME}`]: 'crawl-v6.googlebot.com',
  'AAAA crawl-v6.googlebot.com': '2001:4860:4801:10::1',
  'PTR 9.100.51.198.in-addr.arpa': 'crawl-66-249-66-1.googlebot.com',
};

describe('the resolver of this machine, against a real name server', () => {
  let nameServer: Awaited<ReturnType<typeof startNameServer>>;
  beforeAll(async () => {
    nameServer = await startNameServer(RECORDS, ['8.100.51.198.in-addr.arpa']);
  });
  afterAll(() => nameServer.close());

  it.each<[string, DnsVerdict]>([
    ['66.249.66.1', 'confirmed'],
    ['2001:4860:4801:10::1', 'confirmed'],
    ['198.51.100.9', 'denied'],
    ['198.51.100.7', 'denied'],
    ['198.51.100.8', 'unknown'],
  ])('lets %s be %s', async (address, expected) => {
    const clock = createManualClock();
    const verdict = new Promise((resolve) => {
      const dns = createReverseDns({
        resolver: systemResolver([nameServer.server]),
        clock,
        onVerdict(_, answer) {
          dns.close();
          resolve(answer);
        },
      });
      dns.ask({ address, crawler: 'Googlebot', hosts: ['googlebot.com', 'google.com'] });
    });
    clock.advance(100);
    expect(await verdict).toBe(expected);
  });
});
