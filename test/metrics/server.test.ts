import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseMetricsAddress } from '../../src/metrics/address.ts';
import { MetricsError, type MetricsServer, type MetricsSubject, serveMetrics } from '../../src/metrics/server.ts';

const servers: MetricsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(subject: Partial<MetricsSubject> = {}, limits?: Parameters<typeof serveMetrics>[2]): Promise<MetricsServer> {
  const families = () => [{ name: 'up', type: 'gauge' as const, help: 'Up.', samples: [{ value: 1 }] }];
  const server = await serveMetrics({ host: '127.0.0.1', port: 0 }, { families, troubles: () => [], ...subject }, limits);
  servers.push(server);
  return server;
}
const at = ({ port }: MetricsServer, path: string): string => `http://127.0.0.1:${port}${path}`;

/** Everything that comes back until the connection ends. */
function raw({ port }: MetricsServer, text: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      said += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}

test('metrics are served in the format that was asked for', async () => {
  const server = await serve();
  const plain = await fetch(at(server, '/metrics'));
  expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await plain.text()).toBe('# HELP up Up.\n# TYPE up gauge\nup 1\n');
  const open = await fetch(at(server, '/metrics?x=1'), { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
  expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(await open.text()).toBe('# HELP up Up.\n# TYPE up gauge\nup 1\n# EOF\n');
});

test('health is 200, or 503 with every reason', async () => {
  const troubles: string[] = [];
  const server = await serve({ troubles: () => troubles });
  const well = await fetch(at(server, '/healthz'));
  expect([well.status, await well.text()]).toEqual([200, 'ok\n']);
  troubles.push('every source has ended', 'the state is in memory only');
  const ill = await fetch(at(server, '/healthz'));
  expect([ill.status, await ill.text()]).toEqual([503, 'every source has ended\nthe state is in memory only\n']);
});

test('only reading is allowed, and only what is there', async () => {
  const server = await serve();
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const refused = await fetch(at(server, '/metrics'), { method });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  }
  expect((await fetch(at(server, '/../etc/passwd'))).status).toBe(404);
  const head = await fetch(at(server, '/metrics'), { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('headers that are too long, or no HTTP at all, end the connection', async () => {
  const server = await serve();
  expect(await raw(server, `GET /metrics HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
  expect(await raw(server, '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
});

test('whoever sends headers slowly is let go, and others are served meanwhile', async () => {
  const server = await serve({}, { headersMs: 1_500, idleMs: 3_000, connections: 32 });
  const slow = raw(server, 'GET /metrics HTTP/1.1\r\nhost: x\r\n');
  expect((await fetch(at(server, '/metrics'))).status).toBe(200);
  expect(await slow).toMatch(/^(HTTP\/1.1 408 [\s\S]*)?$/);
});

test('more connections than allowed are refused, and the server lives on', async () => {
  const server = await serve({}, { headersMs: 1_500, idleMs: 3_000, connections: 2 });
  const many = await Promise.all(Array.from({ length: 20 }, () => raw(server, 'GET /metrics HTTP/1.1\r\n')));
  expect(many.filter((said) => said === '').length).toBeGreaterThanOrEqual(18);
  expect((await fetch(at(server, '/healthz'))).status).toBe(200);
});

test('a port that is taken is an error that says where', async () => {
  const { port } = await serve();
  const again = serveMetrics({ host: '127.0.0.1', port }, { families: () => [], troubles: () => [] });
  await expect(again).rejects.toThrow(MetricsError);
  await expect(again).rejects.toThrow(`127.0.0.1:${port}: another program listens there already`);
});

test('an address is this machine’s, unless told otherwise', () => {
  expect(parseMetricsAddress('127.0.0.1:9123', false)).toEqual({ host: '127.0.0.1', port: 9_123 });
  expect(parseMetricsAddress('[::1]:9123', false)).toEqual({ host: '::1', port: 9_123 });
  expect(parseMetricsAddress('localhost:1', false)).toEqual({ host: 'localhost', port: 1 });
  for (const text of ['0.0.0.0:9123', '192.0.2.1:9123', '[::]:9123']) {
    expect(parseMetricsAddress(text, false)).toEqual({ problem: expect.stringContaining('--insecure') });
    expect(parseMetricsAddress(text, true)).toHaveProperty('host');
  }
  for (const text of ['', '9123', ':9123', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:99999', '1.2.3:4', 'example.org:1', '[127.0.0.1]:1'])
    expect(parseMetricsAddress(text, true)).toHaveProperty('problem');
});
