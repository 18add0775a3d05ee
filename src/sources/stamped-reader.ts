import type { ProgramOutput, ProgramReader } from './program-command.ts';

/** RFC 3339 with up to nine digits after the second, as Go writes it, and a space. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;
const LATER_STAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) /g;
/** Container runtimes cut a line at 16 KiB, which is no less than this many characters (Podman at 8 KiB, which is that many but for the East Asian scripts). */
const LEAST_PART = 5_000;
/** Its outputs come over pipes of their own: what the one got may be this much older than what was read of the other. */
const OUTPUTS_APART_S = 10;
const MARK = /^(stdout|stderr)=(\d{1,12}\.\d{9})\/(\d{1,9})$/;

/** The time of the last line of an output, `1772417621.500000000` (so that the order of texts is that of times), and how many lines had it. */
interface Seen {
  readonly stamp: string;
  readonly count: number;
}

interface OutputPlace {
  last: Seen | undefined;
  /** Where the run before ended, until a line behind it came. */
  before: Seen | undefined;
  /** Lines of this run that had the time of `before`. */
  again: number;
}

/**
 * Reads what `docker logs --timestamps` and `kubectl logs --timestamps` give: a time, a space and the line. A long line comes in parts, each with a time
 * before it, which are joined. Both programs begin at a time, that time included, kubectl at a whole second: what was read already is told by time and count.
 */
export function createStampedReader(mark: string): ProgramReader {
  const seconds = createSecondReader();
  const places = new Map<ProgramOutput, OutputPlace>();
  for (const part of mark.split(',')) {
    const [, output, stamp = '', count] = MARK.exec(part) ?? [];
    if (output === 'stdout' || output === 'stderr')
      places.set(output, { last: { stamp, count: Number(count) }, before: undefined, again: 0 });
  }
  const placeOf = (output: ProgramOutput): OutputPlace => {
    const known = places.get(output);
    if (known !== undefined) return known;
    const place: OutputPlace = { last: undefined, before: undefined, again: 0 };
    places.set(output, place);
    return place;
  };
  return {
    read(line, output) {
      const found = STAMP.exec(line.slice(0, 40));
      const second = found === null ? undefined : seconds(`${found[1]}${found[3]}`);
      if (found === null || second === undefined) return 'said';
      const fraction = (found[2] ?? '').padEnd(9, '0');
      const place = placeOf(output);
      if (isRepeated(place, `${second}.${fraction}`)) return 'repeated';
      const { stamp, count } = advance(place, `${second}.${fraction}`);
      return {
        text: joined(line.slice(found[0].length), found[0]),
        timeMs: second * 1000 + Math.floor(Number(fraction) / 1e6),
        place: `${output}=${stamp}/${count}`,
      };
    },
    resume() {
      let newest = '';
      for (const place of places.values()) {
        place.before = place.last;
        place.again = 0;
        if (place.last !== undefined && place.last.stamp > newest) newest = place.last.stamp;
      }
      if (newest === '') return undefined;
      return { from: places.size < 2 ? newest : `${Math.max(0, Number.parseInt(newest, 10) - OUTPUTS_APART_S)}.000000000` };
    },
    get mark() {
      return [...places].flatMap(([output, { last }]) => (last === undefined ? [] : [`${output}=${last.stamp}/${last.count}`])).join(',');
    },
  };
}

/** Once a line behind the old place came, all do: a clock that was set back makes later lines older. */
function isRepeated(place: OutputPlace, stamp: string): boolean {
  const { before } = place;
  if (before === undefined) return false;
  if (stamp < before.stamp) return true;
  if (stamp === before.stamp && place.again < before.count) {
    place.again += 1;
    return true;
  }
  place.before = undefined;
  return false;
}

function advance(place: OutputPlace, stamp: string): Seen {
  place.last = { stamp, count: place.last?.stamp === stamp ? place.last.count + 1 : 1 };
  return place.last;
}

/** The line without the times in front of its later parts: that of its head (Docker writes the same before each), and any that stands where a part can begin. */
function joined(text: string, head: string): string {
  if (text.length < LEAST_PART) return text;
  let out = '';
  let at = 0;
  for (const { 0: stamp, index } of text.matchAll(LATER_STAMP)) {
    if (stamp !== head && index - at < LEAST_PART) continue;
    out += text.slice(at, index);
    at = index + stamp.length;
  }
  return out + text.slice(at);
}

/** Seconds since the epoch of `2026-03-02T02:13:41Z`; neighbouring lines share theirs. */
function createSecondReader(): (text: string) => number | undefined {
  let known = '';
  let second = 0;
  return (text) => {
    if (text === known) return second;
    const ms = Date.parse(text);
    if (!(ms >= 0)) return undefined;
    known = text;
    second = ms / 1000;
    return second;
  };
}

/** For `ProgramLine.place` and the options of programs: the stamp as RFC 3339, to the nanosecond. */
export function rfc3339Of(stamp: string): string {
  const [second = '', fraction = ''] = stamp.split('.');
  const time = new Date(Number(second) * 1000);
  return Number.isNaN(time.getTime()) ? stamp : `${time.toISOString().slice(0, 19)}.${fraction}Z`;
}
