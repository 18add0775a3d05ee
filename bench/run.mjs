// All benchmarks, one after the other: node bench/run.mjs [NAME…]. Needs the build, and util-linux for the terminal.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHES = ['screen', 'frame-memory', 'memory', 'throughput', 'hostile', 'rules-cost'];
const wanted = process.argv.slice(2);
for (const name of BENCHES.filter((b) => wanted.length === 0 || wanted.includes(b))) {
  process.stdout.write(`\n${name}\n`);
  const run = spawnSync(process.execPath, [fileURLToPath(new URL(`${name}.mjs`, import.meta.url))], { stdio: 'inherit' });
  if (run.status !== 0) process.exitCode = 1;
}
