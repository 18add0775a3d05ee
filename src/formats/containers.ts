import { msg } from '../lang/lang.ts';
import type { Entry, Span, TextField } from '../model/entry.ts';
import { decodeBytes, escapedLength } from './escapes.ts';
import type { Format, FormatContext, Rejection } from './format.ts';
import { type Leaf, leafText, scanJson } from './json-scan.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader, epochMs } from './time.ts';
import { createWrappedParser, placeBy, severityWord, type Unwrapped, type Wrapper } from './wrapped.ts';

const NOT_CRI: Rejection = { reason: msg('no container line: time stdout|stderr F') };
const NOT_DOCKER: Rejection = { reason: msg('no docker JSON with log, stream and time') };
const NOT_JOURNAL: Rejection = { reason: msg('no journal entry with MESSAGE and __REALTIME_TIMESTAMP') };
const NOT_COMPOSE: Rejection = { reason: msg('no "service | " in front') };
const NOT_STAMPED: Rejection = { reason: msg('no time in front') };
const NO_PLACE: Unwrapped['place'] = () => ({});

/** containerd and CRI-O (Kubernetes' CRI logging format): `2026-03-02T02:13:41.5Z stdout F message`. */
function criWrapper(context: FormatContext): Wrapper {
  const times = createTimeReader(context);
  const head = /^ (?:stdout|stderr) [FP] /;
  return {
    strict: false,
    unwrap(line) {
      const time = line.charCodeAt(10) === 84 ? times.iso(line, 0) : undefined;
      const found = time === undefined ? null : head.exec(line.slice(time.end, time.end + 12));
      if (time === undefined || found === null) return NOT_CRI;
      return verbatim(line, time.end + found[0].length, time.ms);
    },
  };
}

/** `docker logs --timestamps`, `kubectl logs --timestamps`: a time, then a line of a known format. */
function stampedWrapper(context: FormatContext): Wrapper {
  const times = createTimeReader(context);
  return {
    strict: true,
    unwrap(line) {
      const time = line.charCodeAt(10) === 84 ? times.iso(line, 0) : undefined;
      return time === undefined || line.charCodeAt(time.end) !== 32 ? NOT_STAMPED : verbatim(line, time.end + 1, time.ms);
    },
  };
}

/** `docker compose logs`: `web-1  | message`. */
function composeWrapper(): Wrapper {
  const head = /^[A-Za-z][\w.-]{0,63} {0,32}\| /;
  return {
    strict: true,
    unwrap(line) {
      const found = head.exec(line.slice(0, 100));
      return found === null ? NOT_COMPOSE : verbatim(line, found[0].length, undefined);
    },
  };
}

const verbatim = (line: string, start: number, timeMs: number | undefined): Unwrapped => ({
  text: line.slice(start),
  timeMs,
  program: '',
  level: '',
  place: placeBy(start),
});

/** docker's json-file driver: `{"log":"message\n","stream":"stdout","time":"…"}`. */
function dockerWrapper(context: FormatContext): Wrapper {
  const times = createTimeReader(context);
  return {
    strict: false,
    unwrap(line) {
      const leaves = line.startsWith('{') && line.includes('"log":') ? scanJson(line) : undefined;
      const log = leaves?.find(({ path, kind }) => path === 'log' && kind === 'string');
      const time = leaves?.find(({ path }) => path === 'time');
      if (log === undefined || leaves?.some(({ path }) => path === 'stream') !== true) return NOT_DOCKER;
      const text = leafText(line, log).replace(/[\r\n]{1,2}$/, '');
      const timeMs = time === undefined ? undefined : times.iso(leafText(line, time), 0)?.ms;
      return { text, timeMs, program: '', level: '', place: (spans) => placeInString(line, log, spans) };
    },
  };
}

/** `journalctl -o json` (systemd.journal-fields(7)); MESSAGE is an array of bytes where it is no printable UTF-8, of texts where there are several, null where it is too long. */
const journaldWrapper: Wrapper = {
  strict: false,
  unwrap(line) {
    const leaves = line.startsWith('{') && line.includes('"__REALTIME_TIMESTAMP"') ? scanJson(line) : undefined;
    if (leaves === undefined) return NOT_JOURNAL;
    const fields = new Map(leaves.map((leaf) => [leaf.path, leaf]));
    const text = (name: string): string => {
      const leaf = fields.get(name);
      return leaf === undefined ? '' : leafText(line, leaf);
    };
    const time = epochMs(text('__REALTIME_TIMESTAMP'));
    if (time === undefined) return NOT_JOURNAL;
    const priority = text('PRIORITY');
    return {
      ...journalMessage(line, fields),
      timeMs: time,
      program: text('SYSLOG_IDENTIFIER') || text('_COMM') || text('_SYSTEMD_UNIT'),
      level: /^[0-7]$/.test(priority) ? severityWord(Number(priority)) : '',
    };
  },
};

function journalMessage(line: string, fields: ReadonlyMap<string, Leaf>): Pick<Unwrapped, 'text' | 'place'> {
  const leaf = fields.get('MESSAGE');
  if (leaf?.kind === 'string') return { text: leafText(line, leaf), place: (spans) => placeInString(line, leaf, spans) };
  if (leaf?.kind !== 'array') return { text: '', place: NO_PLACE };
  const parts = [0, 1, 2, 3].flatMap((index) => fields.get(`MESSAGE.${index}`) ?? []).filter(({ kind }) => kind !== 'number');
  if (parts.length === 0) return { text: bytesText(line, leaf), place: NO_PLACE };
  return { text: parts.map((part) => (part.kind === 'array' ? bytesText(line, part) : leafText(line, part))).join('\n'), place: NO_PLACE };
}

function bytesText(line: string, leaf: Leaf): string {
  const bytes = line
    .slice(leaf.start + 1, leaf.end - 1)
    .split(',', 65_536)
    .map(Number);
  return decodeBytes(bytes.map((byte) => (byte >= 0 && byte <= 255 ? byte : 63)));
}

/** Places in a decoded JSON string as places in the line; one walk over the string for all of them. */
export function placeInString(line: string, leaf: Span, spans: Entry['spans']): Entry['spans'] {
  const offsets = new Map<number, number>();
  for (const { start, end } of Object.values(spans)) offsets.set(start, -1).set(end, -1);
  const wanted = [...offsets.keys()].sort((a, b) => a - b);
  let at = leaf.start;
  let decoded = 0;
  for (const offset of wanted) {
    while (decoded < offset && at < leaf.end) {
      const length = escapedLength(line, at);
      if (length < 0) return {};
      at += length;
      decoded += 1;
    }
    offsets.set(offset, at);
  }
  const placed: Partial<Record<TextField, Span>> = {};
  for (const [field, { start, end }] of Object.entries(spans)) {
    placed[field as TextField] = { start: offsets.get(start) ?? leaf.start, end: offsets.get(end) ?? leaf.end };
  }
  return placed;
}

const carried = (id: string, title: string, wrapper: (context: FormatContext) => Wrapper, weight = 1): Format => {
  const create: Format['create'] = (context) => createWrappedParser(context, wrapper(context));
  return { id, title, score: scoreByParsing(create, weight), create };
};

export const containerd = carried('containerd', 'container log', criWrapper);
export const dockerJson = carried('docker', 'docker JSON', dockerWrapper);
export const journald = carried('journald', 'journald JSON', () => journaldWrapper);
export const compose = carried('compose', 'docker compose', composeWrapper, 0.95);
export const stamped = carried('stamped', 'container log with times', stampedWrapper, 0.95);
