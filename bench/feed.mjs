// Writes log lines at a steady rate: node bench/feed.mjs RATE [SECONDS]. Lines of demo-logs/access.log with the time of now; rate 0: as fast as it is read.
import { readFileSync } from 'node:fs';

const [rate, seconds] = process.argv.slice(2).map(Number);
const lines = readFileSync(new URL('../demo-logs/access.log', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n) => String(n).padStart(2, '0');
const stamp = (t) =>
  `[${two(t.getUTCDate())}/${MONTHS[t.getUTCMonth()]}/${t.getUTCFullYear()}:${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} +0000]`;

process.stdout.on('error', () => process.exit(0));
let next = 0;
let written = 0;
const take = (count) => {
  const now = stamp(new Date());
  let text = '';
  for (let i = 0; i < count; i++) text += `${lines[next++ % lines.length].replace(/\[[^\]]*\]/, now)}\n`;
  written += count;
  return text;
};
const startedAt = performance.now();
const done = () => seconds > 0 && performance.now() - startedAt > seconds * 1000;
if (rate > 0) {
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * rate) / 1000) - written;
    if (due > 0) process.stdout.write(take(due));
    if (done()) clearInterval(timer);
  }, 10);
} else {
  const more = () => {
    while (!done()) if (!process.stdout.write(take(2000))) return void process.stdout.once('drain', more);
  };
  more();
}
