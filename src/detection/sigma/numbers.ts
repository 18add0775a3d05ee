import type { Entry } from '../../model/entry.ts';
import type { Budget } from './budget.ts';
import type { FieldMeaning } from './fields.ts';
import type { Comparison, TimePart } from './rule.ts';

/** The number that a field means; undefined when the entry does not have it. */
export function numberIn(entry: Entry, of: Extract<FieldMeaning, { type: 'number' }>['of'], budget?: Budget): number | undefined {
  switch (of) {
    case 'status':
      return entry.status === 0 ? undefined : entry.status;
    case 'bytes':
    case 'durationMs':
      return entry[of] < 0 ? undefined : entry[of];
    case 'target-length':
      return entry.target.length;
    case 'line-length':
      return entry.raw.length;
    case 'param-count':
      return parameterCount(entry.target);
    case 'static':
      return isStatic(entry.target) ? 1 : 0;
    case 'exhausted':
      return budget?.isSpent() === true ? 1 : 0;
  }
}

const STATIC: ReadonlySet<string> = new Set(
  'css js mjs map png jpg jpeg gif svg ico webp avif bmp woff woff2 ttf otf eot mp4 webm mp3 ogg wav'.split(' '),
);
const LONGEST_EXTENSION = 5;

/** True for the path of a file that pages are made of, by its extension. */
export function isStatic(target: string): boolean {
  const mark = target.indexOf('?');
  const end = mark < 0 ? target.length : mark;
  const dot = target.lastIndexOf('.', end - 1);
  return dot >= 0 && end - dot - 1 <= LONGEST_EXTENSION && STATIC.has(target.slice(dot + 1, end).toLowerCase());
}

function parameterCount(target: string): number {
  const mark = target.indexOf('?');
  if (mark < 0) return 0;
  let count = 1;
  for (let at = target.indexOf('&', mark); at >= 0; at = target.indexOf('&', at + 1)) count++;
  return count;
}

const DAY_MS = 86_400_000;

/** ISO 8601 week: the one that holds the year's first Thursday is the first. */
function weekOf(date: Date): number {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * DAY_MS)) + 1;
}

/** A part of the event time, in UTC. */
export function timePartOf(timeMs: number, part: TimePart): number {
  const date = new Date(timeMs);
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'week':
      return weekOf(date);
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
  }
}

export function compare(left: number, operator: Comparison, right: number): boolean {
  switch (operator) {
    case 'eq':
      return left === right;
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
  }
}
