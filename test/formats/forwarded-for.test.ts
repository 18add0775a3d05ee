import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientAddress } from '../../src/formats/forwarded-for.ts';

const isTrusted = (address: string): boolean => address.startsWith('10.') || address === '::1';

it.each([
  ['203.0.113.7', '9.9.9.9', '203.0.113.7', 'an untrusted peer proves nothing'],
  ['10.0.0.1', '', '10.0.0.1', 'no header'],
  ['10.0.0.1', '203.0.113.7', '203.0.113.7', 'one hop'],
  ['10.0.0.1', '9.9.9.9, 203.0.113.7', '203.0.113.7', 'what the client wrote itself stands further left'],
  ['10.0.0.1', '9.9.9.9, 203.0.113.7, 10.0.0.2, 10.0.0.3', '203.0.113.7', 'several proxies'],
  ['::1', '"[2001:db8::7]:4711"', '2001:db8::7', 'brackets, quotes and port'],
  ['10.0.0.1', '203.0.113.7:80', '203.0.113.7', 'a port'],
  ['10.0.0.1', '10.0.0.9, 10.0.0.2', '10.0.0.9', 'all trusted: the leftmost'],
  ['10.0.0.1', '203.0.113.7, unknown, 10.0.0.2', '10.0.0.2', 'an unknown hop ends the walk'],
  ['10.0.0.1', '<script>', '10.0.0.1', 'garbage'],
  ['10.0.0.1', '203.0.113.7,', '10.0.0.1', 'an empty last hop'],
])('of peer %s with "%s" is %s: %s', (peer, forwardedFor, expected) => {
  expect(clientAddress(peer, forwardedFor, isTrusted)).toBe(expected);
});

it('is the peer or a part of the header, whatever the header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (header) => {
      const client = clientAddress('10.0.0.1', header, isTrusted);
      return client === '10.0.0.1' || header.includes(client);
    }),
  );
  expect(clientAddress('10.0.0.1', '10.0.0.2,'.repeat(30_000), isTrusted)).toBe('10.0.0.1');
});
