import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDemoSources, createReplaySources } from '../../src/sources/replay.ts';
import { scheduleLines } from '../../src/sources/schedule.ts';
import type { LineBatch, Source } from '../../src/sources/source.ts';
import { run, temporaryFolder } from './collect.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

const START = Date.UTC(2026, 10, 22, 12);

function demo(files: Readonly<Record<string, string>>, linesPerSecond: number, clock: ManualClock): Source[] {
  const directory = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return createDemoSources({ directory, linesPerSecond, clock });
}

/** Runs sources to their end, moving the clock by `stepMs` whenever all of them wait. */
async function playOut(
  sources: readonly Source[],
  clock: ManualClock,
  stepMs = 50,
): Promise<{ atMs: number; name: string; batch: LineBatch }[]> {
  const played: { atMs: number; name: string; batch: LineBatch }[] = [];
  let ended = 0;
  const readers = sources.map(async (source) => {
    for await (const batch of source.read({ signal: new AbortController().signal }))
      played.push({ atMs: clock.monotonic(), name: source.name, batch });
    ended += 1;
  });
  while (ended < sources.length) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.waiting().length > 0 && clock.waiting().length === sources.length - ended) clock.advance(stepMs);
  }
  await Promise.all(readers);
  return played;
}

const second = (n: number): string => `2026-03-02 02:00:${String(n).padStart(2, '0')},000`;

describe('demo sources', () => {
  it('deal out the lines of all files in the order of their times, each from its own source', async () => {
    const clock = createManualClock(START);
    const sources = demo(
      {
        'app.log': `${second(1)} a1\n${second(3)} a2\nTraceback\n${second(5)} a3\n`,
        'auth.log': 'Mar  2 02:00:02 web1 sshd[1]: b1\nMar  2 02:00:04 web1 sshd[1]: b2\n',
      },
      1,
      clock,
    );
    expect(sources.map(({ name }) => name)).toEqual(['app.log', 'auth.log']);
    const lines = (await playOut(sources, clock)).flatMap(({ batch }) =>
      batch.lines.map((line) => line.slice(-9).trim().split(' ').at(-1)),
    );
    expect(lines).toEqual(['a1', 'b1', 'a2', 'Traceback', 'b2', 'a3']);
  });

  it('keep the pace on average and set each line to the moment when it is due', async () => {
    const clock = createManualClock(START);
    const content = Array.from({ length: 40 }, (_, index) => `${second(index)} x\n`).join('');
    const played = await playOut(demo({ 'app.log': content }, 10, clock), clock);
    const lines = played.flatMap(({ batch }) => batch.lines);
    expect(lines).toHaveLength(40);
    expect(lines[0]).toBe('2026-11-22 12:00:00,000 x');
    expect(lines[39]).toBe('2026-11-22 12:00:03,900 x');
    expect(clock.monotonic()).toBeGreaterThanOrEqual(3900);
    expect(clock.monotonic()).toBeLessThan(4100);
  });

  it('say that they are live, and end', async () => {
    const clock = createManualClock(START);
    const played = await playOut(demo({ 'app.log': `${second(1)} x\n` }, 10, clock), clock);
    expect(played.map(({ batch }) => batch.event?.type)).toEqual(['live', undefined]);
  });

  it('stop at once when aborted', async () => {
    const clock = createManualClock(START);
    const [source] = demo({ 'app.log': `${second(1)} x\n${second(2)} y\n` }, 0.001, clock);
    if (source === undefined) throw new Error('one source');
    const running = run(source);
    await running.untilLines(1);
    await running.stop();
    expect(running.lines).toHaveLength(1);
  });

  it('are none for a folder that is not there', () => {
    expect(createDemoSources({ directory: join(temporaryFolder(), 'no'), linesPerSecond: 10 })).toEqual([]);
  });

  it('tell of a file that cannot be read', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'x.log'));
    const [source] = createReplaySources({ files: [join(folder, 'x.log')], linesPerSecond: 10 });
    if (source === undefined) throw new Error('one source');
    await run(source).untilEvent('failed', 'is a folder');
  });
});

describe('the schedule', () => {
  it('lasts as long as the pace says', () => {
    const times = Array.from({ length: 1000 }, (_, index) => index * 77);
    expect(scheduleLines(times, 100).at(-1)).toBeGreaterThan(9900);
    expect(scheduleLines(times, 100).at(-1)).toBeLessThan(10_000);
  });

  it('lets a busy second pass faster than a quiet one, by the square root', () => {
    const flood = Array.from({ length: 400 }, () => 5000);
    const due = scheduleLines([0, 1000, 2000, 3000, ...flood, 9000], 100);
    const quietGap = (due[1] ?? 0) - (due[0] ?? 0);
    const floodLength = (due[404] ?? 0) - (due[4] ?? 0);
    expect(floodLength / quietGap).toBeCloseTo(20);
  });

  it('has nothing to do for no lines', () => {
    expect(scheduleLines([], 100)).toHaveLength(0);
  });
});
