import type { MutePlace } from '../../model/mute.ts';
import { inlineYaml } from './inline-yaml.ts';
import { FOREVER } from './mute.ts';

/** A mute about to be written. */
export interface MuteDraft {
  readonly id: string;
  /** Names of the rules or correlations, at least one. */
  readonly rules: readonly string[];
  readonly place: MutePlace;
  /** Milliseconds since the epoch; undefined: forever. */
  readonly untilMs: number | undefined;
  readonly nowMs: number;
  readonly author: string;
  /** `''` for none. */
  readonly note: string;
  readonly successes: boolean;
}

/** Stands at the top of a new file. */
export const MUTES_HEADING = `# What secmon was told to keep quiet about: Sigma filters, one a line, each with an end ("expires").
# Lines can be changed or removed by hand; the file is read again when it changes.
`;

const named = ([first = '', ...others]: readonly string[]): string =>
  others.length < 2 ? [first, ...others].join(' and ') : `${first} and ${others.length} more`;
const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The mute as one line of the file, without its line end: a YAML document in flow style. */
export function muteLine({ id, rules, place, untilMs, nowMs, author, note, successes }: MuteDraft): string {
  const document = {
    title: `Mute ${named(rules)} ${place.words}`.slice(0, 200),
    id,
    date: new Date(nowMs).toISOString().slice(0, 10),
    author,
    ...(note === '' ? {} : { description: note }),
    expires: untilMs === undefined ? FOREVER : seconds(untilMs),
    ...(successes ? { successes } : {}),
    logsource: place.isWeb ? { category: 'webserver' } : { product: 'secmon' },
    filter: { rules, selection: place.selection, condition: 'not selection' },
  };
  return `--- ${inlineYaml(document)}`;
}
