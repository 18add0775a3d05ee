// Lines a second of `secmon scan` beside peers that are installed, on the same file in the same run: grep, and GoAccess where it is there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'secmon-bench-'));
const log = join(work, 'access.log');
const once = readFileSync(`${root}demo-logs/access.log`, 'utf8');
const REPEATS = 20;
writeFileSync(log, once.repeat(REPEATS));
const lines = (once.split('\n').length - 1) * REPEATS;

/** Least CPU seconds of three runs: the noise of a shared machine only adds. */
function seconds(command, args) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const run = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>/dev/null', '-', command, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [user, system] = run.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    if (run.status !== null && user + system > 0.001) least = Math.min(least, user + system);
  }
  return least;
}
const has = (name) => spawnSync('which', [name]).status === 0;
const secmon = seconds(process.execPath, [`${root}dist/cli.js`, 'scan', log, '--format', 'ndjson']);
const peers = [
  ["grep -ciE 'union.+select|<script|\\.\\./'", 'grep', ['-ciE', 'union.+select|<script|\\.\\./', log]],
  ...(has('goaccess') ? [['goaccess', 'goaccess', ['--log-format=COMBINED', '-o', join(work, 'report.json'), log]]] : []),
];
console.log(`${lines.toLocaleString('en-US')} lines, ${(statSync(log).size / 1e6).toFixed(0)} MB, a fifth of them attacks`);
console.log(`${'secmon scan'.padEnd(50)} ${((secmon * 1e6) / lines).toFixed(1)} µs of CPU a line`);
for (const [title, command, args] of peers)
  console.log(`${`  beside ${title}`.padEnd(51)}${(secmon / seconds(command, args)).toFixed(1)}x its CPU time`);
rmSync(work, { recursive: true });
