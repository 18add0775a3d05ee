import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, slowCrc32 } from '../../src/outputs/spool/crc32.ts';

test('both ways to a CRC-32 agree, and with its check value (CRC catalogue: "123456789" gives cbf43926)', () => {
  for (const sum of [crc32, slowCrc32]) expect(sum(Buffer.from('123456789')).toString(16)).toBe('cbf43926');
  fc.assert(fc.property(fc.uint8Array(), (bytes) => crc32(bytes) === slowCrc32(bytes)));
});
