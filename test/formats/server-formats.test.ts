import { describe, expect, it } from 'vitest';
import { awsAlb } from '../../src/formats/aws-alb.ts';
import { csv } from '../../src/formats/csv.ts';
import { django } from '../../src/formats/django.ts';
import { type Format, isRejection, type LineParser } from '../../src/formats/format.ts';
import { haproxy } from '../../src/formats/haproxy.ts';
import { json } from '../../src/formats/json-formats.ts';
import { modsecurity } from '../../src/formats/modsecurity.ts';
import { proxyManager } from '../../src/formats/proxy-manager.ts';
import { createSourceParser } from '../../src/formats/source-parser.ts';
import { syslog } from '../../src/formats/syslog.ts';
import { traefikClf } from '../../src/formats/traefik-clf.ts';
import { cloudFront, iis } from '../../src/formats/w3c.ts';
import type { Entry } from '../../src/model/entry.ts';
import { context, samplesOf } from './samples.ts';

function entryOf(parser: LineParser, line: string): Entry {
  const entry = parser.parse(line);
  if (isRejection(entry)) throw new Error(`${line}: ${entry.reason}`);
  return entry;
}
const parse = (format: Format, line: string): Entry => entryOf(format.create(context), line);
const rejects = (format: Format, line: string): boolean => isRejection(format.create(context).parse(line));
const at = (iso: string): number => Date.parse(iso);

describe('W3C extended', () => {
  const HEADER = '#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs-username cs(User-Agent) sc-status sc-bytes time-taken';
  const create = (): LineParser => {
    const parser = iis.create(context);
    entryOf(parser, HEADER);
    return parser;
  };

  it('takes each column from where the header says it stands', () => {
    const entry = entryOf(
      create(),
      '2026-03-02 02:13:41 203.0.113.9 GET /a.aspx id=1%27+or+1=1 - sqlmap/1.8+(https://sqlmap.org) 500 1208 31',
    );
    expect(entry).toMatchObject({ kind: 'http', timeMs: at('2026-03-02T02:13:41Z'), address: '203.0.113.9', method: 'GET' });
    expect(entry).toMatchObject({
      target: '/a.aspx?id=1%27+or+1=1',
      userAgent: 'sqlmap/1.8 (https://sqlmap.org)',
      status: 500,
      bytes: 1208,
      durationMs: 31,
    });
    expect(entry.user).toBe('');
  });

  it('follows a header that changes in the middle of the log', () => {
    const parser = create();
    entryOf(parser, '#Fields: date time cs-method cs-uri-stem c-ip sc-status');
    expect(entryOf(parser, '2026-03-02 02:13:41 POST /x 198.51.100.1 404')).toMatchObject({
      address: '198.51.100.1',
      target: '/x',
      status: 404,
    });
  });

  it('reads what IIS writes by itself when its header was never seen', () => {
    const line = '2026-03-02 02:13:41 10.0.0.4 GET /default.htm - 443 - 203.0.113.9 curl/8.5.0 - 200 0 0 12';
    expect(parse(iis, line)).toMatchObject({
      address: '203.0.113.9',
      target: '/default.htm',
      userAgent: 'curl/8.5.0',
      status: 200,
      durationMs: 12,
    });
    expect(parse(iis, line.replace(' - 200', ' 200'))).toMatchObject({ address: '203.0.113.9', userAgent: 'curl/8.5.0', status: 200 });
  });

  it('refuses a row of another number of columns: a client that smuggles a space in moves no column', () => {
    expect(isRejection(create().parse('2026-03-02 02:13:41 203.0.113.9 GET /a b 200 - - x 200 10 3'))).toBe(true);
    expect(rejects(iis, '2026-03-02 02:13:41 ERROR something else')).toBe(true);
  });

  it('reads CloudFront, with or without its header', () => {
    const [, , first = '', ,] = samplesOf('cloudfront');
    const entry = parse(cloudFront, first);
    expect(entry).toMatchObject({
      address: '159.65.224.212',
      host: 'fale.io',
      target: '/index.xml',
      status: 304,
      bytes: 708,
      durationMs: 14,
    });
    expect(entry.userAgent).toContain('NewsBlur Feed Fetcher - 1 subscriber - http');
    expect(parse(cloudFront, first).timeMs).toBe(at('2019-06-03T08:53:51Z'));
  });
});

