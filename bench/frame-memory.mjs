// Memory over 36,000 frames (an hour at ten a second) of the production bundle's screen: node --expose-gc bench/frame-memory.mjs
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inkOutputPlugin } from '../scripts/ink-output-plugin.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}dist/bench-frames.mjs`;
await build({
  absWorkingDir: root,
  entryPoints: ['bench/frames.tsx'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  alias: { 'react-devtools-core': './scripts/nothing.mjs' },
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  plugins: [inkOutputPlugin()],
});
const run = spawnSync(process.execPath, ['--expose-gc', outfile], { stdio: ['ignore', 'inherit', 'inherit'] });
rmSync(outfile);
process.exitCode = run.status ?? 1;
