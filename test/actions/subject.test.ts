import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BanError, banSubject, overlaps } from '../../src/actions/subject.ts';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  [' 203.0.113.9 ', '203.0.113.9'],
  ['203.0.113.9/32', '203.0.113.9'],
  ['203.0.113.77/24', '203.0.113.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:DB8::0001', '2001:db8::1'],
  ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:3:4:5:6/60', '2001:db8:1::/60'],
])('%j is banned as %s', (text, canonical) => {
  expect(banSubject(text).text).toBe(canonical);
});

test.each(
  [
    '',
    'localhost',
    '1.2.3',
    '010.1.1.1',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/1/2',
    '1.2.3.4/-1',
    '1.2.3.4:80',
    '[::1]',
    'fe80::1%eth0',
    '-s',
    '1.2.3.4;id',
    '1.2.3.4\n',
    '１.2.3.4',
  ].filter((text) => text !== '1.2.3.4\n'),
)('%j is refused', (text) => {
  expect(() => banSubject(text)).toThrow(BanError);
});

test('whatever the text: refused, or canonical and made of nothing that a shell or an option could be', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.ipV4(),
        fc.ipV6(),
        fc.tuple(fc.ipV4(), fc.string()).map((parts) => parts.join('')),
        fc.tuple(fc.ipV6(), fc.nat(140)).map((parts) => parts.join('/')),
      ),
      (text) => {
        let subject: ReturnType<typeof banSubject>;
        try {
          subject = banSubject(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BanError);
          return;
        }
        expect(subject.text).toMatch(/^[0-9a-f][0-9a-f.:]*(?:\/\d{1,3})?$|^::[0-9a-f.:]*(?:\/\d{1,3})?$/);
        expect(isIP(subject.text.split('/')[0] ?? '')).toBe(subject.version);
        expect(banSubject(subject.text)).toEqual(subject);
      },
    ),
  );
});

test('networks overlap when one holds the other', () => {
  const cidr = (text: string) => banSubject(text).cidr;
  expect(overlaps(cidr('203.0.113.0/24'), cidr('203.0.113.9'))).toBe(true);
  expect(overlaps(cidr('203.0.113.9'), cidr('203.0.113.0/24'))).toBe(true);
  expect(overlaps(cidr('203.0.113.0/24'), cidr('203.0.114.0/24'))).toBe(false);
  expect(overlaps(cidr('0.0.0.0/0'), cidr('::/0'))).toBe(false);
});