describe('HAProxy', () => {
  const line = (request: string, captures = ''): string =>
    `203.0.113.9:40112 [02/Mar/2026:02:13:41.101] fe~ be/web1 0/0/1/8/+9 404 +187 - - ---- 1/1/0/0/0 0/0 ${captures}"${request}"`;

  it('takes client, time, status and request, alone and behind syslog', () => {
    const entry = parse(haproxy, line('GET /a?b=c HTTP/1.1'));
    expect(entry).toMatchObject({
      address: '203.0.113.9',
      status: 404,
      bytes: 187,
      durationMs: 9,
      method: 'GET',
      target: '/a?b=c',
      protocol: 'HTTP/1.1',
    });
    expect(entry.timeMs).toBe(at('2026-03-02T02:13:41.101Z'));
    const carried = parse(syslog, `<134>Mar  2 02:13:41 lb haproxy[14389]: ${line('GET /a HTTP/1.1')}`);
    expect(carried).toMatchObject({ kind: 'http', address: '203.0.113.9', target: '/a', program: 'haproxy' });
  });

  it('undoes its way of writing quotes and braces', () => {
    expect(parse(haproxy, line('GET /a?b=#22#7B1#7D HTTP/1.1')).target).toBe('/a?b="{1}');
  });

  it('knows captured headers by their looks', () => {
    expect(parse(haproxy, line('GET / HTTP/1.1', '{shop.example|Mozilla/5.0 (X11)|https://a.example/|192.0.2.1} {} '))).toMatchObject({
      host: 'shop.example',
      userAgent: 'Mozilla/5.0 (X11)',
      referer: 'https://a.example/',
      forwardedFor: '192.0.2.1',
    });
  });

  it('refuses what is no such line', () => {
    for (const other of ['Connect from 10.0.1.2:33312 to 10.0.3.31:8012 (www/HTTP)', line('x').replace(' 404 ', ' 4o4 '), ''])
      expect(rejects(haproxy, other)).toBe(true);
  });
});

describe('an AWS load balancer', () => {
  const [plain = '', tls = '', failed = '', classic = ''] = samplesOf('aws_alb');

  it('takes client, times, the balancer’s own status, and the path without the host', () => {
    expect(parse(awsAlb, plain)).toMatchObject({
      address: '192.168.131.39',
      status: 200,
      bytes: 366,
      durationMs: 1,
      host: 'www.example.com',
      target: '/',
      userAgent: 'curl/7.46.0',
    });
    expect(parse(awsAlb, tls).durationMs).toBe(171);
    expect(parse(awsAlb, failed).status).toBe(502);
    expect(parse(awsAlb, classic)).toMatchObject({
      address: '192.168.131.39',
      timeMs: at('2015-05-13T23:39:43.945Z'),
      status: 200,
      bytes: 29,
    });
  });

  it('keeps a quote in target and user agent inside', () => {
    const entry = parse(awsAlb, plain.replace('/ HTTP/1.1', '/?a=\\"b HTTP/1.1').replace('curl/7.46.0', 'a\\" \\"b'));
    expect(entry).toMatchObject({ target: '/?a="b', userAgent: 'a" "b' });
  });

  it('refuses what is no such line', () => {
    for (const other of [plain.replace('192.168.131.39:2817 ', ''), plain.slice(0, 60), 'http '.repeat(100)])
      expect(rejects(awsAlb, other)).toBe(true);
  });
});

describe('Nginx Proxy Manager', () => {
  it('takes the client in brackets, and both of its formats', () => {
    const [proxied = '', cached = '', standard = ''] = samplesOf('nginx_proxy_manager');
    expect(parse(proxyManager, proxied)).toMatchObject({
      address: '105.172.143.112',
      status: 200,
      bytes: 102,
      method: 'GET',
      host: 'planils-api.sonils.co.ao',
      target: '/api/portal/notifications/count',
      referer: 'https://portaldocliente.sonils.co.ao/',
    });
    expect(parse(proxyManager, cached)).toMatchObject({ status: 304, address: '203.0.113.9', target: '/static/app.js' });
    expect(parse(proxyManager, standard)).toMatchObject({ status: 404, target: '/.env?x="y', userAgent: 'curl/8.5.0' });
  });

  it('is not misled by a target that looks like its own brackets', () => {
    const [, , standard = ''] = samplesOf('nginx_proxy_manager');
    const entry = parse(proxyManager, standard.replace('/.env', '/x] [Client 192.0.2.1] [Length 1]'));
    expect(entry.address).toBe('203.0.113.9');
  });
});

describe('Traefik', () => {
  it('tells how long a request took', () => {
    const [first = '', second = ''] = samplesOf('traefik_clf');
    expect(parse(traefikClf, first)).toMatchObject({ address: '127.0.0.1', user: 'TestUser', status: 123, bytes: 12, durationMs: 1 });
    expect(parse(traefikClf, second)).toMatchObject({ target: '/.git/config', durationMs: 3 });
    expect(rejects(traefikClf, first.replace('1ms', ''))).toBe(true);
  });
});

