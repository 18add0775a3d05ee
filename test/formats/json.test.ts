import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsonParser } from '../../src/formats/json.ts';
import { leafText, scanJson } from '../../src/formats/json-scan.ts';
import type { Entry } from '../../src/model/entry.ts';
import { context, samplesOf } from './samples.ts';

const parse = (line: string): Entry => {
  const result = createJsonParser(context).parse(line);
  if ('reason' in result) throw new Error(result.reason);
  return result;
};
const first = (id: string, index = 0): Entry => parse(samplesOf(id)[index] ?? '');
const TIME_MS = Date.UTC(2026, 2, 2, 2, 13, 41);

describe('who an application names in JSON', () => {
  it.each([
    ['authentik', '{"action":"login_failed","client_ip":"203.0.113.9","context":{"username":"jane"},"event":"Created Event"}', 'jane'],
    [
      'Winlogbeat',
      '{"message":"x","winlog":{"event_data":{"TargetUserName":"jane","IpAddress":"203.0.113.9"}},"host":{"ip":"10.0.0.2"}}',
      'jane',
    ],
    ['Samba', '  {"type":"Authentication","Authentication":{"remoteAddress":"ipv4:203.0.113.9:4711","clientAccount":"jane"}}', 'jane'],
    ['Grafana', '{"msg":"x","client":"auth.client.form","remote_addr":"203.0.113.9","userId":0,"username":"jane"}', 'jane'],
    ['SonicWall', '{"msg":"x","src":"203.0.113.9:4711:X1","user":"jane"}', 'jane'],
    [
      'CloudTrail',
      '{"eventSource":"iam.amazonaws.com","eventName":"ListUsers","sourceIPAddress":"203.0.113.9","userIdentity":{"userName":"jane"}}',
      'jane',
    ],
    [
      'Kubernetes',
      '{"auditID":"a","requestURI":"/api/v1/pods","verb":"list","user":{"username":"jane"},"sourceIPs":["9.9.9.9","203.0.113.9"]}',
      'jane',
    ],
  ])('%s', (_, line, user) => {
    expect(parse(line)).toMatchObject({ kind: 'application', address: '203.0.113.9', user });
  });

  it('is no field that the client filled in', () => {
    expect(parse('{"msg":"login failed","req":{"body":{"ip_address":"9.9.9.9"},"headers":{"client_ip":"9.9.9.9"}}}').address).toBe('');
  });

  it('says in the message what only other fields tell, and leaves other lines alone', () => {
    expect(parse('{"msg":"Created Event","action":"login_failed"}').message).toBe('Created Event · action=login_failed');
    expect(parse('{"msg":"Created Event","action":"created"}').message).toBe('Created Event');
  });
});

