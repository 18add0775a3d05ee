import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCombinedParser } from '../../src/formats/combined.ts';
import type { Entry } from '../../src/model/entry.ts';
import { context } from './samples.ts';

const parser = createCombinedParser(context);
const parse = (line: string): Entry => {
  const result = parser.parse(line);
  if ('reason' in result) throw new Error(`${result.reason}: ${line}`);
  return result;
};
const TIME = '[02/Mar/2026:02:13:41 +0000]';
const line = (prefix: string, request = 'GET / HTTP/1.1', tail = '200 5 "-" "ua"'): string => `${prefix} ${TIME} "${request}" ${tail}`;

describe('the client', () => {
  it.each([
    ['1.2.3.4 - -', '1.2.3.4', '', ''],
    ['::1 - alice', '::1', 'alice', ''],
    ['::ffff:1.2.3.4 - -', '::ffff:1.2.3.4', '', ''],
    ['[2001:db8::1]:443 - -', '2001:db8::1', '', ''],
    ['unix: - -', 'unix:', '', ''],
    ['crawl.example.net - -', 'crawl.example.net', '', ''],
    ['1.2.3.4 - john doe', '1.2.3.4', 'john doe', ''],
    ['1.2.3.4 - ""', '1.2.3.4', '', ''],
    ['www.example.org:443 1.2.3.4 - bob', '1.2.3.4', 'bob', 'www.example.org'],
    ['www.example.org:443 crawl.example.net - -', 'crawl.example.net', '', 'www.example.org'],
    ['www.example.org 1.2.3.4 - abc123 -', '1.2.3.4', '', 'www.example.org'],
    ['10.9.9.9 1.2.3.4 - -', '1.2.3.4', '', '10.9.9.9'],
    ['web01 www.example.org 1.2.3.4 - -', '1.2.3.4', '', 'www.example.org'],
    ['198.51.100.1, 10.0.0.1 - -', '10.0.0.1', '', ''],
  ])('of "%s" is %s, its user "%s", the host "%s"', (prefix, address, user, host) => {
    expect(parse(line(prefix))).toMatchObject({ address, user, host });
  });

  it('cannot be faked by the user name', () => {
    expect(parse(line('crawl.example.net - 9.9.9.9 8.8.8.8')).address).toBe('crawl.example.net');
    const fake = `1.2.3.4 - x [01/Jan/2020:00:00:00 +0000] \\"GET /fake HTTP/1.1\\" 200 1 ${TIME} "GET /real HTTP/1.1" 404 5 "-" "-"`;
    expect(parse(fake)).toMatchObject({ address: '1.2.3.4', target: '/real', status: 404, timeMs: Date.UTC(2026, 2, 2, 2, 13, 41) });
  });

  it.each([
    'Sep 15 16:13:46 host nginx[2869]: 1.2.3.4 - -',
    'web-1  | 1.2.3.4 - -',
    '2026-03-02T02:13:41Z 1.2.3.4 - -',
    'some text in front',
  ])('is not guessed behind another head: %s', (prefix) => {
    expect(parser.parse(line(prefix))).toHaveProperty('reason');
  });

  it('comes from the last field, X-Forwarded-For, only when the peer is a trusted proxy', () => {
    const raw = line('10.0.0.1 - -', 'GET / HTTP/1.1', '200 5 "-" "ua" "9.9.9.9, 198.51.100.4, 10.0.0.2"');
    expect(parse(raw)).toMatchObject({ address: '10.0.0.1', forwardedFor: '9.9.9.9, 198.51.100.4, 10.0.0.2' });
    const behind = createCombinedParser({ ...context, isTrustedProxy: (address) => address.startsWith('10.') }).parse(raw);
    if ('reason' in behind) throw new Error(behind.reason);
    expect(behind.address).toBe('198.51.100.4');
    expect(raw.slice(behind.spans.address?.start, behind.spans.address?.end)).toBe('198.51.100.4');
  });
});

