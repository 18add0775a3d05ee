import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { injection, line, openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
  place.write(
    'access.log',
    [line('/'), injection(1, { second: 60 }), injection(2, { second: 61 }), line('/a', { second: 3_700, address: '192.0.2.9' })].join(''),
  );
});
afterEach(() => place.remove());

test('a page is written where it was asked for, for its owner alone; the exit code is that of scan', async () => {
  const { code, err, out } = await place.run(['report', 'access.log', '-o', 'report.html']);
  expect([code, err, out]).toEqual([1, '', '']);
  expect(place.read('report.html')).toMatch(/^<!doctype html>[\s\S]*203\.0\.113\.66/);
  expect(statSync(place.path('report.html')).mode & 0o077).toBe(0);
  expect((await place.run(['report', 'access.log', '-o', 'report.html', '--fail-on', 'critical', '--address', '192.0.2.9'])).code).toBe(0);
});

test('the file name tells the format, and standard input is read as by every command', async () => {
  await place.run(['report', 'access.log', '-o', 'ticket.md']);
  expect(place.read('ticket.md')).toContain('`203[.]0[.]113[.]66`');
  const { out } = await place.run(['report', '--format', 'csv', '--table', 'addresses'], { input: place.read('access.log') });
  expect(out.split('\n')[0]).toMatch(/^source\.address,lines,/);
  expect(out).toContain('203.0.113.66,2,');
});

test('a window leaves out what came before and after', async () => {
  const { out } = await place.run([
    'report',
    'access.log',
    '--format',
    'csv',
    '--table',
    'addresses',
    '--from',
    '2026-03-02 00:30',
    '--to',
    '02:00',
  ]);
  expect(out.trim().split('\n').slice(1)).toEqual([expect.stringMatching(/^192\.0\.2\.9,1,/)]);
});

test('an address or network narrows to its lines', async () => {
  const { out } = await place.run(['report', 'access.log', '--format', 'csv', '--table', 'detections', '--address', '203.0.113.0/24']);
  expect(out.trim().split('\n')).toHaveLength(3);
});

test('the worst incident by its number, as a ticket and as evidence that checks', async () => {
  const { code, err } = await place.run(['report', 'access.log', '--incident', '1', '--evidence', 'cases']);
  expect(code).toBe(1);
  const [name = ''] = readdirSync(place.path('cases')).filter((one) => !one.endsWith('.gz'));
  expect(err).toContain(`cases/${name}.tar.gz`);
  expect(place.read(`cases/${name}/lines/access.log`)).toBe(injection(1, { second: 60 }) + injection(2, { second: 61 }));
  expect(execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: place.path(`cases/${name}`), encoding: 'utf8' })).toBe('');
});

test.each([
  [['report', 'access.log', '--from', 'yesterdayish'], /--from: expected a time/],
  [['report', 'access.log', '--from', '2026-03-02', '--to', '2026-03-01'], /--to has to be later/],
  [['report', 'access.log', '--address', 'localhost'], /--address: expected/],
  [['report', 'access.log', '--incident', '99'], /no number 99/],
  [['report', 'access.log', '--incident', 'abcdef12'], /is kept in/],
  [['report', 'access.log', '--incident', '$(x)'], /--incident: expected/],
])('%j is refused with the reason', async (args, reason) => {
  const { code, err } = await place.run([...args, '--format', 'html']);
  expect([code, err]).toEqual([2, expect.stringMatching(reason)]);
});

test('a log that is not there is said, and the rest is reported', async () => {
  const { code, err } = await place.run(['report', 'access.log', 'gone.log', '-o', 'report.html']);
  expect([code, err]).toEqual([2, expect.stringContaining('gone.log')]);
  expect(place.read('report.html')).toContain('203.0.113.66');
});

test('the help shows how', async () => {
  const { out } = await place.run(['report', '--help']);
  expect(out).toContain('secmon report access.log --incident 1 --format markdown');
  expect(out).toContain('Exit codes');
});
