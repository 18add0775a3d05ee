import { describe, expect, it } from 'vitest';
import { apacheError } from '../../src/formats/apache-error.ts';
import type { Format } from '../../src/formats/format.ts';
import { nginxError } from '../../src/formats/nginx-error.ts';
import { context, samplesOf } from './samples.ts';

const parse = (format: Format, line: string | undefined) => format.create(context).parse(line ?? '');
const nginx = (rest: string) => parse(nginxError, `2026/03/02 02:13:41 [error] 31#31: *7 ${rest}`);
const apache = (rest: string) => parse(apacheError, `[Mon Mar 02 02:13:41.5 2026] ${rest}`);

describe('nginx error log', () => {
  it('holds client, request, host and referrer', () => {
    expect(
      nginx(
        'open() "/x" failed (2: No such file or directory), client: 203.0.113.7, server: _, request: "GET /.env HTTP/1.1", host: "example.org:8080", referrer: "https://r/"',
      ),
    ).toMatchObject({
      kind: 'web-error',
      level: 'error',
      timeMs: Date.UTC(2026, 2, 2, 2, 13, 41),
      address: '203.0.113.7',
      method: 'GET',
      target: '/.env',
      protocol: 'HTTP/1.1',
      host: 'example.org',
      referer: 'https://r/',
      message: expect.stringMatching(/^open\(\)/),
    });
    expect(parse(nginxError, samplesOf('nginx_error')[6])).toMatchObject({ address: '2001:db8::5', target: '/a b' });
    expect(parse(nginxError, samplesOf('nginx_error')[7])).toMatchObject({ method: 'POST', target: '/api', host: 'example.org' });
  });

  it('tells no client when a path imitates another', () => {
    expect(
      nginx('open() "/x, client: 9.9.9.9, server: _" failed, client: 203.0.113.7, server: _, request: "GET /x HTTP/1.1"'),
    ).toMatchObject({ address: '' });
    expect(nginx('open() "/x" failed, client: 203.0.113.7, server: _, request: "GET /, client: 9.9.9.9, HTTP/1.1"')).toMatchObject({
      address: '',
    });
  });

  it('tells the client that nginx wrote itself, whatever the request says', () => {
    const line =
      'client sent invalid request while reading client request line, client: 203.0.113.7, server: , request: "GET /x, client: 9.9.9.9, server: _ HTTP/1.1"';
    expect(nginx(line)).toMatchObject({ address: '203.0.113.7', target: '/x, client: 9.9.9.9, server: _' });
  });

  it('without a client is still an entry', () => {
    expect(parse(nginxError, '2026/03/02 02:13:42 [notice] 1#1: signal process started')).toMatchObject({
      address: '',
      message: 'signal process started',
      level: 'notice',
    });
  });
});

describe('Apache error log', () => {
  it.each([
    ['[core:error] [pid 1:tid 2] [client 203.0.113.7:52134] AH1: text', '203.0.113.7', 'error', 'AH1: text', ''],
    ['[auth_basic:warn] [pid 1] [client ::1:40212] AH2: text, referer: http://r/', '::1', 'warn', 'AH2: text', 'http://r/'],
    ['[core:error] [pid 7] (13)Permission denied: [client 203.0.113.8:1] AH3', '203.0.113.8', 'error', 'AH3', ''],
    ['[error] [client ::1] File does not exist', '::1', 'error', 'File does not exist', ''],
    ['[mpm_event:notice] [pid 1:tid 2] AH4: ready', '', 'notice', 'AH4: ready', ''],
    [
      '[php:notice] [pid 1] [client 203.0.113.7:5] [client 9.9.9.9:1] from the client',
      '203.0.113.7',
      'notice',
      '[client 9.9.9.9:1] from the client',
      '',
    ],
  ])('%s', (rest, address, level, message, referer) => {
    expect(apache(rest)).toMatchObject({ kind: 'web-error', address, level, message, referer });
  });
});
