import { readdirSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepOutput } from '../../../src/checks/updates/kept-output.ts';
import { openFolder, quickClock } from '../support.ts';

describe('the kept output', () => {
  it('has a file of its own each time, also twice in one second; the oldest are let go', () => {
    const folder = openFolder({ 'updates-mine.log': 'not ours' });
    const clock = quickClock();
    const first = [keepOutput(folder, clock), keepOutput(folder, clock), keepOutput(folder, clock)];
    expect(new Set(first.map(({ path }) => path)).size).toBe(3);
    const more = Array.from({ length: 40 }, () => keepOutput(folder, clock));
    for (const one of [...first, ...more]) one.close();
    expect(readdirSync(folder).filter((name) => /^updates-\d/.test(name))).toHaveLength(30);
    expect(readdirSync(folder)).toContain(basename(more.at(-1)?.path ?? ''));
    expect(readdirSync(folder)).toContain('updates-mine.log');
  });

  it('is told as it comes, whoever writes, with characters whole', async () => {
    const output = keepOutput(openFolder(), quickClock());
    const heard: string[] = [];
    const stop = output.follow((text) => heard.push(text));
    const bytes = Buffer.from('패키지\n');
    writeSync(output.file, bytes.subarray(0, 4));
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(heard.join('')).toBe('패');
    writeSync(output.file, bytes.subarray(4));
    output.write('and more');
    stop();
    expect(heard.join('')).toBe('패키지\nand more');
    output.close();
  });

  it('that cannot be made is one sentence', () => {
    expect(() => keepOutput('/proc/nowhere', quickClock())).toThrow(
      /cannot be kept in \/proc\/nowhere \(ENOENT\), so nothing was installed/,
    );
  });
});
