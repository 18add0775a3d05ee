import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { cidrContains, createCidrSet, parseCidr } from '../../src/net/cidr.ts';

const contains = (cidr: string, address: string): boolean | undefined => {
  const parsed = parseCidr(cidr);
  return parsed && cidrContains(parsed, address);
};

describe('CIDR', () => {
  it('holds the addresses of its network and no others', () => {
    expect(contains('203.0.113.0/24', '203.0.113.255')).toBe(true);
    expect(contains('203.0.113.77/24', '203.0.113.1')).toBe(true);
    expect(contains('203.0.113.0/24', '203.0.114.0')).toBe(false);
    expect(contains('10.0.0.0/9', '10.128.0.0')).toBe(false);
    expect(contains('0.0.0.0/0', '255.1.2.3')).toBe(true);
    expect(contains('2001:db8::/33', '2001:db8:7fff::1')).toBe(true);
    expect(contains('2001:db8::/33', '2001:db8:8000::1')).toBe(false);
    expect(contains('198.51.100.7', '198.51.100.7')).toBe(true);
  });

  it('keeps IPv4 and IPv6 apart, mapped addresses counting as IPv4', () => {
    expect(contains('0.0.0.0/0', '::1')).toBe(false);
    expect(contains('203.0.113.0/24', '::ffff:203.0.113.9')).toBe(true);
    expect(contains('::ffff:203.0.113.0/120', '203.0.113.9')).toBe(true);
    expect(contains('203.0.113.0/24', 'example.org')).toBe(false);
  });

  it('refuses what is no network', () => {
    for (const text of ['', '/24', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '1.2.3.4/2x', '::1/129', 'a/8', '::ffff:1.2.3.4/40']) {
      expect(parseCidr(text)).toBeUndefined();
    }
  });
});

describe('createCidrSet', () => {
  it('names the entries that are invalid and keeps the rest', () => {
    const set = createCidrSet(['10.0.0.0/8', 'nonsense', '2001:db8::/32']);
    expect([set.size, set.invalid]).toEqual([2, ['nonsense']]);
    expect([set.contains('10.9.9.9'), set.contains('2001:db8::1'), set.contains('11.0.0.0'), set.contains('nonsense')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('answers as asking every network one by one does', () => {
    const network = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128)).map(([address, bits]) => `${address}/${bits}`);
    fc.assert(
      fc.property(fc.array(network), fc.oneof(fc.ipV4(), fc.ipV6()), (networks, address) => {
        const expected = networks.some((text) => contains(text, address) === true);
        expect(createCidrSet(networks).contains(address)).toBe(expected);
      }),
    );
  });

  it('holds bit by bit what the prefix says', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.nat(32), (base, address, bits) => {
        expect(contains(`${base}/${bits}`, address)).toBe(binary(base).slice(0, bits) === binary(address).slice(0, bits));
      }),
    );
  });
});

const binary = (address: string): string => (parseAddress(address)?.bytes ?? []).map((byte) => byte.toString(2).padStart(8, '0')).join('');
