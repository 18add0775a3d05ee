import { createHash } from 'node:crypto';
import { createBoundedMap } from '../collections/bounded-map.ts';
import type { Entry } from '../model/entry.ts';
import type { LineOrigin } from './pipeline.ts';

export interface EventIds {
  /** The id of what was found in a line; to be asked once for each. */
  of(entry: Pick<Entry, 'raw' | 'timeMs'>, origin: LineOrigin): string;
}

export interface EventIdsParts {
  /** Name of this machine: several may send to one place. */
  readonly host: string;
  /** A text by chance, new at every start. */
  readonly run: string;
}

const MOST_KNOWN = 20_000;
/** 162 bits. */
const CHARACTERS = 27;

/** 162 bits of the hash of these parts; letters, digits, `-` and `_`. */
export const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, CHARACTERS);

/**
 * Ids that follow from where a line stands, so that a line that is read again after a kill is known again: machine, source, the place in it
 * that the source knows (see {@link LineOrigin.places}), and the line. Where it knows none: the line and its time, and which of those alike it is. A line without a place
 * and a time, of which another can be alike a week later, has an id of this run alone.
 */
export function createEventIds({ host, run }: EventIdsParts): EventIds {
  const seen = createBoundedMap<string, number>(MOST_KNOWN);
  return {
    of({ raw, timeMs }, { places, sourceName, sequence }) {
      const end = raw.indexOf('\n');
      // How many lines are joined to it depends on how they came.
      const line = end < 0 ? raw : raw.slice(0, end);
      const key = places?.key ?? sourceName;
      const place = places?.of(sequence);
      if (place !== undefined) return digest(host, key, place, line);
      if (timeMs === undefined) return digest(host, key, run, sequence, line);
      const alike = digest(host, key, line, timeMs);
      const count = seen.get(alike) ?? 0;
      seen.set(alike, count + 1);
      return count === 0 ? alike : digest(host, key, line, timeMs, count);
    },
  };
}
