import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { runLive } from './live-log.ts';
import { folderWith, openOver } from './run-engine.ts';

const START = Date.UTC(2026, 2, 2, 2, 0, 0);
const DISORDER_S = 290;
const MONTHS = ['Jan', 'Feb', 'Mar'] as const;
const two = (n: number): string => String(n).padStart(2, '0');

interface Line {
  readonly second: number;
  readonly text: string;
}

function line(second: number, [address, request, status]: readonly [address: string, request: string, status: number]): Line {
  const at = new Date(START + second * 1000);
  const time = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/2026:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
  return {
    second,
    text: `${address} - - [${time}] "${request} HTTP/1.1" ${status} 512 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"`,
  };
}

/** Ten minutes of a site: readers, an SQL injection, a password guesser, and somebody who looks for pages. */
function traffic(): Line[] {
  const lines: Line[] = [];
  for (let i = 0; i < 200; i++) lines.push(line(i * 3, [`192.0.2.${i % 20}`, `GET /page/${i % 9}`, 200]));
  for (let i = 0; i < 12; i++)
    lines.push(line(100 + i * 7, ['198.51.100.7', `GET /item?id=${i}%27+union+select+1,2--+-`, i % 3 ? 500 : 403]));
  for (let i = 0; i < 60; i++) lines.push(line(200 + i * 2, ['203.0.113.9', 'POST /wp-login.php', 200]));
  for (let i = 0; i < 50; i++) lines.push(line(300 + i, ['203.0.113.77', `GET /find/${i}.php`, 404]));
  return lines;
}

const byTime = (lines: readonly Line[]): Line[] => lines.toSorted((a, b) => a.second - b.second);

async function incidentsOf(files: Readonly<Record<string, readonly Line[]>>) {
  const folder = folderWith({});
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, name), lines.map(({ text }) => `${text}\n`).join(''));
  const engine = await openOver(Object.keys(files).map((name) => join(folder, name)));
  await engine.run();
  return toldBy(engine);
}

/** What an engine that has read everything makes of it; closes it. */
async function toldBy(engine: Engine) {
  const told = engine
    .incidents()
    .map(({ actor, target, families, detections, startMs, endMs, entries, risk }) => ({
      actor,
      target,
      families,
      detections,
      startMs,
      endMs,
      entries,
      risk,
    }))
    .sort((a, b) => (a.actor < b.actor ? -1 : 1));
  await engine.client.close();
  return told;
}

test('the same lines in order, out of order, and in two files give the same incidents', async () => {
  const lines = byTime(traffic());
  const expected = await incidentsOf({ 'access.log': lines });
  expect(expected.map(({ actor }) => actor)).toEqual(expect.arrayContaining(['198.51.100.7', '203.0.113.9', '203.0.113.77']));
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: DISORDER_S })), fc.infiniteStream(fc.boolean()), async (delays, sides) => {
      const late = lines
        .map((each) => ({ each, at: each.second + (delays.next().value ?? 0) }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each);
      expect(await incidentsOf({ 'access.log': late })).toEqual(expected);
      const first = lines.filter(() => sides.next().value ?? true);
      const split = { 'a.log': first, 'b.log': lines.filter((each) => !first.includes(each)) };
      const apart = await incidentsOf(split);
      expect(apart.map(({ risk, ...rest }) => rest)).toEqual(expected.map(({ risk, ...rest }) => rest));
      for (const [i, { risk }] of apart.entries()) expect(Math.abs(risk - (expected[i]?.risk ?? 0))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 5 },
  );
}, 60_000);

test('a log read live, second by second, gives the same incidents as the same log replayed', async () => {
  const lines = byTime(traffic());
  const seconds = [...new Set(lines.map(({ second }) => second))];
  const live = seconds.map((now) => [now, lines.filter(({ second }) => second === now).map(({ text }) => text)] as const);
  const told = await toldBy(await runLive({ seconds: live }));
  const replayed = await incidentsOf({ 'access.log': lines });
  const but = ({ risk, ...rest }: (typeof told)[number]) => rest;
  expect(told.map(but)).toEqual(replayed.map(but));
  for (const [i, { risk }] of told.entries()) expect(Math.abs(risk - (replayed[i]?.risk ?? 0))).toBeLessThanOrEqual(1);
}, 60_000);

test('an ordinary visitor who mistypes a password has no incident of medium or above', async () => {
  const visitor: Line[] = [];
  for (let i = 0; i < 3; i++) visitor.push(line(i * 20, ['192.0.2.50', 'POST /login', 401]));
  visitor.push(line(70, ['192.0.2.50', 'POST /login', 302]), line(71, ['192.0.2.50', 'GET /account', 200]));
  const found = await incidentsOf({ 'access.log': visitor });
  expect(found.filter(({ risk }) => risk >= 30)).toEqual([]);
});
