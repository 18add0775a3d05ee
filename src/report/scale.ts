/** A number as a share of the chart's width or height, in per cent with two decimals. */
export type Scale = (value: number) => number;

/** From `[from, to]` onto 0–100; a span of nothing maps everything to 0. Values outside are clamped. */
export function linearScale(from: number, to: number): Scale {
  const span = to - from;
  return (value) => {
    if (!(span > 0)) return 0;
    return Math.round(Math.min(100, Math.max(0, ((value - from) / span) * 100)) * 100) / 100;
  };
}

/** Round numbers from 0 to at least `highest`, about `wanted` of them: 1, 2 or 5 times a power of ten apart. */
export function ticks(highest: number, wanted: number): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power);
  const count = Math.ceil(highest / step);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [1_000, 5_000, 10_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE].concat([
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
  3640 * DAY,
]);

/** Round times inside `[from, to]`, at most `most`; `offsetMs` is what the zone adds to UTC. */
export function timeTicks(
  fromMs: number,
  toMs: number,
  { most, offsetMs }: { most: number; offsetMs: number },
): { atMs: number[]; stepMs: number } {
  const span = Math.max(1, toMs - fromMs);
  const stepMs = TIME_STEPS.find((step) => span / step <= most) ?? 36_400 * DAY;
  const first = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const atMs: number[] = [];
  for (let at = first; at <= toMs && atMs.length <= most; at += stepMs) atMs.push(at);
  return { atMs, stepMs };
}
