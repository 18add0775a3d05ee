import { extname } from 'node:path';
import type { FileChange } from '../../sources/tree-watch.ts';
import { visible } from '../../text/sanitize.ts';

/** Request and file belong together within this time of each other; the log may tell the request's begin or its end, in whole seconds. */
export const TOGETHER_MS = 5_000;

/** A request that may have written a file. */
export interface Upload {
  readonly rowId: number;
  readonly actor: string;
  readonly address: string;
  readonly timeMs: number;
  readonly status: number;
  /** A rule flags it. */
  readonly suspicious: boolean;
}

/** What wrote a file, as far as it can be told. */
export type Culprit =
  | { readonly type: 'one'; readonly upload: Upload }
  /** Too many at once to name one. */
  | { readonly type: 'several'; readonly uploads: readonly Upload[] };

const SCRIPTS: ReadonlySet<string> = new Set(
  '.php .php3 .php4 .php5 .php7 .php8 .phtml .phar .phps .pht .inc .jsp .jspx .jspf .war .asp .aspx .ashx .asmx .asa .cer .cfm .cgi .pl .py .rb .sh .lua .so .user.ini'.split(
    ' ',
  ),
);
/** Files without an extension of their own that decide what runs. */
const CONTROLS: ReadonlySet<string> = new Set(['.htaccess', '.user.ini', 'web.config', '.htpasswd']);
/** Distinct actors above which none is named alone. */
const MOST_ACTORS = 3;

/** True for what a web server may run, or what decides what it runs: also `shell.php.jpg` and `shell.PhP`. */
export function isScript(path: string): boolean {
  const name = (path.split('/').at(-1) ?? '').toLowerCase().slice(-255);
  if (CONTROLS.has(name)) return true;
  // Apache's AddHandler looks at every extension of a name, not only at the last.
  const parts = name.split('.').slice(1);
  return SCRIPTS.has(extname(name)) || parts.some((part) => /^(?:php\d?|phtml|phar|jspx?|aspx?)$/.test(part));
}

/** How far a request lies from a file; one that was answered with an error wrote it less likely, one that a rule flags more. */
const distance = ({ timeMs, status, suspicious }: Upload, fileMs: number): number =>
  Math.abs(fileMs - timeMs) + (status >= 400 ? 2_000 : 0) - (suspicious ? 2_000 : 0);

/** The request that wrote the file; several when they cannot be told apart; undefined when there is none near it. */
export function culpritOf(file: Pick<FileChange, 'timeMs'>, uploads: readonly Upload[]): Culprit | undefined {
  const near = uploads
    .filter(({ timeMs }) => Math.abs(file.timeMs - timeMs) <= TOGETHER_MS)
    .sort((a, b) => distance(a, file.timeMs) - distance(b, file.timeMs));
  const [first] = near;
  if (first === undefined) return undefined;
  const least = distance(first, file.timeMs);
  const rivals = near.filter((one) => distance(one, file.timeMs) <= least + 1_000);
  const actors = new Set(rivals.map(({ actor }) => actor));
  if (first.suspicious || actors.size <= MOST_ACTORS) return { type: 'one', upload: first };
  return { type: 'several', uploads: rivals };
}

/** `shell.php created 0.3 s later`: harmless, and short. */
export function changeNote(file: FileChange, uploadMs: number): string {
  const seconds = (file.timeMs - uploadMs) / 1000;
  const when = `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'before' : 'later'}`;
  return `${harmlessPath(file.path.split('/').at(-1) ?? '')} ${file.kind} ${when}`;
}

const SHOWN_PATH = 80;

/** A file's name for the screen; a long one keeps its end, where the extension is. */
export function harmlessPath(path: string): string {
  const shown = visible(path.slice(-4 * SHOWN_PATH));
  return shown.length > SHOWN_PATH ? `…${shown.slice(1 - SHOWN_PATH)}` : shown;
}
