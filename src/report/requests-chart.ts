import { msg, t } from '../lang/lang.ts';
import { spanWords } from '../text/span-words.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { count } from '../text/units.ts';
import { html, type Markup } from './markup.ts';
import { linearScale, ticks, timeTicks } from './scale.ts';
import { STATUS_CLASSES, type StatusClass, type TimeBin, type TimeSeries } from './time-bins.ts';

/** How a time axis writes its times. */
export interface TimeAxis {
  readonly time: TimeFormat;
  /** What the zone adds to UTC. */
  readonly offsetMs: number;
}

const HEIGHT = 180;
const STRIP = 10;
const STRIP_GAP = 8;
const AXIS = 24;
const CLASS_STYLE: Readonly<Record<StatusClass, string>> = { '2xx': 'c2', '3xx': 'c3', '4xx': 'c4', '5xx': 'c5', other: 'c0' };
const CLASS_WORDS: Readonly<Record<StatusClass, string>> = {
  '2xx': '2xx',
  '3xx': '3xx',
  '4xx': '4xx',
  '5xx': '5xx',
  other: msg('no status'),
};
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const sum = (bin: TimeBin): number => STATUS_CLASSES.reduce((all, name) => all + bin.counts[name], 0);

/** A time as an axis of this step writes it: date, minute or second. */
export function axisTime(ms: number, stepMs: number, { time }: TimeAxis): string {
  if (stepMs >= DAY_MS) return time.dateTime(ms).slice(0, 10);
  return stepMs >= MINUTE_MS ? time.clockTime(ms).slice(0, 5) : time.clockTime(ms);
}

/** Round times along the bottom, the first and last kept inside. */
export function timeAxis(fromMs: number, toMs: number, options: TimeAxis & { readonly y: number; readonly most?: number }): Markup {
  const { atMs, stepMs } = timeTicks(fromMs, toMs, { most: options.most ?? 5, offsetMs: options.offsetMs });
  const x = linearScale(fromMs, toMs);
  const labels = atMs.map((at) => {
    const place = x(at);
    const anchor = place < 6 ? 'start' : place > 94 ? 'end' : 'middle';
    return html`<text x="${place}%" y="${options.y}" text-anchor="${anchor}">${axisTime(at, stepMs, options)}</text>`;
  });
  return html`${labels}`;
}

function stack(bin: TimeBin, { x, width, y }: { x: number; width: number; y: (n: number) => number }): Markup[] {
  let below = 0;
  return STATUS_CLASSES.flatMap((name) => {
    const n = bin.counts[name];
    if (n === 0) return [];
    const bottom = y(below);
    below += n;
    const height = Math.max(0.5, bottom - y(below));
    return [html`<rect class="${CLASS_STYLE[name]}" x="${x}%" width="${width}%" y="${px(bottom - height)}" height="${px(height)}"/>`];
  });
}

const px = (n: number): string => String(Math.round(n * 10) / 10);

/** What one bar stands for, for whoever points at it or has it read aloud. */
function barTitle(bin: TimeBin, atMs: number, time: TimeFormat): string {
  const classes = STATUS_CLASSES.filter((name) => bin.counts[name] > 0).map((name) => `${count(bin.counts[name])} ${t(CLASS_WORDS[name])}`);
  const suspicious = bin.detections > 0 ? [t('{detections} suspicious', { detections: count(bin.detections) })] : [];
  return `${time.dateTime(atMs)}: ${[...classes, ...suspicious].join(', ') || t('nothing')}`;
}

/** Lines per unit of time, stacked by class of status; below, on the same axis, when suspicious ones came. */
export function requestsChart({ startMs, stepMs, bins, outside }: TimeSeries, axis: TimeAxis): Markup {
  const present = STATUS_CLASSES.filter((name) => bins.some((bin) => bin.counts[name] > 0));
  const top = Math.max(1, ...bins.map(sum)) * 1.04;
  const values = ticks(top, 4).filter((value) => value <= top);
  const y = (n: number): number => HEIGHT - (n / top) * HEIGHT;
  const mostSuspicious = Math.max(1, ...bins.map((bin) => bin.detections));
  const step = 100 / Math.max(1, bins.length);
  const gap = bins.length > 60 ? step * 0.12 : step * 0.2;
  const place = (i: number): number => Math.round((i * step + gap / 2) * 1000) / 1000;
  const width = Math.round((step - gap) * 1000) / 1000;
  const bars = bins.map((bin, i) => {
    const heat = bin.detections === 0 ? 0 : 0.25 + 0.75 * Math.sqrt(bin.detections / mostSuspicious);
    const warm =
      heat === 0
        ? undefined
        : html`<rect class="heat" x="${place(i)}%" width="${width}%" y="${HEIGHT + STRIP_GAP}" height="${STRIP}" opacity="${Math.round(heat * 100) / 100}"/>`;
    return html`<g><title>${barTitle(bin, startMs + i * stepMs, axis.time)}</title>${stack(bin, { x: place(i), width, y })}${warm}</g>`;
  });
  const lines = values.map(
    (value) =>
      html`<line x1="0" x2="100%" y1="${px(y(value))}" y2="${px(y(value))}"/><text x="-8" y="${px(y(value) + 4)}" text-anchor="end">${count(value)}</text>`,
  );
  const total = (name: StatusClass): number => bins.reduce((all, bin) => all + bin.counts[name], 0);
  const suspicious = bins.reduce((all, bin) => all + bin.detections, 0);
  const legend = present.map(
    (name) => html`<span><i class="${CLASS_STYLE[name]}"></i>${t(CLASS_WORDS[name])} ${count(total(name))}</span>`,
  );
  const height = HEIGHT + STRIP_GAP + STRIP + AXIS;
  return html`<figure><div class="legend">${legend}${suspicious > 0 ? html`<span><i class="heat"></i>${t('suspicious')} ${count(suspicious)}</span>` : undefined}</div>
<div class="plot"><svg height="${height}" role="img" aria-label="${t('Lines every {span} by status', { span: spanWords(stepMs) })}"><g class="grid">${lines}</g>${bars}${timeAxis(startMs, startMs + bins.length * stepMs, { ...axis, y: height - 4 })}</svg></div>
${outside > 0 ? html`<p class="note">${t('{count} lines with times far from all others are not drawn.', { count: count(outside) })}</p>` : undefined}</figure>`;
}
