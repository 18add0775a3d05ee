import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFileSource } from '../../src/sources/file.ts';
import { run, temporaryFolder } from './collect.ts';

const GENERATIONS = 6;

/** Moves `.1` to `.2` and so on, as logrotate does. */
function shiftGenerations(path: string): void {
  for (let generation = GENERATIONS; generation >= 1; generation -= 1) {
    if (existsSync(`${path}.${generation}`)) renameSync(`${path}.${generation}`, `${path}.${generation + 1}`);
  }
}

type Step = 'line' | 'half' | 'burst' | 'look' | 'rotate';

const steps = fc.array(fc.constantFrom<Step>('line', 'half', 'burst', 'look', 'look', 'rotate'), { minLength: 5, maxLength: 40 });

const ROTATIONS: readonly (readonly [string, (path: string) => void])[] = [
  [
    'rename and create',
    (path) => {
      renameSync(path, `${path}.1`);
      writeFileSync(path, '');
    },
  ],
  [
    'copytruncate',
    (path) => {
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
    },
  ],
];

describe.each(ROTATIONS)('any order of writing, looking and %s', (name, rotate) => {
  it('loses no line and gives none twice', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const path = join(temporaryFolder(), 'app.log');
        writeFileSync(path, '');
        const running = run(createFileSource({ path, history: 'all', follow: true, pollMs: 20, graceMs: 30 }));
        await running.untilEvent('live');
        const written: string[] = [];
        let open = '';
        let rotatedSinceLook = GENERATIONS;
        const write = (text: string): void => {
          appendFileSync(path, text);
          const pieces = (open + text).split('\n');
          open = pieces.pop() ?? '';
          written.push(...pieces);
        };
        for (const step of sequence) {
          if (step === 'line') write(`line ${written.length}\n`);
          if (step === 'half') write(`half ${written.length} `);
          if (step === 'burst') write(Array.from({ length: 300 }, (_, index) => `burst ${written.length} ${index}\n`).join(''));
          // Several generations between two looks are found again; of copytruncate one, and something of it must have been read.
          const most = name === 'copytruncate' ? 1 : GENERATIONS;
          if (step === 'rotate' && rotatedSinceLook < most) {
            if (open !== '') write('\n');
            shiftGenerations(path);
            rotate(path);
            rotatedSinceLook += 1;
          }
          if (step === 'look') {
            write(`seen ${written.length}\n`);
            await running.untilLines(written.length);
            rotatedSinceLook = 0;
          }
        }
        write('end\n');
        await running.untilLines(written.length);
        await running.stop();
        expect([...running.lines].sort()).toEqual(written.sort());
      }),
      { numRuns: 25 },
    );
  });
});
