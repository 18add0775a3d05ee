import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');

/** Bundles a program of `fixtures/` the way the real one is bundled; returns its path, in a new folder. */
export async function bundleFixture(name: string, plugins: Plugin[]): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'fixture-')), 'main.mjs');
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(import.meta.dirname, 'fixtures', name)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'silent',
    alias: { 'react-devtools-core': './scripts/nothing.mjs' },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    plugins,
  });
  return outfile;
}
