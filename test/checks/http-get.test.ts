import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpGet, type HttpGetOptions } from '../../src/checks/http-get.ts';
import { type Clock, systemClock } from '../../src/clock/clock.ts';

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: Parameters<typeof createServer>[1]): Promise<URL> {
  const server: Server = createServer(answer);
  servers.push({ close: () => server.close(() => {}).closeAllConnections() });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path?q=1`);
}

const get = (url: URL, changes: Partial<HttpGetOptions> = {}, clock: Clock = systemClock) =>
  createHttpGet({ clock })(url, { timeoutMs: 20_000, maxBytes: 1_000, signal: new AbortController().signal, ...changes });

describe('one GET request', () => {
  it('gives status, body and headers that matter, and sends what it is told', async () => {
    const url = await serve((request, response) => {
      response.end(`${request.method} ${request.url} ${request.headers['x-key']} ${request.headers['user-agent']}`);
    });
    expect(await get(url, { headers: { 'x-key': 'k' } })).toMatchObject({
      status: 200,
      body: 'GET /path?q=1 k secmon',
      isCut: false,
      location: '',
      certificate: undefined,
    });
  });

  it('follows no redirect', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end());
    expect(await get(url)).toMatchObject({ status: 302, location: 'http://192.0.2.1/' });
  });

  it('reads no further than it is told', async () => {
    const url = await serve((_, response) => {
      response.write('x'.repeat(3_000));
    });
    const answer = await get(url);
    expect([answer.isCut, answer.body.length]).toEqual([true, 1_000]);
  });

  it('gives up when its time is over, also in the middle of an answer', async () => {
    let ring = (): void => {};
    const after: Clock['after'] = (_, run) => {
      ring = run;
      return () => {};
    };
    const clock: Clock = { now: () => 0, monotonic: () => 0, after };
    const silent = await serve(() => ring());
    await expect(get(silent, {}, clock)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    const dripping = await serve((_, response) => {
      response.write('half', () => ring());
    });
    await expect(get(dripping, {}, clock)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('says when the answer ends early, nobody listens, or it is stopped', async () => {
    const half = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    await expect(get(half)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(get(new URL('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const stop = new AbortController();
    stop.abort();
    await expect(get(half, { signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('says so when what answers speaks no HTTP', async () => {
    const server = createTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await expect(get(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))).rejects.toMatchObject({
      name: 'HttpGetError',
    });
  });
});
