import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openPlace } from '../commands/program.ts';

test('the script for Elasticsearch runs as it is printed: its templates, then a key', async () => {
  const place = openPlace();
  const { out: script } = await place.run(['setup', 'elasticsearch', '--print']);
  const requests: { line: string; authorization: string | undefined; body: object }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      requests.push({ line: `${method} ${url}`, authorization: headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end('{"acknowledged":true}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = { PATH: process.env.PATH, ES_URL: `http://127.0.0.1:${port}`, ES_AUTH: 'elastic:x' };
  const shell = spawn('sh', { env, stdio: ['pipe', 'ignore', 'inherit'] });
  shell.stdin.end(script);
  const [code] = await once(shell, 'exit');
  server.close();
  place.remove();
  expect(code).toBe(0);
  const authorization = `Basic ${Buffer.from('elastic:x').toString('base64')}`;
  expect(requests).toMatchObject([
    {
      line: 'PUT /_index_template/logs-secmon.detection',
      authorization,
      body: { index_patterns: ['logs-secmon.detection-*'], data_stream: {} },
    },
    {
      line: 'PUT /_index_template/logs-secmon.incident',
      authorization,
      body: { index_patterns: ['logs-secmon.incident-*'], data_stream: {} },
    },
    {
      line: 'PUT /_index_template/logs-secmon.check',
      authorization,
      body: { index_patterns: ['logs-secmon.check-*'], data_stream: {} },
    },
    { line: 'POST /_security/api_key', authorization, body: { name: 'secmon' } },
  ]);
});

test('the alert rules pass promtool', async () => {
  const place = openPlace();
  const { out } = await place.run(['setup', 'prometheus', '--print']);
  const path = place.write('secmon.rules.yml', out);
  const promtool = spawn('promtool', ['check', 'rules', path], { stdio: 'ignore' });
  const [code] = await once(promtool, 'exit');
  place.remove();
  expect(code).toBe(0);
});
