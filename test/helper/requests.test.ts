import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HELPER_VERSION, readReply, readRequest } from '../../src/helper/requests.ts';

const BAN = {
  version: HELPER_VERSION,
  type: 'ban',
  banner: 'fail2ban secmon',
  address: '203.0.113.9',
  seconds: 60,
  word: '',
  why: 'x',
  person: '',
};
const read = (value: unknown) => readRequest(JSON.stringify(value));

describe('a request', () => {
  test('of a known type with exactly its fields is understood', () => {
    const { version, ...request } = BAN;
    expect(version).toBe(HELPER_VERSION);
    expect(read(BAN)).toEqual({ request });
    expect(read({ version: HELPER_VERSION, type: 'banners' })).toEqual({ request: { type: 'banners' } });
  });

  test.each([
    ['a field too many', { ...BAN, socket: '/tmp/evil.sock' }],
    ['a field missing', { ...BAN, word: undefined }],
    ['a time in words', { ...BAN, seconds: '60' }],
    ['a fraction of a second', { ...BAN, seconds: 0.5 }],
    ['a name that could be an option or a path', { ...BAN, banner: '../x' }],
    ['three words as a name', { ...BAN, banner: 'fail2ban a b' }],
    ['a reason without end', { ...BAN, why: 'x'.repeat(501) }],
    ['no version', { ...BAN, version: undefined }],
    ['a list', [BAN]],
    ['null', null],
  ])('with %s is none', (_, value) => {
    expect(read(value)).toEqual({ problem: 'invalid' });
  });

  test('of a type or version that this helper does not know says so, so that the caller can tell why', () => {
    expect(read({ ...BAN, type: 'reboot' })).toEqual({ problem: 'unknown' });
    expect(read({ ...BAN, version: HELPER_VERSION + 1 })).toEqual({ problem: 'unknown' });
    expect(read({ ...BAN, type: 'constructor' })).toEqual({ problem: 'unknown' });
    expect(read({ ...BAN, type: '__proto__' })).toEqual({ problem: 'unknown' });
  });

  test('any text is either understood or refused, never thrown over', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `{"version":1,"type":"ban",${text.slice(1)}`),
        ),
        (line) => {
          const result = readRequest(line);
          expect('request' in result ? 'request' : result.problem).toMatch(/^(request|invalid|unknown)$/);
        },
      ),
    );
  });
});

test('a reply is read by the type of its request, with what may be missing', () => {
  expect(readReply('ban', { text: 'done' })).toEqual({ text: 'done' });
  expect(readReply('ban', { text: 1 })).toBeUndefined();
  expect(readReply('bans', { bans: [{ subject: '203.0.113.9' }, { subject: '::1', sinceMs: 1, untilMs: 2 }] })).toEqual({
    bans: [
      { subject: '203.0.113.9', sinceMs: undefined, untilMs: undefined },
      { subject: '::1', sinceMs: 1, untilMs: 2 },
    ],
  });
  expect(readReply('bans', { bans: [{ subject: '::1', command: 'x' }] })).toBeUndefined();
});
