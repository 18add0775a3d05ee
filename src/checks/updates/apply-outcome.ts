import type { Said } from '../../text/said.ts';
import { said, saidOf } from '../../text/said.ts';
import { lastWords, type ProcessResult } from '../run-process.ts';
import { SAYS } from './apply-sentences.ts';
import { KEPT_BACK, namesOf, packagesBelow, summaryOf } from './apt-output.ts';

/** What an upgrade that ended well came to, by what the package manager said. */
export function outcomeOf(text: string): Said {
  if (/^Nothing to do\.$/m.test(text)) return said(SAYS.nothing);
  const summary = summaryOf(text);
  if (summary === undefined) return said(SAYS.installed);
  const { upgraded, added, unfinished } = summary;
  // Not those that an archive hands out bit by bit (phased updates).
  const kept = packagesBelow(text, KEPT_BACK);
  const hasDone = upgraded + added + unfinished > 0;
  if (kept.length > 0) {
    const texts = hasDone ? { one: SAYS.oneKept, many: SAYS.manyKept } : { one: SAYS.onlyOneKept, many: SAYS.onlyManyKept };
    return saidOf(kept.length, texts, { names: namesOf(kept) });
  }
  return said(hasDone ? SAYS.installed : SAYS.nothing);
}

/** dnf(8). */
const DNF_LOCKED = 200;

interface Failed extends Pick<ProcessResult, 'code'> {
  readonly program: string;
  /** The end of everything that was said. */
  readonly text: string;
}

/** Why an upgrade did not end well: one sentence with what to do. */
export function failureOf({ program, code, text }: Failed): Said {
  const packages = packagesBelow(text, 'Errors were encountered while processing:');
  if (packages.length > 0) return said(SAYS.packagesFailed, { names: namesOf(packages) });
  if (program === 'dnf' && code === DNF_LOCKED) return said(SAYS.locked);
  for (const [pattern, sentence] of KNOWN) {
    const found = pattern.exec(text);
    if (found !== null) return said(sentence, { program, said: found[0].trim().slice(0, 200), ...found.groups });
  }
  return said(SAYS.failed, { program, code, said: lastWords({ stdout: text, stderr: '' }) });
}

/** What apt-get, dnf and apk say of it; the first that is found counts. */
const KNOWN: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  // What is said while it waits does not count.
  [/It is held by process (?<pid>\d{1,10}) \((?<program>[^)\n]{1,60})\)\.{3}\s{1,5}E: (?:Could not get|Unable to acquire)/, SAYS.lockedBy],
  [
    /^E: (?:Could not get lock|Unable to acquire|Unable to lock)|locked by another process|Failed to obtain [^\n]{0,40}lock|Unable to lock database/m,
    SAYS.locked,
  ],
  [/dpkg was interrupted/, SAYS.interrupted],
  [/No space left on device|You don't have enough free space[^\n]{0,100}|needs \S{1,20} more space/i, SAYS.full],
  [/Unmet dependencies|held broken packages/, SAYS.broken],
  [
    /There were unauthenticated packages[^\n]{0,100}|Some packages could not be authenticated|GPG check FAILED|UNTRUSTED signature/,
    SAYS.notTrusted,
  ],
  [/(?:Failed to fetch|Unable to fetch|Failed to download metadata|Cannot download)[^\n]{0,200}/, SAYS.notFetched],
  [/[^\n]{0,120}(?:Permission denied|Read-only file system|superuser privileges)[^\n]{0,60}/, SAYS.noRights],
];
