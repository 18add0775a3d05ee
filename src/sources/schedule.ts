/** Seconds of the log are stretched by this power of how much they hold: 1 would be an even pace, 0 the log's own. */
const EVENNESS = 0.5;
const STEP_MS = 1000;

/**
 * When each line of a log is dealt out, milliseconds from the start: `linesPerSecond` on the whole, but a busy second of the log
 * passes faster than a quiet one (by the square root of its lines), so that a flood still looks like one. Seconds without lines are skipped.
 * `timesMs` rises.
 */
export function scheduleLines(timesMs: readonly number[], linesPerSecond: number): Float64Array {
  const due = new Float64Array(timesMs.length);
  let units = 0;
  for (let start = 0; start < timesMs.length; ) {
    const step = Math.floor((timesMs[start] ?? 0) / STEP_MS);
    let end = start + 1;
    while (end < timesMs.length && Math.floor((timesMs[end] ?? 0) / STEP_MS) === step) end += 1;
    const length = (end - start) ** EVENNESS;
    for (let index = start; index < end; index += 1) due[index] = units + (length * (index - start)) / (end - start);
    units += length;
    start = end;
  }
  const scale = units === 0 ? 0 : (timesMs.length / linesPerSecond / units) * 1000;
  return due.map((at) => at * scale);
}
