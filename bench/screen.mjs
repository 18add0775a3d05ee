// The screen's cost in a real pseudo-terminal, on the built bundles. Prints a table; judges nothing by lone times beyond the design's limits.
import { openPty, wait } from './pty.mjs';

const here = new URL('.', import.meta.url).pathname;
const CLI = `${here}../dist/cli.js`;
const state = `XDG_STATE_HOME=$(mktemp -d) XDG_CONFIG_HOME=$(mktemp -d)`;
const percentile = (values, p) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];
const row = (what, value, limit) => console.log(`${what.padEnd(64)} ${String(value).padStart(12)}   ${limit}`);

/** First frame, beside the start of an empty Node program. */
async function firstFrame() {
  const times = [];
  const bare = [];
  for (let i = 0; i < 5; i++) {
    const empty = openPty(`node -e 'process.stdout.write("\\u001b[?2026h")'`);
    bare.push((await empty.until('[?2026h')) - empty.startedAt);
    await empty.ended;
    const pty = openPty(`${state} node ${CLI} /dev/null`);
    times.push((await pty.until((s) => s.includes('[?2026h') && s.includes('secmon'))) - pty.startedAt);
    pty.type('q');
    await pty.ended;
  }
  row('first frame, median of 5', `${Math.round(percentile(times, 0.5))} ms`, 'under 700 ms');
  row('  beside an empty Node program', `${(percentile(times, 0.5) / percentile(bare, 0.5)).toFixed(1)}x`, '');
}

/** 1,000 lines a second, 10 frames a second, for 20 s. */
async function steady() {
  const pty = openPty(`node ${here}feed.mjs 1000 40 | ${state} node ${CLI}`);
  await pty.until('secmon');
  await wait(3000);
  const pid = pty.program('cli.js');
  const before = { cpu: pty.mainThreadSeconds(pid), all: pty.allSeconds(pid), bytes: pty.bytes, frames: pty.frames, at: performance.now() };
  await wait(20_000);
  const seconds = (performance.now() - before.at) / 1000;
  const frames = pty.frames - before.frames;
  row(
    '1,000 lines/s at 120x40: main thread',
    `${((100 * (pty.mainThreadSeconds(pid) - before.cpu)) / seconds).toFixed(1)} %`,
    'under 10 % of a core',
  );
  row('  whole process', `${((100 * (pty.allSeconds(pid) - before.all)) / seconds).toFixed(1)} %`, '');
  row('  frames a second', (frames / seconds).toFixed(1), '10');
  row('  bytes a frame', Math.round((pty.bytes - before.bytes) / frames), 'under 8,192');
  pty.type('q');
  await pty.ended;
}

/** Keys while the engine reads as fast as it can: from the key to the first frame that shows its effect. */
async function keys() {
  const pty = openPty(`node ${here}feed.mjs 0 40 | ${state} node ${CLI}`);
  await pty.until('secmon');
  await wait(2000);
  const times = [];
  for (let i = 0; i < 40; i++) {
    const open = i % 2 === 0;
    const seen = pty.until((s) => s.includes(open ? 'FAMILIES' : '[?2026h') || s.includes('[?2026h'));
    const at = performance.now();
    pty.type(open ? '?' : '\u001b[27~');
    times.push((await (open ? pty.until('Keys') : seen)) - at);
    if (open) pty.type('q');
    await wait(150);
  }
  const opened = times.filter((_, i) => i % 2 === 0);
  row('key to its effect at full speed, 95th percentile', `${Math.round(percentile(opened, 0.95))} ms`, 'under 50 ms');
  pty.type('q');
  await wait(200);
  pty.type('q');
  await pty.ended;
}

/** Nothing happens: bytes a second. */
async function idle() {
  const pty = openPty(`sleep 60 | ${state} node ${CLI}`);
  await pty.until('secmon');
  await wait(3000);
  const before = pty.bytes;
  await wait(15_000);
  row('idle at 120x40: bytes a second', Math.round((pty.bytes - before) / 15), 'under 100');
  pty.type('q');
  await Promise.race([pty.ended, wait(1000)]);
  pty.kill();
}

await firstFrame();
await steady();
await keys();
await idle();
