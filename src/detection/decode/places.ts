import type { Entry, TextField } from '../../model/entry.ts';
import type { Judgement } from '../structure/judgement.ts';
import { decodeForms, type Profile } from './chain.ts';
import { isCleanReferer, isCleanTarget, isCleanText } from './clean.ts';
import type { StepName } from './steps.ts';

/** Where in an entry a text stands that rules match on. */
export type Place =
  | 'target'
  | 'path'
  | 'query'
  | 'param-name'
  | 'param-value'
  | 'referer'
  | 'referer-value'
  | 'method'
  | 'protocol'
  | 'host'
  | 'userAgent'
  | 'user'
  | 'message'
  | 'address'
  | 'forwardedFor'
  | 'program'
  | 'level';

/** A piece of a field as logged. */
export interface Origin {
  readonly field: TextField;
  readonly start: number;
  readonly text: string;
}

/** One decoded form of a piece of a field; rules match against `text`, case-blind ones against `lower`. */
export interface View {
  readonly origin: Origin;
  readonly text: string;
  readonly steps: readonly StepName[];
  lower: string | undefined;
  /** What the judges of structures said of the text, by their name, once asked. */
  judged?: Map<string, Judgement | undefined>;
  /** The strings of a text that is JSON, null for one that is none; undefined until asked. */
  strings?: readonly string[] | null;
}

/** Parameters beyond this many are matched as one value. */
export const MAX_PARAMETERS = 256;
const NO_STEPS: readonly StepName[] = [];

interface Parameter {
  readonly name: Origin;
  readonly value: Origin;
}

/** Splits a query at `&`, names from values at the first `=`; `offset` is where the query begins in its field. */
export function splitParameters(field: TextField, query: string, offset: number): readonly Parameter[] {
  const parameters: Parameter[] = [];
  for (let start = 0; start < query.length && parameters.length <= MAX_PARAMETERS; ) {
    const next = parameters.length === MAX_PARAMETERS ? -1 : query.indexOf('&', start);
    const end = next < 0 ? query.length : next;
    const equals = query.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    const valueStart = Math.min(nameEnd + 1, end);
    if (end > start) {
      parameters.push({
        name: { field, start: offset + start, text: query.slice(start, nameEnd) },
        value: { field, start: offset + valueStart, text: query.slice(valueStart, end) },
      });
    }
    start = end + 1;
  }
  return parameters;
}

const queryStart = (target: string): number => {
  const mark = target.indexOf('?');
  return mark < 0 ? target.length : mark + 1;
};

function originsOf(entry: Entry, place: Place): readonly Origin[] {
  switch (place) {
    case 'path':
      return [
        {
          field: 'target',
          start: 0,
          text: entry.target.slice(0, entry.target.includes('?') ? queryStart(entry.target) - 1 : entry.target.length),
        },
      ];
    case 'query':
      return [{ field: 'target', start: queryStart(entry.target), text: entry.target.slice(queryStart(entry.target)) }];
    case 'param-name':
    case 'param-value': {
      const start = queryStart(entry.target);
      return splitParameters('target', entry.target.slice(start), start).map(
        (parameter) => parameter[place === 'param-name' ? 'name' : 'value'],
      );
    }
    case 'referer-value': {
      const start = queryStart(entry.referer);
      return splitParameters('referer', entry.referer.slice(start), start).map((parameter) => parameter.value);
    }
    case 'program':
    case 'level':
      return [{ field: 'message', start: 0, text: entry[place] }];
    default:
      return [{ field: place, start: 0, text: entry[place] }];
  }
}

const PROFILES: Partial<Record<Place, Profile>> = {
  target: 'target',
  query: 'target',
  path: 'path',
  'param-name': 'value',
  'param-value': 'value',
  'referer-value': 'value',
  referer: 'text',
  userAgent: 'text',
  user: 'text',
  host: 'text',
  message: 'text',
  forwardedFor: 'text',
  method: 'text',
  protocol: 'text',
};

const FIELD_OF: Readonly<Record<Place, TextField>> = {
  target: 'target',
  path: 'target',
  query: 'target',
  'param-name': 'target',
  'param-value': 'target',
  referer: 'referer',
  'referer-value': 'referer',
  method: 'method',
  protocol: 'protocol',
  host: 'host',
  userAgent: 'userAgent',
  user: 'user',
  message: 'message',
  address: 'address',
  forwardedFor: 'forwardedFor',
  program: 'message',
  level: 'message',
};

/** The field that a place is cut from. */
export const fieldOf = (place: Place): TextField => FIELD_OF[place];

/** True when no view of the field, nor of any piece of it, differs from what is logged. */
export function isCleanField(field: TextField, text: string): boolean {
  return field === 'target' ? isCleanTarget(text) : field === 'referer' ? isCleanReferer(text) : isCleanText(text);
}

/** Places cut from each field that is decoded; the prefilter scans their decoded forms. */
export const PLACES_OF: Readonly<Partial<Record<TextField, readonly Place[]>>> = {
  target: ['target', 'path', 'query', 'param-name', 'param-value'],
  referer: ['referer', 'referer-value'],
  userAgent: ['userAgent'],
  user: ['user'],
  host: ['host'],
  forwardedFor: ['forwardedFor'],
  message: ['message'],
  method: ['method'],
  protocol: ['protocol'],
};

/** The views of one entry, each place's made when first asked for. */
export interface EntryViews {
  of(place: Place): readonly View[];
  /** Views made so far. */
  readonly count: () => number;
}

/** `alwaysDecode` takes the slow path for clean fields too: for the test that proves both equal. */
export function viewsOf(entry: Entry, options: { readonly alwaysDecode?: boolean } = {}): EntryViews {
  const made = new Map<Place, readonly View[]>();
  const clean = new Map<TextField, boolean>();
  let count = 0;
  const isClean = (field: TextField): boolean => {
    const known = clean.get(field);
    if (known !== undefined) return known;
    const result = options.alwaysDecode !== true && isCleanField(field, entry[field]);
    clean.set(field, result);
    return result;
  };
  const make = (place: Place): readonly View[] => {
    const profile = PROFILES[place];
    const views: View[] = [];
    for (const origin of originsOf(entry, place)) {
      if (origin.text === '') continue;
      views.push({ origin, text: origin.text, steps: NO_STEPS, lower: undefined });
      if (profile === undefined || isClean(FIELD_OF[place])) continue;
      for (const form of decodeForms(origin.text, profile)) views.push({ origin, text: form.text, steps: form.steps, lower: undefined });
    }
    count += views.length;
    return views;
  };
  return {
    of: (place) => {
      let views = made.get(place);
      if (views === undefined) {
        views = make(place);
        made.set(place, views);
      }
      return views;
    },
    count: () => count,
  };
}

/** The text of a view in lower case, made once. */
export function lowerOf(view: View): string {
  view.lower ??= view.text.toLowerCase();
  return view.lower;
}
