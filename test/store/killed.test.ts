import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { START_MS } from './samples.ts';

it('holds every commit of a process that was killed in the middle of its work, and lets the next one in', async () => {
  const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
  const folder = mkdtempSync(join(modules, '.secmon-test-'));
  try {
    const outfile = join(folder, 'writer.mjs');
    const entry = fileURLToPath(new URL('./killed-writer.ts', import.meta.url));
    buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', external: ['libsql'] });
    const path = join(folder, 'secmon.db');
    const child = spawn(process.execPath, [outfile, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let said = 0;
    for await (const line of createInterface(child.stdout)) {
      said = Number(line);
      if (said === 200) child.kill('SIGKILL');
    }
    expect((await exited)[1]).toBe('SIGKILL');

    const store = await openStore({ path, now: () => START_MS });
    expect(store.memoryOnly).toBe('');
    expect(store.notices).toEqual([]);
    expect(store.positions.get('/log')?.offset).toBeGreaterThanOrEqual(said);
    expect(store.incidents.get('last')?.detections).toBe(store.positions.get('/log')?.offset);
    store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
