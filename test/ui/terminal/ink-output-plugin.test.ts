import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { inkOutputPlugin } from '../../../scripts/ink-output-plugin.mjs';
import { renderFrame } from '../../render-screen.ts';
import { bundleFixture } from './bundle-fixture.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function framesOf(plugins: Parameters<typeof bundleFixture>[1]): Promise<{ code: string; frames: string[] }> {
  const path = await bundleFixture('two-frames.tsx', plugins);
  folders.push(dirname(path));
  const env = { ...process.env, THEMES: join(import.meta.dirname, '../../../themes') };
  return { code: readFileSync(path, 'utf8'), frames: JSON.parse(execFileSync(process.execPath, [path], { encoding: 'utf8', env })) };
}

test('the bundle draws by concatenation, and every cell is as Ink itself draws it, also where panels overlap', async () => {
  const [patched, stock] = await Promise.all([framesOf([inkOutputPlugin()]), framesOf([])]);
  expect(patched.code).toContain('concatenateOutput(this) ?? this.getByCells()');
  expect(stock.code).not.toContain('concatenateOutput(this)');
  expect(patched.frames.length).toBe(stock.frames.length);
  expect(patched.frames.length).toBeGreaterThanOrEqual(2);
  for (const [index, frame] of patched.frames.entries()) {
    const [fast, slow] = [await renderFrame(frame, 40, 8), await renderFrame(stock.frames[index] ?? '', 40, 8)];
    expect(fast.cells).toEqual(slow.cells);
  }
  expect((await renderFrame(patched.frames.at(-1) ?? '', 40, 8)).text).toContain('over');
});

test('the build is refused with another version of Ink than the one that was measured', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ink-'));
  folders.push(folder);
  mkdirSync(join(folder, 'ink/build'), { recursive: true });
  writeFileSync(join(folder, 'ink/package.json'), JSON.stringify({ version: '6.9.0' }));
  writeFileSync(join(folder, 'ink/build/output.js'), 'export default 1;');
  const bundling = build({
    entryPoints: [join(folder, 'ink/build/output.js')],
    write: false,
    bundle: true,
    logLevel: 'silent',
    plugins: [inkOutputPlugin()],
  });
  await expect(bundling).rejects.toThrow(/ink 6\.9\.0 is installed, but the faster Output is made for 6\.8\.0/);
});