describe('servers', () => {
  it('reads Caddy', () => {
    expect(first('caddy')).toMatchObject({
      kind: 'http',
      address: '203.0.113.7',
      method: 'GET',
      target: '/a?q=<script>',
      protocol: 'HTTP/2.0',
      host: 'example.org',
      status: 200,
      bytes: 10900,
      userAgent: 'curl/7.82.0',
      referer: 'https://example.org/',
    });
    expect(first('caddy').durationMs).toBeCloseTo(0.929675);
    expect(first('caddy').timeMs).toBe(TIME_MS + 524);
  });

  it('reads Traefik', () => {
    expect(first('traefik')).toMatchObject({
      address: '203.0.113.7',
      method: 'GET',
      target: '/foo?x=../../etc/passwd',
      status: 404,
      bytes: 19,
      userAgent: 'Wget/1.21',
      referer: 'http://a/',
      host: 'example.org',
      user: '',
      timeMs: TIME_MS,
    });
    expect(first('traefik').durationMs).toBeCloseTo(123.456789);
  });

  it('reads Envoy', () => {
    expect(first('envoy_json', 2)).toMatchObject({
      address: '2001:db8::1',
      method: 'GET',
      target: '/a%20b',
      status: 503,
      bytes: 91,
      durationMs: 12,
      forwardedFor: '198.51.100.3',
      host: 'example.org',
      userAgent: 'curl/8.5.0',
    });
    expect(first('envoy_json')).toMatchObject({
      address: '10.0.0.12',
      target: '/admin',
      status: 404,
      userAgent: 'Mozilla/5.0 zgrab/0.x',
      host: 'app.internal',
    });
  });

  it('reads ECS, nested and dotted alike', () => {
    expect(first('ecs')).toMatchObject({
      address: '203.0.113.7',
      method: 'GET',
      target: '/item?id=1%27',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 512,
      referer: 'https://example.org/',
      userAgent: 'Mozilla/5.0 "q"',
      host: 'example.org',
    });
    expect(first('ecs', 1)).toMatchObject({ kind: 'http', method: 'POST', target: '/login?a=1', status: 401, durationMs: 1.5 });
    expect(first('ecs', 2)).toMatchObject({ kind: 'application', level: 'ERROR', message: 'boom', program: 'com.example.App' });
  });

  it('reads nginx with a whole request line, and with escape=default by mistake', () => {
    expect(first('nginx_json')).toMatchObject({
      method: 'GET',
      target: '/a?q="x"',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 612,
      durationMs: 5,
      userAgent: 'curl/8.5.0',
      timeMs: TIME_MS,
    });
    expect(parse('{"remote_addr":"203.0.113.7","request":"GET /\\x22\\xEC\\x95\\x88 HTTP/1.1","status":,"upstream":-}')).toMatchObject({
      kind: 'application',
    });
    expect(parse('{"remote_addr":"203.0.113.7","status":404,"request":"GET /\\x22\\xEC\\x95\\x88 HTTP/1.1"}')).toMatchObject({
      kind: 'http',
      target: '/"안',
      status: 404,
    });
  });

  it('reads application lines', () => {
    expect(first('json', 1)).toMatchObject({
      kind: 'application',
      level: 'error',
      message: 'login failed',
      address: '203.0.113.7',
      program: 'api',
      timeMs: TIME_MS + 123,
    });
    expect(first('json', 3)).toMatchObject({ kind: 'http', target: '/x', status: 200, durationMs: 3, userAgent: 'curl/8.5.0' });
    expect(parse('{"a":1}')).toMatchObject({ kind: 'application', message: '{"a":1}' });
  });
});

it('takes the last of equal names, as JSON.parse does', () => {
  expect(parse('{"method":"GET","path":"/a","path":"/b"}').target).toBe('/b');
});

it('keeps what stands in a line cut at 64 KiB', () => {
  const line = `{"remote_addr":"203.0.113.7","status":200,"request_method":"GET","request_uri":"/${'a'.repeat(70_000)}`.slice(0, 65_536);
  expect(parse(line)).toMatchObject({ kind: 'http', address: '203.0.113.7', method: 'GET' });
});

it('finds the same values as JSON.parse, each where it stands', () => {
  const values = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null));
  const documents = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.oneof(values, fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), values)),
  );
  fc.assert(
    fc.property(documents, fc.constantFrom(undefined, 1), (document, indent) => {
      const line = JSON.stringify(document, null, indent);
      const leaves = scanJson(line);
      expect(leaves).toBeDefined();
      const expected: [string, string][] = [];
      for (const [name, value] of Object.entries(JSON.parse(line) as Record<string, unknown>)) {
        if (typeof value !== 'object' || value === null) expected.push([name, String(value)]);
        else for (const [inner, leaf] of Object.entries(value)) expected.push([`${name}.${inner}`, String(leaf)]);
      }
      expect((leaves ?? []).map((leaf) => [leaf.path, leafText(line, leaf)])).toEqual(expected);
    }),
  );
});

it.each(['', '[]', 'x', '{x}', '{"a"}', '{"a":1}}', '{"a":1,,}', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`])('refuses %s', (line) => {
  expect(scanJson(line)).toBeUndefined();
});

it('holds a bounded number of leaves', () => {
  const line = JSON.stringify({
    many: Array.from({ length: 20_000 }, (_, i) => i),
    ...Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i])),
  });
  expect(scanJson(line)?.length).toBeLessThanOrEqual(512);
});

it('reads the lines that nginx itself wrote of hostile requests', () => {
  const parsed = samplesOf('nginx_json').slice(2).map(parse);
  expect(parsed.every(({ kind, address }) => kind === 'http' && address === '127.0.0.1')).toBe(true);
  expect(parsed.map(({ target }) => target)).toEqual(
    expect.arrayContaining(['/', '\x16\x03\x01\x02\x00\x01', '/a b c', '/old', '', '/%27"\'<>\\x41', '/x, client: 9.9.9.9, server: _']),
  );
  expect(parsed.filter(({ userAgent }) => userAgent === 'curl "q" \\ back 안')).toHaveLength(2);
});
