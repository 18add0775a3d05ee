import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPlace, type Place } from '../../commands/program.ts';
import { combined } from '../../engine/run-engine.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
  place.write(
    'c.yml',
    'version: 1\nstate_directory: state\nalerts:\n  policy:\n    - never: true\n      when: { network: [192.0.2.0/24] }\n    - to: [file]\n',
  );
});
afterEach(() => place.remove());

const attack = (second: number, address: string): string =>
  combined(second, { address, target: '/item?id=1%27%20union%20select%201,2,3', status: 403 });
const alerts = (): readonly { title: string; who: string }[] =>
  place.has('state/alerts.ndjson')
    ? place
        .read('state/alerts.ndjson')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

it('alert explain says what would be sent, when, to whom and why, and why not; nothing is', async () => {
  place.write('access.log', `${attack(0, '203.0.113.5')}${attack(10, '192.0.2.7')}${combined(20)}${attack(7_300, '203.0.113.6')}`);
  const { out, code, err } = await place.run(['alert', 'explain', 'access.log', '--config', 'c.yml', '--tz', 'UTC', '--format', 'ndjson']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const said = out
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  expect(said.filter(({ verdict }) => verdict === 'send')).toMatchObject([
    { '@timestamp': expect.stringMatching(/^2026-03-02T02:00:3\d/), channels: ['file'], kind: 'opened', who: '203.0.113.5', why: 'rule 2' },
    { '@timestamp': expect.stringMatching(/^2026-03-02T02:3\d/), kind: 'ended', who: '203.0.113.5' },
    { '@timestamp': expect.stringMatching(/^2026-03-02T04:02:1\d/), kind: 'opened', who: '203.0.113.6' },
    { kind: 'ended', who: '203.0.113.6' },
  ]);
  expect(said.filter(({ verdict, kind }) => verdict === 'not sent' && kind === 'never')).toMatchObject([
    { who: '192.0.2.7', why: 'rule 1: never' },
  ]);
  expect(alerts()).toEqual([]);
  const text = await place.run(['alert', 'explain', 'access.log', '--config', 'c.yml', '--tz', 'UTC']);
  expect(text.out).toMatch(/2026-03-02 02:00:3\d {2}opened → file\n {4}203\.0\.113\.5: .*\n {4}rule 2/);
});

it('scan --since-last --alert tells what came since its last run, once, through rotation and restarts', async () => {
  const run = () => place.run(['scan', 'access.log', '--since-last', '--alert', '--config', 'c.yml', '--tz', 'UTC']);
  place.write('access.log', attack(0, '203.0.113.5'));
  expect((await run()).code).toBe(1);
  expect(alerts()).toEqual([]);
  place.append('access.log', attack(10, '203.0.113.6'));
  const second = await run();
  expect({ code: second.code, err: second.err }).toEqual({ code: 1, err: '' });
  expect(alerts()).toMatchObject([{ who: expect.stringMatching(/^203\.0\.113\.6/) }]);
  expect((await run()).code).toBe(0);
  expect(alerts()).toHaveLength(1);
  place.append('access.log', attack(20, '203.0.113.6'));
  await run();
  expect(alerts()).toHaveLength(1);
});

it('--alert without --since-last is refused', async () => {
  const { code, err } = await place.run(['scan', 'access.log', '--alert']);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--alert goes with --since-last') });
});
