// A pseudo-terminal by util-linux `script`: types keys, counts what the program writes, reads the main thread's CPU time from /proc.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU seconds of one thread, user and system (proc(5), fields 14 and 15). */
const threadSeconds = (pid, tid) => {
  const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** The process below `pid` whose command line holds `word`. */
function find(pid, word) {
  for (const child of childrenOf(pid)) {
    const line = readFileSync(`/proc/${child}/cmdline`, 'utf8');
    if (line.includes(word) && !line.startsWith('sh') && !line.startsWith('bash')) return child;
    const below = find(child, word);
    if (below) return below;
  }
  return undefined;
}

/** Runs a shell command in a terminal of the given size. */
export function openPty(command, { columns = 120, rows = 40 } = {}) {
  const env = { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', CI: '' };
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows ${rows}; ${command}`, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const startedAt = performance.now();
  let bytes = 0;
  let frames = 0;
  let listeners = [];
  child.stdout.on('data', (chunk) => {
    bytes += chunk.length;
    const text = chunk.toString('latin1');
    frames += text.split('\u001b[?2026h').length - 1;
    for (const listener of listeners) listener(text);
  });
  return {
    startedAt,
    get bytes() {
      return bytes;
    },
    get frames() {
      return frames;
    },
    type: (keys) => child.stdin.write(keys),
    /** Resolves with the time when output holds `text`. */
    until: (text) =>
      new Promise((resolve) => {
        let seen = '';
        const listener = (chunk) => {
          seen = (seen + chunk).slice(-200_000);
          if (!(typeof text === 'string' ? seen.includes(text) : text(seen))) return;
          listeners = listeners.filter((l) => l !== listener);
          resolve(performance.now());
        };
        listeners.push(listener);
      }),
    program: (word) => find(child.pid, word),
    mainThreadSeconds: (pid) => threadSeconds(pid, pid),
    allSeconds: (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => sum + threadSeconds(pid, tid), 0),
    residentBytes: (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024,
    ended: new Promise((resolve) => child.on('exit', resolve)),
    kill: () => child.kill(),
  };
}

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