describe('the request line', () => {
  it.each([
    ['GET /a?b=c HTTP/1.1', 'GET', '/a?b=c', 'HTTP/1.1'],
    ['GET /a b c HTTP/1.1', 'GET', '/a b c', 'HTTP/1.1'],
    ['GET /old', 'GET', '/old', ''],
    ['GET  HTTP/1.1', 'GET', '', 'HTTP/1.1'],
    ['\\x16\\x03\\x01 \\x02', '', '\x16\x03\x01 \x02', ''],
    ['', '', '', ''],
    ['-', '', '', ''],
    ['GET', '', 'GET', ''],
    ['OPTIONS * HTTP/1.0', 'OPTIONS', '*', 'HTTP/1.0'],
    ['CONNECT example.org:443 HTTP/1.1', 'CONNECT', 'example.org:443', 'HTTP/1.1'],
    ['get /x HTTP/1.1', 'get', '/x', 'HTTP/1.1'],
    ['GET /\\"q\\" HTTP/1.1', 'GET', '/"q"', 'HTTP/1.1'],
    ['GET /x\\x0d\\x0aSet-Cookie: a HTTP/1.1', 'GET', '/x\r\nSet-Cookie: a', 'HTTP/1.1'],
    ['GET /"bare" 1 HTTP/1.1', 'GET', '/"bare" 1', 'HTTP/1.1'],
  ])('"%s" is %s %s %s', (request, method, target, protocol) => {
    expect(parse(line('1.2.3.4 - -', request))).toMatchObject({ method, target, protocol, status: 200, userAgent: 'ua' });
  });
});

describe('the rest', () => {
  it.each([
    ['200 5', { status: 200, bytes: 5, referer: '', userAgent: '' }],
    ['404 -', { status: 404, bytes: -1 }],
    ['- -', { status: 0, bytes: -1 }],
    ['200 5 "http://r/" "ua \\"q\\" \\\\"', { referer: 'http://r/', userAgent: 'ua "q" \\' }],
    ['200 5 "-" "-"', { referer: '', userAgent: '' }],
    ['200 5 "-" "bare "q"uotes"', { userAgent: 'bare "q"uotes' }],
    ['200 5 "-" "ua" "extra" 0.005 upstream', { userAgent: 'ua', forwardedFor: '' }],
    ['200 5 12345 0.1 "r" "ua"', { bytes: 5, referer: 'r', userAgent: 'ua' }],
    ['200 5 "only agent"', { referer: '', userAgent: 'only agent' }],
    ['200 5 "-" "cut off he', { userAgent: 'cut off he' }],
  ])('%s', (tail, expected) => {
    expect(parse(line('1.2.3.4 - -', 'GET / HTTP/1.1', tail))).toMatchObject(expected);
  });

  it('keeps a request that was cut at 64 KiB', () => {
    const cut = `1.2.3.4 - - ${TIME} "GET /${'a'.repeat(65_536)}`.slice(0, 65_536);
    expect(parse(cut)).toMatchObject({ address: '1.2.3.4', method: 'GET', status: 0 });
  });

  it.each([
    '',
    'x',
    '-',
    `${TIME}`,
    '1.2.3.4 - - [02/Mar/2026:25:13:41 +0000] "GET / HTTP/1.1" 200 5',
    line('1.2.3.4 - -', 'GET / HTTP/1.1', 'nothing'),
  ])('refuses "%s" with a reason', (text) => {
    expect(parser.parse(text)).toEqual({ reason: expect.stringMatching(/\w/) });
  });
});

it('reads back whatever nginx escapes', () => {
  const escaped = (text: string): string =>
    [...Buffer.from(text, 'utf8')]
      .map((byte) =>
        byte < 32 || byte > 126 || byte === 34 || byte === 92
          ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
      )
      .join('');
  const texts = fc
    .string({ unit: 'grapheme', minLength: 2 })
    .filter((text) => Buffer.from(text, 'utf8').toString('utf8') === text && !text.includes(' '));
  fc.assert(
    fc.property(texts, texts, texts, (target, referer, agent) => {
      const entry = parse(line('1.2.3.4 - -', `GET /${escaped(target)} HTTP/1.1`, `200 5 "${escaped(referer)}" "${escaped(agent)}"`));
      expect([entry.target, entry.referer, entry.userAgent]).toEqual([`/${target}`, referer, agent]);
    }),
  );
});
