import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPrefixTable } from '../../src/enrichment/prefix-table.ts';
import { parseAddress } from '../../src/net/address.ts';
import { cidrContains, parseCidr } from '../../src/net/cidr.ts';

/** Few leading bits vary, so that networks overlap. */
const v4 = fc.tuple(fc.constantFrom(10, 198), fc.nat(3), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));
const v6 = fc
  .tuple(fc.constantFrom('2001:db8', 'fd00:1'), fc.nat(3), fc.nat(65_535))
  .map(([head, a, b]) => `${head}:${a.toString(16)}::${b.toString(16)}`);
const address = fc.oneof(v4, v6);
const network = fc.oneof(
  fc.tuple(v4, fc.nat(32)).map(([text, bits]) => `${text}/${bits}`),
  fc.tuple(v6, fc.nat(128)).map(([text, bits]) => `${text}/${bits}`),
);

it('finds the smallest of the networks that hold an address', () => {
  fc.assert(
    fc.property(fc.array(network, { maxLength: 30 }), fc.array(address, { minLength: 1, maxLength: 10 }), (networks, addresses) => {
      const table = createPrefixTable(networks.map((text) => [text, text]));
      for (const text of addresses) {
        const parsed = parseAddress(text);
        if (parsed === undefined) throw new Error(text);
        const bits = (one: string | undefined): number => (one === undefined ? -1 : (parseCidr(one)?.prefixBits ?? -1));
        const holding = networks.filter((one) => {
          const cidr = parseCidr(one);
          return cidr !== undefined && cidrContains(cidr, parsed);
        });
        expect(bits(table.find(parsed))).toBe(Math.max(-1, ...holding.map(bits)));
        expect([...holding, undefined]).toContain(table.find(parsed));
      }
    }),
  );
});

it('takes the first of two values for one network, and leaves out what is none', () => {
  const table = createPrefixTable([
    ['nonsense', 'a'],
    ['198.51.100.7/24', 'b'],
    ['198.51.100.0/24', 'c'],
  ]);
  const found = parseAddress('198.51.100.200');
  expect(found && table.find(found)).toBe('b');
});
