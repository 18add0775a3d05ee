import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actorOf, normalizeAddress, parseAddress } from '../../src/net/address.ts';

describe('parseAddress', () => {
  it('reads addresses as logs write them', () => {
    const cases: [string, string][] = [
      ['198.51.100.7', '198.51.100.7'],
      ['198.51.100.7:5678', '198.51.100.7'],
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['[::1]', '::1'],
      ['[::1]:80', '::1'],
      ['fe80::1%eth0', 'fe80::1'],
      ['::ffff:198.51.100.7', '198.51.100.7'],
      ['[::ffff:c633:6407]:443', '198.51.100.7'],
      [' 198.51.100.7 ', '198.51.100.7'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ];
    for (const [text, canonical] of cases) expect(parseAddress(text)?.text).toBe(canonical);
  });

  it('refuses what is no address', () => {
    for (const text of [
      '',
      '-',
      'example.org',
      'unix:',
      '010.1.1.1',
      '127.1',
      '1.2.3.4.5',
      '1.2.3.4:99999999',
      '[::1',
      '[::1]x',
      '::1::',
      '0x7f.1',
    ]) {
      expect(parseAddress(text)).toBeUndefined();
    }
    expect(parseAddress('1'.repeat(100_000))).toBeUndefined();
  });

  it('gives bytes in network order', () => {
    expect(parseAddress('1.2.3.4')?.bytes).toEqual([1, 2, 3, 4]);
    expect(parseAddress('2001:db8::ff')?.bytes).toEqual([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]);
  });

  it('never throws, and its text is an address and its own canonical form', () => {
    const text = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV6().map((ip) => `[${ip}]:8080`),
      fc.ipV4().map((ip) => `::ffff:${ip}`),
    );
    fc.assert(
      fc.property(text, (some) => {
        const parsed = parseAddress(some);
        if (parsed === undefined) return;
        expect(isIP(parsed.text)).toBe(parsed.version);
        expect(parsed.bytes).toHaveLength(parsed.version === 4 ? 4 : 16);
        expect(normalizeAddress(parsed.text)).toBe(parsed.text);
      }),
    );
  });
});

describe('normalizeAddress', () => {
  it('leaves host names and sockets as they are', () => {
    expect(['scanner.example', 'unix:', ''].map(normalizeAddress)).toEqual(['scanner.example', 'unix:', '']);
  });
});

describe('actorOf', () => {
  it('takes IPv6 addresses of one /64 as one actor', () => {
    expect(actorOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(actorOf('2001:0DB8:1:2::ffff')).toBe('2001:db8:1:2::/64');
    expect(actorOf('::1')).toBe('::/64');
  });

  it('takes IPv4 addresses and host names alone', () => {
    expect(['198.51.100.7', '::ffff:198.51.100.7', 'scanner.example', ''].map(actorOf)).toEqual([
      '198.51.100.7',
      '198.51.100.7',
      'scanner.example',
      '',
    ]);
  });
});
