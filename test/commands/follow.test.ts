import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { injection, isRunning, line, openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

const FOLLOW = ['--no-ui', '--format', 'ndjson', 'access.log'] as const;
/** Numbers of the injections printed, in order. */
const numbers = (out: string): number[] =>
  out
    .split('\n')
    .filter((text) => text.includes('"secmon.detection"'))
    .map((text) => Number(/\?n=(\d+)&/.exec(text)?.[1]));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('--no-ui', () => {
  test('prints what is there and what comes, ends on SIGTERM with a report and code 0', async () => {
    place.write('access.log', line('/') + injection(1));
    const running = place.start(['--no-ui', 'access.log']);
    await running.saw('n=1');
    place.append('access.log', injection(2));
    await running.saw('n=2');
    running.child.kill('SIGTERM');
    const { code, out, err } = await running.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^H {2}\S+ \S+ {2}203\.0\.113\.66 {2}sqli {2}/);
    expect(out).toMatch(/2 suspicious lines/);
  });

  test('without a terminal is what happens anyway, and is said', async () => {
    const { code, out, err } = await place.run([], { input: injection(1) });
    expect(code).toBe(0);
    expect(out).toContain('n=1');
    expect(err).toMatch(/no terminal here, so it prints instead/);
  });

  test('tells a file that is not there yet and reads it once it is', async () => {
    const running = place.start([...FOLLOW]);
    place.write('other', '');
    place.write('access.log', injection(1));
    await running.saw('n=1');
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });

  test('says on standard error what a screen would say, such as that an output takes nothing', async () => {
    place.write('access.log', injection(1));
    const running = place.start([...FOLLOW, '--from-start', '--output', `file:${place.path('no-such-folder/findings.ndjson')}`]);
    await vi.waitFor(() => expect(running.err()).toContain('findings.ndjson takes nothing, what is found waits'), 50_000);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });

  test('beside another that keeps the state says that its own is in memory only', async () => {
    place.write('access.log', injection(1));
    const first = place.start([...FOLLOW]);
    await first.saw('n=1');
    const { code, err } = await place.run(['--no-ui'], { input: injection(2) });
    expect({ code, err }).toEqual({
      code: 0,
      err: `secmon: the state is in memory only: another secmon (pid ${first.child.pid}) keeps the state\n`,
    });
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });

  test('writes nothing that a terminal would obey', async () => {
    const { out } = await place.run(['--no-ui'], {
      input: injection(1, { agent: '\u001b]0;owned\u0007' }).replace('GET /item', 'GET /\u001b[2J\u009b1m\u202eitem'),
    });
    expect(out).toContain('␛[2J');
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('a reader that goes away ends it with code 0', async () => {
    place.write('access.log', injection(1));
    const running = place.start([...FOLLOW]);
    await running.saw('n=1');
    running.child.stdout?.destroy();
    const writing = setInterval(() => place.append('access.log', injection(2)), 50);
    const { code, err } = await running.ended;
    clearInterval(writing);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

test('SIGTERM ends the commands that it reads as well', async () => {
  const running = place.start(['--no-ui', '--exec', 'echo $$ >pid; exec sleep 1000']);
  await expect.poll(() => place.has('pid') && place.read('pid').trim()).toBeTruthy();
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  await expect.poll(() => isRunning(Number(place.read('pid')))).toBe(false);
});

describe('--lines and --from-start', () => {
  test('choose how much history is read', async () => {
    place.write(
      'access.log',
      upTo(50)
        .map((n) => injection(n))
        .join(''),
    );
    const few = place.start([...FOLLOW, '--lines', '3']);
    await few.saw('n=50&');
    few.child.kill('SIGTERM');
    expect(numbers((await few.ended).out)).toEqual([48, 49, 50]);
    const none = place.start([...FOLLOW, '--lines', '0']);
    const writing = setInterval(() => place.append('access.log', injection(51)), 50);
    await none.saw('n=51&');
    clearInterval(writing);
    none.child.kill('SIGTERM');
    expect(new Set(numbers((await none.ended).out))).toEqual(new Set([51]));
    const all = place.start([...FOLLOW, '--from-start']);
    await all.saw('n=51&');
    all.child.kill('SIGTERM');
    expect(numbers((await all.ended).out).slice(0, 50)).toEqual(upTo(50));
  });
});

describe('--resume', () => {
  test('goes on exactly where a clean stop was: nothing lost, nothing twice', async () => {
    place.write(
      'access.log',
      upTo(20)
        .map((n) => injection(n))
        .join(''),
    );
    const first = place.start([...FOLLOW, '--from-start', '--resume']);
    await first.saw('n=20&');
    first.child.kill('SIGTERM');
    expect(numbers((await first.ended).out)).toEqual(upTo(20));
    place.append('access.log', [21, 22, 23].map((n) => injection(n)).join(''));
    const second = place.start([...FOLLOW, '--resume']);
    await second.saw('n=23&');
    second.child.kill('SIGTERM');
    expect(numbers((await second.ended).out)).toEqual([21, 22, 23]);
  });

  test('finds its place in a log that was rotated meanwhile', async () => {
    place.write(
      'access.log',
      upTo(5)
        .map((n) => injection(n))
        .join(''),
    );
    const first = place.start([...FOLLOW, '--from-start', '--resume']);
    await first.saw('n=5&');
    first.child.kill('SIGTERM');
    await first.ended;
    const { renameSync } = await import('node:fs');
    place.append('access.log', injection(6));
    renameSync(place.path('access.log'), place.path('access.log.1'));
    place.write('access.log', injection(7));
    const second = place.start([...FOLLOW, '--resume']);
    await second.saw('n=7&');
    second.child.kill('SIGTERM');
    expect(numbers((await second.ended).out)).toEqual([6, 7]);
  });

  test('after kill -9 loses nothing and reads at most what came since the last commit again', async () => {
    place.write(
      'access.log',
      upTo(20)
        .map((n) => injection(n))
        .join(''),
    );
    const first = place.start([...FOLLOW, '--from-start', '--resume']);
    await first.saw('n=20&');
    first.child.kill('SIGKILL');
    await first.ended;
    place.append('access.log', injection(21));
    const second = place.start([...FOLLOW, '--from-start', '--resume']);
    await second.saw('n=21&');
    second.child.kill('SIGTERM');
    const again = numbers((await second.ended).out);
    expect(again.at(-1)).toBe(21);
    expect(again).toEqual(again.map((_, i) => 22 - again.length + i));
    const third = place.start([...FOLLOW, '--resume']);
    place.append('access.log', injection(22));
    await third.saw('n=22&');
    third.child.kill('SIGTERM');
    expect(numbers((await third.ended).out)).toEqual([22]);
  });
});

test('demo without a terminal prints the story of the logs and ends with code 0', async () => {
  const { code, out } = await place.run(['demo']);
  expect(code).toBe(0);
  expect(out).toMatch(/Incidents, worst first/);
  for (const family of ['sqli', 'lfi', 'auth', 'webshell']) expect(out).toContain(family);
  expect(out).toMatch(/✔/);
});