describe('ModSecurity', () => {
  it('reads the records of versions 3 and 2', () => {
    const [three = '', two = ''] = samplesOf('modsecurity');
    expect(parse(modsecurity, three)).toMatchObject({
      kind: 'http',
      address: '127.0.0.1',
      method: 'GET',
      target: '/',
      status: 403,
      userAgent: 'ApacheBench/2.3',
      host: 'localhost',
      timeMs: at('2019-10-02T08:07:01Z'),
    });
    expect(parse(modsecurity, two)).toMatchObject({
      address: '10.0.2.15',
      method: 'GET',
      target: '/',
      protocol: 'HTTP/1.1',
      status: 200,
      timeMs: at('2023-07-26T14:27:07Z'),
    });
  });

  it('refuses other JSON', () => {
    for (const other of ['{"transaction":{"client_ip":"1.2.3.4"}}', '{"transaction":', '{"a":1}', 'x'])
      expect(rejects(modsecurity, other)).toBe(true);
  });
});

describe('Django', () => {
  it('tells the path and the answer of what its own loggers say', () => {
    expect(parse(django, 'Not Found: /wp-login.php')).toMatchObject({
      kind: 'application',
      program: 'django.request',
      status: 404,
      target: '/wp-login.php',
      level: 'WARNING',
    });
    expect(parse(django, 'Forbidden (CSRF token missing.): /login/')).toMatchObject({ status: 403, target: '/login/' });
    expect(parse(django, 'Method Not Allowed (DELETE): /api/items/3')).toMatchObject({ status: 405, method: 'DELETE' });
    expect(parse(django, "Invalid HTTP_HOST header: 'x'. You may need to add 'x' to ALLOWED_HOSTS.").program).toBe(
      'django.security.DisallowedHost',
    );
    expect(parse(django, '[02/Mar/2026 02:13:41] "GET /x HTTP/1.1" 404 2273')).toMatchObject({ kind: 'http', target: '/x', status: 404 });
  });

  it('keeps a traceback with its error', () => {
    const parser = createSourceParser(context, { forced: django });
    const lines = [
      'Internal Server Error: /x',
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in f',
      'ValueError: no',
      'Not Found: /y',
    ];
    const entries = [...lines.flatMap((line) => parser.push(line)), ...parser.end()].map(({ entry }) => entry);
    expect(entries.map(({ target }) => target)).toEqual(['/x', '/y']);
    expect(entries[0]?.message).toContain('ValueError: no');
  });
});

describe('CSV', () => {
  const HEADER = 'Time;Source IP;Method;URL;Status;User Agent';
  const create = (): LineParser => {
    const parser = csv.create(context);
    entryOf(parser, HEADER);
    return parser;
  };

  it('takes each cell by the name of its column, whatever separates them', () => {
    expect(entryOf(create(), '2026-03-02T02:13:41Z;203.0.113.9;GET;/a?b=1;404;"curl; ""x"""')).toMatchObject({
      kind: 'http',
      timeMs: at('2026-03-02T02:13:41Z'),
      address: '203.0.113.9',
      target: '/a?b=1',
      status: 404,
      userAgent: 'curl; "x"',
    });
  });

  it('refuses rows that do not fit, and everything before a header', () => {
    for (const row of ['a;b', '2026-03-02T02:13:41Z;203.0.113.9;GET;/a;b;404;x', '"open;1;2;3;4;5', ''])
      expect(isRejection(create().parse(row))).toBe(true);
    expect(rejects(csv, '2026-03-02T02:13:41Z,203.0.113.9,GET,/a,404,x')).toBe(true);
    expect(rejects(csv, 'error, warning, failed')).toBe(true);
  });
});

describe('JSON that carries a line', () => {
  it('is read as the line that it carries, with places in the JSON', () => {
    const message = '203.0.113.9 - - [02/Mar/2026:02:13:41 +0000] "GET /a?b=\\"c HTTP/1.1" 404 1 "-" "x"';
    const line = JSON.stringify({ '@timestamp': '2026-03-02T02:13:42.000Z', '@version': '1', host: { name: 'web1' }, message });
    const entry = parse(json, line);
    expect(entry).toMatchObject({
      kind: 'http',
      address: '203.0.113.9',
      target: '/a?b="c',
      status: 404,
      timeMs: at('2026-03-02T02:13:41Z'),
      raw: line,
    });
    const { start = 0, end = 0 } = entry.spans.target ?? {};
    expect(line.slice(start, end)).toBe('/a?b=\\\\\\"c');
  });

  it('is sshd’s when its program is', () => {
    const line = JSON.stringify({
      '@timestamp': '2026-03-02T02:13:42Z',
      ident: 'sshd',
      message: 'Failed password for root from 203.0.113.9 port 4242 ssh2',
    });
    expect(parse(json, line)).toMatchObject({ kind: 'sshd', address: '203.0.113.9', program: 'sshd', timeMs: at('2026-03-02T02:13:42Z') });
  });

  it('is an application’s when it carries nothing known', () => {
    expect(parse(json, '{"level":"info","message":"started"}')).toMatchObject({ kind: 'application', message: 'started' });
  });
});
