import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Processed } from '../../src/engine/pipeline.ts';
import { folderWith, openOver } from './run-engine.ts';

const TARGET = '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--';
const [PATH, QUERY] = TARGET.split('?');
const ACCESS = `203.0.113.9 - - [02/Mar/2026:02:13:41 +0000] "GET ${TARGET} HTTP/1.1" 404 12 "-" "Mozilla/5.0"`;
const CLOUDFRONT = [
  '2026-03-02',
  '02:13:41',
  'FRA1',
  '12',
  '203.0.113.9',
  'GET',
  'd1.cloudfront.net',
  PATH,
  '404',
  '-',
  'Mozilla/5.0%20(X11)',
  QUERY,
].join('\t');
const long = `203.0.113.9 - - [02/Mar/2026:02:13:41 +0000] "GET /${'x'.repeat(16_350)}${TARGET} HTTP/1.1" 404 12 "-" "Mozilla/5.0"`;

/** The same attack as each kind of server writes it. */
const LOGS: Readonly<Record<string, readonly string[]>> = {
  'W3C extended (IIS)': [
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status time-taken',
    `2026-03-02 02:13:41 10.0.0.4 GET ${PATH} ${QUERY} 203.0.113.9 Mozilla/5.0+(X11) 404 3`,
  ],
  CloudFront: [
    '#Version: 1.0',
    '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query',
    CLOUDFRONT,
    CLOUDFRONT,
    CLOUDFRONT,
  ],
  HAProxy: [`203.0.113.9:40112 [02/Mar/2026:02:13:41.101] fe be/web1 0/0/1/8/9 404 187 - - ---- 1/1/0/0/0 0/0 "GET ${TARGET} HTTP/1.1"`],
  'AWS load balancer': [
    `https 2026-03-02T02:13:41.186641Z app/lb/50dc6c495c0c9188 203.0.113.9:2817 10.0.0.1:80 0.000 0.001 0.000 404 404 34 366 "GET https://shop.example:443${TARGET} HTTP/1.1" "curl/7.46.0" - -`,
  ],
  'Nginx Proxy Manager': [
    `[02/Mar/2026:02:13:41 +0000] - 404 404 - GET https shop.example "${TARGET}" [Client 203.0.113.9] [Length 102] [Gzip -] [Sent-to 10.0.0.5] "Mozilla/5.0" "-"`,
  ],
  'Traefik CLF': [`${ACCESS} 17 "web@docker" "http://172.18.0.3:80" 3ms`],
  'ModSecurity audit JSON': [
    JSON.stringify({
      transaction: {
        client_ip: '203.0.113.9',
        time_stamp: 'Mon Mar  2 02:13:41 2026',
        request: { method: 'GET', uri: TARGET, headers: { Host: 'shop.example' } },
        response: { http_code: 403 },
      },
    }),
  ],
  CSV: ['time,client_ip,method,url,status', `2026-03-02T02:13:41Z,203.0.113.9,GET,"${TARGET}",404`],
  'JSON lines': [JSON.stringify({ '@timestamp': '2026-03-02T02:13:42Z', '@version': '1', message: ACCESS })],
  'container log': [`2026-03-02T02:13:41.5Z stdout P ${long.slice(0, 16_384)}`, `2026-03-02T02:13:41.5Z stdout F ${long.slice(16_384)}`],
  'docker JSON': [`${ACCESS}\n`, long.slice(0, 16_384), `${long.slice(16_384)}\n`].map((log) =>
    JSON.stringify({ log, stream: 'stdout', time: '2026-03-02T02:13:41.5Z' }),
  ),
};

test.each(Object.entries(LOGS))('an injection in %s is noticed, with who sent it', async (title, lines) => {
  const folder = folderWith({ 'a.log': `${lines.join('\n')}\n` });
  const seen: Processed[] = [];
  const engine = await openOver([join(folder, 'a.log')], {}, { onLine: (processed) => void seen.push(processed) });
  await engine.run();
  expect(engine.sources.statuses()[0]).toMatchObject({ format: title, unparsed: 0 });
  expect(seen.at(-1)?.line.entry.address).toBe('203.0.113.9');
  expect(seen.at(-1)?.detection?.families).toContain('sqli');
  await engine.client.close();
});
