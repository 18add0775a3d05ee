import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPlace, type Place } from '../commands/program.ts';
import { type Nginx, startNginx } from './nginx.ts';

let place: Place;
let nginx: Nginx;
beforeEach(async () => {
  place = openPlace();
  nginx = await startNginx(place.folder);
});
afterEach(async () => {
  await nginx?.stop();
  place.remove();
});

const ATTACK = `/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--`;
const ODD_AGENT = 'User-Agent: quote " back\\slash tab\there';

/** What a scan says of every source, and its detections. */
async function scan(...names: string[]) {
  const { out, err } = await place.run(['scan', ...names, '--format', 'json']);
  if (out === '') throw new Error(err);
  return JSON.parse(out);
}
const found = async (...names: string[]) =>
  (await place.run(['scan', ...names, '--format', 'ndjson'])).out
    .split('\n')
    .filter((line) => line.includes('"secmon.detection"'))
    .map((line) => JSON.parse(line));

test('what nginx writes in combined and in JSON is parsed to the last line, and tells the same', async () => {
  for (let i = 0; i < 20; i++) nginx.get(`/page-${i}?q=${encodeURIComponent('한국어 "x"')}`);
  nginx.get(ATTACK, [ODD_AGENT, 'Referer: https://a.example/"\\x"']);
  await expect.poll(() => readFileSync(nginx.jsonLog, 'utf8')).toContain('UNION');
  for (const [name, format] of [
    ['access.log', /combined/],
    ['access.json', /JSON/i],
  ] as const) {
    const { sources, lines } = await scan(name);
    expect(sources[0]).toMatchObject({ unparsed: 0, format: expect.stringMatching(format) });
    expect(lines).toBeGreaterThanOrEqual(22);
  }
  const [combined] = await found('access.log');
  const [json] = await found('access.json');
  expect(combined).toMatchObject({
    source: { ip: '127.0.0.1' },
    url: { original: ATTACK },
    user_agent: { original: 'quote " back\\slash tab\there' },
    secmon: { outcome: 'refused' },
  });
  for (const name of ['source', 'user_agent', 'rule', 'secmon']) expect(json[name]).toEqual(combined[name]);
  expect(json.url.original).toBe(combined.url.original);
  expect(json.http.response.status_code).toBe(404);
});

test('a rotated and packed log is read with the current one, in the order of time', async () => {
  nginx.get(`${ATTACK}1`);
  const second = Math.floor(Date.now() / 1000);
  renameSync(nginx.accessLog, `${nginx.accessLog}.1`);
  nginx.reopen();
  // Its worker writes into the old log until it hears of the new one.
  const writesAnew = (): boolean => {
    nginx.get('/is-it-new');
    return place.has('access.log') && place.read('access.log') !== '';
  };
  await expect.poll(writesAnew).toBe(true);
  // nginx writes whole seconds: the next request has to come in a later one.
  await expect.poll(() => Date.now() / 1000).toBeGreaterThan(second + 1);
  nginx.get(`${ATTACK}2`);
  execFileSync('gzip', [`${nginx.accessLog}.1`]);
  await expect.poll(() => readFileSync(nginx.accessLog, 'utf8')).toContain('UNION');
  const targets = (await found('access.log*')).map((document) => document.url.original);
  expect(targets).toEqual([`${ATTACK}1`, `${ATTACK}2`]);
});

test('the error log of nginx is recognised', async () => {
  nginx.get('/not-there');
  await expect.poll(() => readFileSync(nginx.errorLog, 'utf8')).toContain('not-there');
  const { sources } = await scan('error.log');
  expect(sources[0]).toMatchObject({ format: expect.stringMatching(/nginx error/i), unparsed: 0 });
});

test('a real scan by ab and curl is counted to the request', async () => {
  const before = (await scan('access.log')).lines;
  const { status } = spawnSync('ab', ['-q', '-n', '500', '-c', '8', `${nginx.url}/`]);
  expect(status).toBe(0);
  await expect.poll(async () => (await scan('access.log')).lines).toBe(before + 500);
});
