import { msg } from '../lang/lang.ts';
import { type Draft, draft, put, putAddress, putVerbatim } from './draft.ts';
import type { Format, LineParser } from './format.ts';
import { type Leaf, leafText, scanJson } from './json-scan.ts';
import { scoreByParsing } from './sample-context.ts';
import { epochMs } from './time.ts';

const NOT_OSQUERY = { reason: msg('no result of osqueryd: name, hostIdentifier, columns') } as const;
/** Members that hold what was found: of an event, of a snapshot, of a batch. */
const HOLDERS = ['columns', 'snapshot', 'diffResults.added', 'diffResults.removed'] as const;
const HOST = /"host(?:Identifier|name)"/;
/** What a line without `action` tells. */
const LEVELS: Readonly<Record<(typeof HOLDERS)[number], string>> = {
  columns: '',
  snapshot: 'snapshot',
  'diffResults.added': 'added',
  'diffResults.removed': 'removed',
};
const USER_COLUMNS = ['columns.username', 'columns.user'];

/**
 * Lines of `osqueryd.results.log` (osquery documentation, "Logging"): one row that was added or removed, a snapshot, or a batch. The query is the
 * program, `added`, `removed` or `snapshot` the level, and what was found the message. What the first run of a query adds was there before: `initial`.
 */
function parse(line: string): ReturnType<LineParser['parse']> {
  if (line.charCodeAt(0) !== 123 || !HOST.test(line)) return NOT_OSQUERY;
  const leaves = scanJson(line);
  if (leaves === undefined) return NOT_OSQUERY;
  const leaf = (path: string): Leaf | undefined => leaves.find((one) => one.path === path);
  const name = leaf('name');
  const holder = HOLDERS.find((one) => leaves.some(({ path }) => path === one || path.startsWith(`${one}.`)));
  const found = holder === undefined ? undefined : rangeOf(line, leaves, holder);
  // Batches call the host otherwise.
  const host = leaf('hostIdentifier') ?? (holder === 'columns' || leaf('unixTime') === undefined ? undefined : leaf('hostname'));
  if (name === undefined || host === undefined || holder === undefined || found === undefined) return NOT_OSQUERY;
  const entry: Draft = draft('application', line);
  const time = leaf('unixTime');
  if (time !== undefined) entry.timeMs = epochMs(leafText(line, time));
  entry.program = leafText(line, name);
  put(entry, 'host', host.start, host.end);
  const action = leaf('action');
  const counter = leaf('counter');
  const level = action === undefined ? LEVELS[holder] : leafText(line, action);
  entry.level = level === 'added' && counter !== undefined && leafText(line, counter) === '0' ? 'initial' : level;
  const user = USER_COLUMNS.map(leaf).find((one) => one !== undefined);
  if (user !== undefined) put(entry, 'user', user.start, user.end);
  const remote = leaf('columns.remote_address');
  if (remote !== undefined) putAddress(entry, 'address', remote.start, remote.end);
  putVerbatim(entry, 'message', found.start, found.end);
  return entry;
}

/** From the first to the last value of what was found, with the name before the first. */
function rangeOf(line: string, leaves: readonly Leaf[], holder: string): { readonly start: number; readonly end: number } | undefined {
  const own = leaves.filter(({ path }) => path === holder || path.startsWith(`${holder}.`));
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const name = first.path.slice(first.path.lastIndexOf('.') + 1);
  const quoted = line.lastIndexOf(`"${name}"`, first.start);
  return {
    start: quoted >= 0 && first.start - quoted < name.length + 16 ? quoted : first.start,
    end: Math.min(line.length, last.end + (last.kind === 'string' ? 1 : 0)),
  };
}

export const osquery: Format = {
  id: 'osquery',
  title: 'osquery results',
  score: scoreByParsing(() => ({ parse })),
  create: () => ({ parse }),
};
