import type { Clock } from '../../clock/clock.ts';
import { createRing } from '../../collections/ring.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { msg, t } from '../../lang/lang.ts';
import type { Hit, Outcome, RuleInfo } from '../../model/detection.ts';
import { actorOf } from '../../net/address.ts';
import { type FileChange, type TreeWatch, watchTree } from '../../sources/tree-watch.ts';
import { copyText } from '../../text/copy-text.ts';
import { visible } from '../../text/sanitize.ts';
import type { Feed } from '../feed/feed.ts';
import type { HeldLine } from '../feed/held-line.ts';
import type { Notices } from '../notices.ts';
import { changeNote, culpritOf, harmlessPath, isScript, type Upload } from './web-root-match.ts';
import { createWebRootRuns } from './web-root-runs.ts';

/** Puts files that appear in a web server's folders beside the requests that wrote them. */
export interface WebRoot {
  /** Takes note of a line that was just processed. */
  saw(line: HeldLine): void;
  /** Resolves when all folders are watched. */
  readonly ready: Promise<void>;
  /** File changes that were lost to bounds. */
  readonly dropped: number;
  close(): void;
}

export interface WebRootParts {
  readonly roots: readonly string[];
  readonly clock: Clock;
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly notices: Notices;
  /** Known to be harmless: what they write is told, and no incident. */
  readonly isTrusted: (address: string, userAgent: string) => boolean;
  readonly onChange: () => void;
  /** For tests. */
  readonly watch?: typeof watchTree;
}

export const WRITTEN_SCRIPT: RuleInfo = {
  id: '5f0c2e0e-6a1d-4b6f-9a35-0c1c4d1f9b57',
  name: 'web-root-script',
  title: msg('Script written into the web root'),
  description: 'A file that the server runs appeared or changed right after this request: an upload of a web shell looks like this.',
  severity: 'critical',
  families: ['webshell'],
  techniques: ['T1505.003'],
};

/** Methods whose requests write (RFC 9110; RFC 4918, WebDAV). */
const WRITING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'COPY', 'MOVE']);
/** A file is judged once requests that were logged after it had time to come, and again until this much later. */
const SETTLE_MS = 1_500;
const LATE_MS = 60_000;
const MOST_UPLOADS = 5_000;
const MOST_FILES = 2_000;
/** Lines whose time lies further from the wall clock are of another day. */
const PRESENT_MS = 5 * 60_000;

const outcomeOf = (status: number): Outcome =>
  status >= 500 ? 'error' : status >= 400 ? 'refused' : status >= 300 ? 'redirected' : status >= 200 ? 'answered' : 'none';

interface WaitingFile extends FileChange {
  readonly seenMs: number;
}

export function createWebRoot(parts: WebRootParts): WebRoot {
  const { roots, clock, feed, incidents, notices, isTrusted, onChange, watch = watchTree } = parts;
  const uploads = createRing<Upload>(MOST_UPLOADS);
  const runs = createWebRootRuns();
  let waiting: WaitingFile[] = [];
  let dropped = 0;
  let cancel: (() => void) | undefined;

  const nearUploads = (): Upload[] => [...uploads.values()].filter(({ timeMs }) => timeMs > clock.now() - LATE_MS - PRESENT_MS);
  /** Marks the line that wrote a file; a script makes it a success of a web shell. */
  const markLine = (line: HeldLine, note: string, script: boolean): void => {
    if (!script) {
      if (!line.success) feed.amend(line.id, { note });
      return;
    }
    const hit: Hit = { rule: WRITTEN_SCRIPT, matches: [] };
    feed.amend(line.id, {
      note,
      success: true,
      severity: 'critical',
      outcome: line.outcome ?? outcomeOf(line.entry.status),
      families: ['webshell', ...line.families.filter((family) => family !== 'webshell')],
      hits: [hit, ...(line.hits ?? []).filter(({ rule }) => rule.id !== WRITTEN_SCRIPT.id)],
    });
  };
  const blameOne = (file: FileChange, upload: Upload): void => {
    const line = feed.get(upload.rowId);
    if (line === undefined) return;
    const trusted = isTrusted(upload.address, line.entry.userAgent);
    const script = isScript(file.path);
    const { note, first } = runs.note(upload.rowId, changeNote(file, upload.timeMs), script);
    markLine(line, note, script && !trusted);
    if (!script) return;
    if (first) {
      const { method, target } = line.entry;
      const request = `${method} ${visible(target.slice(0, 80))}`;
      const about = { file: harmlessPath(file.path), request, address: visible(upload.address) };
      notices.add(
        file.kind === 'created' ? t('{file} created: {request} by {address}', about) : t('{file} changed: {request} by {address}', about),
      );
    }
    if (!trusted && upload.actor !== '') incidents.behaviour(runs.grow(file, upload, WRITTEN_SCRIPT), line.sourceName);
  };
  const judge = (file: FileChange): boolean => {
    const culprit = culpritOf(file, nearUploads());
    if (culprit === undefined) return false;
    if (culprit.type === 'one') blameOne(file, culprit.upload);
    else if (isScript(file.path)) {
      const source = feed.get(culprit.uploads[0]?.rowId ?? 0)?.sourceName ?? '';
      incidents.behaviour(runs.shared(file, culprit.uploads, WRITTEN_SCRIPT), source);
      const about = { file: harmlessPath(file.path), n: culprit.uploads.length };
      notices.add(
        file.kind === 'created'
          ? t('{file} created while {n} requests were writing', about)
          : t('{file} changed while {n} requests were writing', about),
      );
    }
    onChange();
    return true;
  };
  const settle = (): void => {
    cancel = undefined;
    const now = clock.now();
    waiting = waiting.filter((file) => now - file.seenMs < SETTLE_MS - 50 || (!judge(file) && now - file.seenMs < LATE_MS));
    if (waiting.length > 0) arm();
  };
  const arm = (): void => {
    cancel ??= clock.after(SETTLE_MS, settle);
  };
  const trees: TreeWatch[] = roots.map((root) =>
    watch({
      root,
      clock,
      onNotice: (text) => notices.add(text),
      onChange(file) {
        if (waiting.length >= MOST_FILES) {
          dropped += 1;
          return;
        }
        waiting.push({ ...file, seenMs: clock.now() });
        arm();
      },
    }),
  );

  return {
    saw({ id, entry, severity }) {
      const { timeMs, address, status } = entry;
      if (entry.kind !== 'http' || !WRITING.has(entry.method) || timeMs === undefined) return;
      if (Math.abs(clock.now() - timeMs) > PRESENT_MS) return;
      const actor = address === '' ? '' : actorOf(address);
      uploads.push({ rowId: id, actor: copyText(actor), address: copyText(address), timeMs, status, suspicious: severity !== undefined });
    },
    ready: Promise.all(trees.map(({ ready }) => ready)).then(() => undefined),
    get dropped() {
      return trees.reduce((sum, tree) => sum + tree.dropped, dropped);
    },
    close() {
      cancel?.();
      for (const tree of trees) tree.close();
    },
  };
}
