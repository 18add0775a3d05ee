import { describe, expect, it } from 'vitest';
import { logFormat } from '../../src/formats/log-format.ts';
import type { Entry } from '../../src/model/entry.ts';
import { context } from './samples.ts';

const parse = (format: string, line: string, trusted = false): Entry | { reason: string } => {
  const compiled = logFormat(format);
  if ('error' in compiled) throw new Error(compiled.error);
  return compiled.create({ ...context, isTrustedProxy: () => trusted }).parse(line);
};
const TIME_MS = Date.UTC(2026, 2, 2, 2, 13, 41);

describe('nginx log_format', () => {
  it('reads the main format of nginx.conf with request time and upstreams behind', () => {
    const format = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" rt=$request_time uct="$upstream_connect_time"`;
    const line =
      '203.0.113.7 - - [02/Mar/2026:02:13:41 +0000] "GET /a?b HTTP/1.1" 200 12 "-" "curl\\x22" "198.51.100.3, 10.0.0.1" rt=0.250 uct="-"';
    expect(parse(format, line)).toMatchObject({
      address: '203.0.113.7',
      timeMs: TIME_MS,
      method: 'GET',
      target: '/a?b',
      status: 200,
      bytes: 12,
      userAgent: 'curl"',
      forwardedFor: '198.51.100.3, 10.0.0.1',
      durationMs: 250,
    });
  });

  it('takes the client from X-Forwarded-For behind a trusted proxy', () => {
    expect(
      parse(
        '$remote_addr "$http_x_forwarded_for" [$time_local] "$request" $status',
        '10.0.0.1 "198.51.100.3" [02/Mar/2026:02:13:41 +0000] "GET / HTTP/1.1" 200',
        true,
      ),
    ).toMatchObject({ address: '198.51.100.3' });
  });

  it('accepts the directive as it stands in the configuration', () => {
    const format = `log_format timed escape=json '$time_iso8601 \${remote_addr} '\n  '"$request_method $request_uri $server_protocol" $status $host';`;
    expect(parse(format, '2026-03-02T02:13:41+00:00 203.0.113.7 "POST /x HTTP/2.0" 404 example.org')).toMatchObject({
      timeMs: TIME_MS,
      address: '203.0.113.7',
      method: 'POST',
      target: '/x',
      protocol: 'HTTP/2.0',
      status: 404,
      host: 'example.org',
    });
  });

  it('puts $uri and $args together', () => {
    expect(parse('$remote_addr $msec $request_method $uri $args $status', '203.0.113.7 1772417621.000 GET /a b=c 200')).toMatchObject({
      target: '/a?b=c',
      timeMs: TIME_MS,
      spans: { method: { start: 27, end: 30 } },
    });
    expect(parse('$remote_addr $request_method $uri $args $status', '203.0.113.7 GET /a - 200')).toMatchObject({ target: '/a' });
  });

  it('reads a JSON template with its escapes', () => {
    expect(
      parse('{"ip":"$remote_addr","r":"$request","s":$status}', '{"ip":"203.0.113.7","r":"GET /\\"x\\" HTTP/1.1","s":403}'),
    ).toMatchObject({ target: '/"x"', status: 403 });
  });

  it('finds the right literal when a field holds it', () => {
    const format = '$remote_addr - $remote_user [$time_local] "$request" $status';
    const line = '203.0.113.7 - a [b - [c [02/Mar/2026:02:13:41 +0000] "GET /" 200 HTTP/1.1" 404';
    expect(parse(format, line)).toMatchObject({ user: 'a [b - [c', target: '/" 200', status: 404 });
  });
});

describe('Apache LogFormat', () => {
  it('reads combined with vhost, time taken and bytes', () => {
    const format = String.raw`LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D" vhost_combined`;
    const line = 'www.example.org:443 203.0.113.7 - john doe [02/Mar/2026:02:13:41 +0000] "GET /\\"q\\" HTTP/1.1" 200 612 "-" "ua" 1500';
    expect(parse(format, line)).toMatchObject({
      host: 'www.example.org',
      address: '203.0.113.7',
      user: 'john doe',
      timeMs: TIME_MS,
      target: '/"q"',
      status: 200,
      bytes: 612,
      userAgent: 'ua',
      durationMs: 1.5,
    });
  });

  it.each([
    ['%a %{sec}t %m %U%% %s', '203.0.113.7 1772417621 GET /a% 200', { timeMs: TIME_MS, target: '/a' }],
    [
      '%a %{msec}t "%r" %!200,304{Referer}i %<s %b',
      '203.0.113.7 1772417621000 "GET / HTTP/1.1" http://r/ 302 -',
      { timeMs: TIME_MS, status: 302, bytes: -1 },
    ],
    [
      '%a %{%Y-%m-%d %H:%M:%S}t %{ms}T %m %U %q %H',
      '203.0.113.7 2026-03-02 02:13:41 15 GET /a ?b=1 HTTP/1.1',
      { timeMs: TIME_MS, durationMs: 15, target: '/a?b=1', protocol: 'HTTP/1.1' },
    ],
    ['[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %h', '', undefined],
    [
      '%{c}a %{X-Forwarded-For}i %{Host}i "%r"',
      '10.0.0.1 198.51.100.3 example.org:80 "GET / HTTP/1.1"',
      { address: '10.0.0.1', forwardedFor: '198.51.100.3', host: 'example.org' },
    ],
    ['%h %{begin:%F %T}t %T %r', '203.0.113.7 2026-03-02 02:13:41 2 GET /a HTTP/1.1', { timeMs: TIME_MS, durationMs: 2000, target: '/a' }],
  ])('%s', (format, line, expected) => {
    const result = parse(format, line);
    if (expected === undefined) expect(result).toHaveProperty('reason');
    else expect(result).toMatchObject(expected);
  });
});

describe('errors', () => {
  it.each([
    ['$remote_addr$status', /\$remote_addr and \$status \(character 13\) touch/],
    ['%h%l', /%h and %l \(character 3\) touch/],
    ['combine', /expected a name \(combined, common, vhost_combined\).*got "combine"/],
    ['', /expected a name/],
    ['%h %{%Q}t', /%\{%Q\}t \(character 4\)/],
  ])('%s', (format, message) => {
    expect(logFormat(format)).toEqual({ error: expect.stringMatching(message) });
  });

  it('knows the names of the usual formats', () => {
    for (const name of ['combined', 'common', 'vhost_combined']) expect(logFormat(name)).toHaveProperty('id', name);
  });
});

it('gives up after a bounded number of tries on a line of bait', () => {
  const format = '$remote_addr $a $b $c $d $e $f $g [$time_local] "$request" $status';
  expect(parse(format, ' '.repeat(65_536))).toHaveProperty('reason');
  expect(parse(format, '\\" '.repeat(20_000))).toHaveProperty('reason');
});
