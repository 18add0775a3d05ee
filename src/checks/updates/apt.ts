import { stat } from 'node:fs/promises';
import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import { said, saidOf } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';
import { lastWords, type ProcessResult } from '../run-process.ts';
import { type AptUpdate, KEPT_BACK, namesOf, packagesBelow, parseAptSimulation, summaryOf, unfinishedIn } from './apt-output.ts';

const APT_MS = 10 * 60_000;
const LISTS = '/var/lib/apt/lists';
const DAY_MS = 86_400_000;
const STALE_DAYS = 7;
/** Settings that would ask something, or write where only root may. */
export const SIMULATION: readonly string[] = ['-s', '-q', '-o', 'Debug::NoLocking=true', '-o', 'APT::Get::Show-User-Simulation-Note=false'];

/** Updates of Debian's and Ubuntu's packages: `dist-upgrade`, as plain `upgrade` hides new kernels. */
export async function* aptUpdates(
  { refresh, isRoot }: { readonly refresh: boolean; readonly isRoot: boolean },
  context: CheckContext,
): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking apt')) };
  if (refresh) yield* refreshed(isRoot, context);
  const result = await simulated(['dist-upgrade'], context);
  if (result.code !== 0) throw aptFailure(result);
  yield* pendingIn(result);
  const kept = packagesBelow(result.stdout, KEPT_BACK);
  if (kept.length > 0) yield* keptBack(kept, context);
  const days = await ageOfLists(context.clock.now());
  if (days === undefined)
    yield { type: 'note', note: said(msg('apt has no package lists: run apt-get update first, or set checks.updates.refresh.')) };
  else if (days >= STALE_DAYS)
    yield {
      type: 'note',
      note: saidOf(days, {
        one: msg('The package lists are {n} day old: newer updates are not seen.'),
        many: msg('The package lists are {n} days old: newer updates are not seen.'),
      }),
    };
}

const simulated = (words: readonly string[], { run, signal }: CheckContext): Promise<ProcessResult> =>
  run(['apt-get', ...SIMULATION, ...words], { as: 'nobody', signal, timeoutMs: APT_MS, env: proxies() });

function* pendingIn({ stdout, isCut }: ProcessResult): Iterable<CheckEvent> {
  const updates = parseAptSimulation(stdout);
  const summary = summaryOf(stdout);
  if (summary === undefined && updates.length === 0)
    throw cannotDo(msg('{program} did not answer as it should ({said}): see what "{command}" says.'), {
      program: 'apt-get',
      said: lastWords({ stdout, stderr: '' }),
      command: 'apt-get -s dist-upgrade',
    });
  if (isCut) yield { type: 'note', note: said(msg('{program} said more than 16 MiB: some updates are not listed.'), { program: 'apt' }) };
  else if (summary !== undefined && updates.length < summary.upgraded + summary.added)
    throw cannotDo(msg('apt-get named only {n} of {all} updates: see whether it was ended early or the disk is full.'), {
      n: updates.length,
      all: summary.upgraded + summary.added,
    });
  for (const update of updates) yield { type: 'finding', finding: findingOf(update) };
  const unfinished = unfinishedIn(stdout);
  if (unfinished.length > 0)
    yield {
      type: 'note',
      note: said(msg('Packages are half installed ({names}): run "sudo dpkg --configure -a".'), { names: namesOf(unfinished) }),
    };
}

/** A security update is one also where somebody holds the package as it is. */
async function* keptBack(kept: readonly string[], context: CheckContext): AsyncIterable<CheckEvent> {
  yield {
    type: 'note',
    note: saidOf(
      kept.length,
      {
        one: msg('{n} package is kept back, as it is held (apt-mark showhold) or needs what is not there: {names}.'),
        many: msg('{n} packages are kept back, as they are held (apt-mark showhold) or need what is not there: {names}.'),
      },
      { names: namesOf(kept) },
    ),
  };
  const { stdout } = await simulated(['--ignore-hold', 'dist-upgrade'], context);
  const names = new Set(kept);
  for (const update of parseAptSimulation(stdout))
    if (update.isSecurity && names.has(update.name)) yield { type: 'finding', finding: findingOf(update, 'kept back') };
}

async function* refreshed(isRoot: boolean, context: CheckContext): AsyncIterable<CheckEvent> {
  if (!isRoot) {
    yield { type: 'note', note: said(msg('apt-get update needs root: the package lists are as they were.')) };
    return;
  }
  yield { type: 'progress', phase: said(msg('apt-get update')) };
  const result = await context.run(['apt-get', '-q', 'update'], {
    as: 'root',
    signal: context.signal,
    timeoutMs: APT_MS,
    env: proxies(),
  });
  const failed = /^(?:E|Err|W: Failed)[: ]/m.test(`${result.stdout}\n${result.stderr}`);
  if (result.code !== 0 || failed)
    yield {
      type: 'note',
      note: said(msg('apt-get update failed ({said}): the package lists are as they were.'), { said: lastWords(result) }),
    };
}

function aptFailure(result: ProcessResult): Error {
  const words = lastWords({ stdout: '', stderr: result.stderr });
  if (/dpkg was interrupted/.test(result.stderr)) return cannotDo(msg('dpkg was interrupted: run "dpkg --configure -a", then look again.'));
  if (/Unmet dependencies|broken packages/.test(result.stderr))
    return cannotDo(msg('Packages are broken: run "apt-get -f install", then look again.'));
  if (/Permission denied/.test(result.stderr))
    return cannotDo(msg('apt may not read its own files ({said}): see the rights of /var/lib/apt and /var/lib/dpkg.'), { said: words });
  return cannotDo(msg('apt-get failed with code {code}: {said}.'), { code: result.code, said: words });
}

/** Days since the package lists came; undefined when there are none. Lists that are still the newest stay as they are, but pass through `partial`. */
async function ageOfLists(nowMs: number): Promise<number | undefined> {
  const times = await Promise.all(
    [LISTS, `${LISTS}/partial`].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const newest = Math.max(...times);
  return newest === 0 ? undefined : Math.max(0, Math.floor((nowMs - newest) / DAY_MS));
}

function findingOf({ name, installed, offered, origins, isSecurity }: AptUpdate, state: 'pending' | 'kept back' = 'pending'): Finding {
  return createFinding({
    // A later update of the same package is another finding.
    key: `apt ${name} ${offered}`,
    severity: isSecurity ? 'high' : 'low',
    title: isSecurity ? said(msg('a security update is pending')) : said(msg('an update is pending')),
    subject: name,
    facts: [
      [msg('installed'), installed],
      [msg('offered'), offered],
      [msg('from'), origins.join(', ')],
    ],
    advice:
      state === 'pending'
        ? said(msg('Install it: secmon check updates --apply, or apt-get dist-upgrade.'))
        : said(msg('It is kept back: see apt-mark showhold, let it go (apt-mark unhold {name}), and install it.'), { name }),
    kind: isSecurity ? 'security-update' : 'other',
    place: 'apt',
  });
}

const PROXY_NAMES = [
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  // Where apt's own settings lie, for whoever keeps them elsewhere (apt.conf(5)).
  'APT_CONFIG',
  'PIP_INDEX_URL',
  'PIP_CONFIG_FILE',
  'npm_config_registry',
] as const;

/** What of our environment a tool needs to reach its archive. */
export function proxies(env: Readonly<Record<string, string | undefined>> = process.env): Readonly<Record<string, string>> {
  return Object.fromEntries(PROXY_NAMES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name] ?? '']])));
}
