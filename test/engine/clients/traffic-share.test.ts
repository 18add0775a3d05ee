import { expect, it } from 'vitest';
import { createTrafficShare } from '../../../src/engine/clients/traffic-share.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import { EMPTY_ENTRY } from '../../../src/model/entry.ts';

const MINUTE = 60_000;

function site() {
  const told = new Map<string, Behaviour>();
  const share = createTrafficShare((behaviour) => told.set(behaviour.key, behaviour));
  const request = (ms: number, who: string, { target = '/', status = 200 } = {}): void =>
    share.saw({ ...EMPTY_ENTRY, kind: 'http', method: 'GET', target, status, address: who }, ms, who);
  /** Requests of one client, so many a minute. */
  const client = (
    who: string,
    span: readonly [fromMin: number, toMin: number],
    { perMinute, target = (_: number) => '/', status = 200 }: { perMinute: number; target?: (i: number) => string; status?: number },
  ) =>
    Array.from({ length: (span[1] - span[0]) * perMinute }, (_, i) => ({
      ms: span[0] * MINUTE + Math.floor((i * MINUTE) / perMinute),
      who,
      target: target(i),
      status,
    }));
  const crowd = (minutes: number, perMinute: number) =>
    Array.from({ length: 30 }, (_, i) =>
      client(`203.0.113.${i}`, [0, minutes], { perMinute: perMinute / 30, target: (n) => `/page/${n % 40}` }),
    ).flat();
  const play = (requests: readonly { ms: number; who: string; target: string; status: number }[]): string[] => {
    for (const { ms, who, target, status } of [...requests].sort((a, b) => a.ms - b.ms)) request(ms, who, { target, status });
    return [...told.values()].map(({ rule, group }) => `${rule.name} ${rule.severity} ${group['c-ip']}`);
  };
  return { client, crowd, play, told };
}
const FLOODER = '198.51.100.7';

it('an address that takes over a busy site with the same few pages is an incident of that address, one for the whole time', () => {
  const { client, crowd, play, told } = site();
  expect(play([...crowd(25, 300), ...client(FLOODER, [20, 23], { perMinute: 1200, target: (i) => `/search?q=${i % 3}` })])).toEqual([
    `flood-share medium ${FLOODER}`,
  ]);
  const [behaviour] = told.values();
  expect(behaviour).toMatchObject({ example: '/search', startMs: 20 * MINUTE });
  expect(behaviour?.events).toBeGreaterThan(1800);
});

it('ever other pages are a copy of the site, and only low', () => {
  const { client, crowd, play } = site();
  expect(play([...crowd(25, 300), ...client(FLOODER, [20, 25], { perMinute: 2000, target: (i) => `/file/${i}` })])).toEqual([
    `flood-share-varied low ${FLOODER}`,
  ]);
});

it.each([
  ['a quiet site where one visitor is all', ({ client }) => client(FLOODER, [0, 30], { perMinute: 1200 })],
  ['a quiet site that one visitor loads', ({ client, crowd }) => [...crowd(30, 30), ...client(FLOODER, [20, 25], { perMinute: 1200 })]],
  [
    'an office that is most of the site all day',
    ({ client, crowd }) => [...crowd(60, 300), ...client(FLOODER, [0, 60], { perMinute: 900 })],
  ],
  [
    'an office whose people come one after the other',
    ({ client, crowd }) => [
      ...crowd(60, 300),
      ...Array.from({ length: 55 }, (_, i) => client(FLOODER, [5 + i, 60], { perMinute: 30 })).flat(),
    ],
  ],
  [
    'a download in pieces',
    ({ client, crowd }) => [...crowd(30, 300), ...client(FLOODER, [20, 25], { perMinute: 3000, status: 206, target: () => '/image.iso' })],
  ],
  ['a site that has just been found', ({ client, crowd }) => [...crowd(30, 300), ...client(FLOODER, [2, 8], { perMinute: 1200 })]],
] satisfies [string, (of: ReturnType<typeof site>) => ReturnType<ReturnType<typeof site>['client']>][])(
  'is not told of %s',
  (_, requests) => {
    const here = site();
    expect(here.play(requests(here))).toEqual([]);
  },
);
