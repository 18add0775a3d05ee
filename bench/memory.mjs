// Memory while a crowd passes by, of the built program: node bench/memory.mjs [ADDRESSES] [scan|follow|screen|hostile]
// Five million distinct addresses, ten heavy hitters amid them. The peak of the whole process must stay below the limit, the top ten be the true ones.
// `hostile`: as follow, but a seventh of a crowd a fifth that large misses pages, fails to log in or attacks: each has an incident.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crowd, heavyHitters } from './crowd.mjs';
import { openPty, wait } from './pty.mjs';

/** Issue: 5 million distinct addresses leave memory below 150 MB. */
const LIMIT_MB = 150;
const HOSTILE_LIMIT_MB = 200;
const COUNT = Number(process.argv[2] ?? 5_000_000);
const WAYS = ['scan', 'follow', 'screen', 'hostile'].filter((way) => process.argv[3] === undefined || process.argv[3] === way);
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const CROWD = fileURLToPath(new URL('crowd.mjs', import.meta.url));
const HOSTILE_PART = 5;
const KILOBYTE = 1024;

/** The highest resident memory of a process so far, in MB (proc(5): VmHWM); undefined once it has ended. */
function peakOf(pid) {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : (Number(kilobytes) * KILOBYTE) / 1e6;
  } catch {
    return undefined;
  }
}

/** Asks again and again until the process ends. */
function watchPeak(pid) {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, peakOf(pid) ?? 0);
  };
  const timer = setInterval(look, 100);
  return () => {
    look();
    clearInterval(timer);
    return peak;
  };
}

/** The program without a screen; its peak, and what it printed at its end. */
async function headless(args, { environment, ...lines }) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
  const peak = watchPeak(child.pid);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed = (printed + text).slice(-100_000);
  });
  const ended = once(child, 'close');
  for (const text of crowd(lines)) if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  // The peak is read while it lives: it has read all but what the pipe holds.
  const highest = peak();
  child.stdin.end();
  await ended;
  return { peakMb: highest, printed };
}

/** The same under a screen, which shows the top ten of the window of all. */
async function underScreen(environment) {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const pty = openPty(`node ${CROWD} ${COUNT} | ${variables.join(' ')} node ${CLI}`);
  const inputEnded = pty.until('input ended');
  await pty.until('secmon');
  await wait(1000);
  const peak = watchPeak(pty.program('cli.js'));
  await inputEnded;
  const peakMb = peak();
  pty.type('q');
  await Promise.race([pty.ended, wait(2000)]);
  pty.kill();
  return { peakMb, printed: undefined };
}

const wanted = heavyHitters(COUNT).map(({ address }) => address);
const work = mkdtempSync(join(tmpdir(), 'secmon-bench-'));
const environment = { XDG_STATE_HOME: join(work, 'state'), XDG_CONFIG_HOME: join(work, 'config') };
const runs = {
  scan: () => headless(['scan', '-', '--format', 'text'], { environment, count: COUNT }),
  follow: () => headless(['--no-ui', '-'], { environment, count: COUNT }),
  hostile: () => headless(['--no-ui', '-'], { environment, count: Math.ceil(COUNT / HOSTILE_PART), hostile: true }),
  screen: () => underScreen(environment),
};

/** Addresses of the report's table, in its order. */
const topOf = (printed) =>
  [...printed.slice(printed.lastIndexOf('Top addresses')).matchAll(/^\s+(?:[LMHC] )?(\d+\.\d+\.\d+\.\d+)\s/gm)].map(
    ([, address]) => address,
  );

console.log(
  `${COUNT.toLocaleString('en-US')} distinct addresses, ten heavy hitters amid them; peak of resident memory, at most ${LIMIT_MB} MB, ${HOSTILE_LIMIT_MB} MB where a fifth as many come and attack`,
);
for (const way of WAYS) {
  const { peakMb, printed } = await runs[way]();
  const isRight = printed === undefined || wanted.join() === topOf(printed).slice(0, wanted.length).join();
  const isSmall = peakMb > 0 && peakMb < (way === 'hostile' ? HOSTILE_LIMIT_MB : LIMIT_MB);
  const top = printed === undefined ? '' : isRight ? ', the true top ten' : ', a WRONG top ten';
  console.log(`${way.padEnd(8)} ${peakMb.toFixed(0).padStart(5)} MB${isSmall ? '' : '  MISSED'}${top}`);
  if (!isRight || !isSmall) process.exitCode = 1;
}
rmSync(work, { recursive: true });
