// Draws frames as fast as they are drawn, every line of the feed changing, and reports the heap: run through bench/memory.mjs.
import { systemClock } from '../src/clock/clock.ts';
import type { EngineClient, EngineEvent, View } from '../src/engine/protocol.ts';
import type { Snapshot } from '../src/model/snapshot.ts';
import { startUi } from '../src/ui/start.tsx';
import { createScreenWriter } from '../src/ui/terminal/screen-writer.ts';
import type { Session } from '../src/ui/terminal/session.ts';
import { glyphs, loadTheme } from '../src/ui/theme/theme.ts';
import { busySnapshot } from '../test/ui/fixtures/snapshot.ts';

const WARM_UP = 6_000;
const FRAMES = 36_000;
const size = { columns: 120, rows: 40 };
let bytes = 0;
const write = (chunk: Uint8Array): number => {
  bytes += chunk.length;
  return chunk.length;
};
const screen = createScreenWriter({ ...size, clock: systemClock, sleep: () => {}, write });
screen.start();
const nothing = (): (() => void) => () => {};
const session: Session = {
  screen,
  depth: 24,
  utf8: true,
  glyphs: glyphs(true),
  size,
  onKey: nothing,
  onResize: nothing,
  onExit: () => {},
  suspend: () => {},
  exit: () => {},
  close: () => {},
  fail(error) {
    throw error;
  },
};

let frame = 0;
const moving = (viewId: number): Snapshot => {
  const base = busySnapshot({ viewId, rowCount: 31 });
  const rows = base.feed.rows.map((row, i) => ({
    ...row,
    id: frame * 31 + i,
    text: `${row.text}&n=${frame * 31 + i}`,
    address: `198.51.${(frame + i) % 250}.${(frame * 7 + i) % 250}`,
  }));
  const addresses = base.addresses.map((row, i) => ({ ...row, address: `203.0.113.${(frame + i) % 250}`, hits: row.hits + frame }));
  return {
    ...base,
    lines: frame * 25,
    feed: { ...base.feed, rows },
    addresses,
    wallMs: base.wallMs + frame * 100,
    ratePerSecond: 1000 + (frame % 97),
  };
};
let listener: (event: EngineEvent) => void = () => {};
let viewId = 0;
const client: EngineClient = {
  async request(command, request) {
    if (command !== 'view') throw new Error(`unexpected ${command}`);
    viewId = (request as View).id;
    return moving(viewId) as never;
  },
  subscribe(next) {
    listener = next;
    return () => {};
  },
  close: async () => {},
};
startUi({ client, session, themes: [loadTheme('dark', `${process.cwd()}/themes`)], timeZone: 'UTC' });

const heap = async (): Promise<number> => {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
};
const draw = async (count: number): Promise<void> => {
  for (const end = frame + count; frame < end; frame++) {
    listener({ type: 'snapshot', snapshot: moving(viewId) });
    await new Promise((resolve) => setImmediate(resolve));
  }
};

await draw(WARM_UP);
const before = await heap();
const cpu = process.cpuUsage();
const written = { frames: screen.counters.frames, bytes };
await draw(FRAMES);
const used = process.cpuUsage(cpu);
const grown = (await heap()) - before;
const frames = screen.counters.frames - written.frames;
const report = (what: string, value: string, limit: string) =>
  process.stdout.write(`${what.padEnd(64)} ${value.padStart(12)}   ${limit}\n`);
report(`${frames.toLocaleString('en-US')} frames at 120x40: memory grown`, `${(grown / 1e6).toFixed(1)} MB`, 'under 20 MB');
report('  CPU a frame, snapshot made and drawn', `${((used.user + used.system) / 1000 / frames).toFixed(1)} ms`, '');
report('  bytes a frame, every line new', ((bytes - written.bytes) / frames).toFixed(0), '');
process.exit(0);
