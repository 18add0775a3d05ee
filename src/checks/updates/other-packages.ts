import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import { SEVERITIES, type Severity } from '../../model/detection.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';
import { lastWords, type ProcessResult } from '../run-process.ts';
import { proxies } from './apt.ts';

const TOOL_MS = 5 * 60_000;

interface Pending {
  readonly manager: 'dnf' | 'apk';
  readonly name: string;
  readonly installed: string;
  readonly offered: string;
  /** Undefined where the archive does not tell which updates are for security. */
  readonly security: Severity | undefined;
}

function findingOf({ manager, name, installed, offered, security }: Pending): Finding {
  return createFinding({
    key: `${manager} ${name} ${offered}`,
    severity: security ?? 'low',
    title: security === undefined ? said(msg('an update is pending')) : said(msg('a security update is pending')),
    subject: name,
    facts: [
      [msg('installed'), installed],
      [msg('offered'), offered],
    ],
    advice: manager === 'dnf' ? said(msg('Install it: dnf upgrade.')) : said(msg('Install it: apk upgrade.')),
    kind: security === undefined ? 'other' : 'security-update',
    place: manager,
  });
}

/** `name.arch  version  repository` of `dnf check-update`; what comes behind "Obsoleting Packages" is told already. */
export function parseDnfUpdates(text: string): { readonly name: string; readonly offered: string }[] {
  const [pending = ''] = text.split(/^Obsoleting Packages/m);
  return pending.split('\n').flatMap((line) => {
    const [name, offered, repository, ...more] = line.trim().split(/\s+/);
    return name?.includes('.') && offered !== undefined && /^[\w:.~^+-]+$/.test(offered) && repository !== undefined && more.length === 0
      ? [{ name, offered }]
      : [];
  });
}

const DNF_LEVELS: Readonly<Record<string, Severity>> = { critical: 'critical', important: 'high', moderate: 'high', low: 'medium' };
/** dnf 4: `FEDORA-2024-1 Important/Sec. bash-5.2.26-1.fc40.x86_64`. */
const ADVISORY = /^(?:\S{1,100})\s{1,20}(?:(Critical|Important|Moderate|Low|None|Unknown)\/)?Sec\.\s{1,20}(\S{1,300})/;
/** dnf 5: `FEDORA-2024-1 security Important bash-5.2.26-1.fc40.x86_64 2024-05-01 01:02:03`. */
const ADVISORY_5 = /^(?:\S{1,100})\s{1,20}security\s{1,20}(?:(Critical|Important|Moderate|Low|None|Unknown)\s{1,20})?(\S{1,300})/;

/**
 * Packages that an advisory for security waits for, as `name.arch`, with the worst severity: `dnf updateinfo list --security`. The advisory
 * may name an older version than the newest, which mends the same.
 */
export function parseDnfSecurity(text: string): Map<string, Severity> {
  const found = new Map<string, Severity>();
  for (const line of text.split('\n')) {
    const [, level = 'moderate', whole = ''] = ADVISORY.exec(line.slice(0, 1_000)) ?? ADVISORY_5.exec(line.slice(0, 1_000)) ?? [];
    // name-version-release.arch, rpm(8); no version or release holds a hyphen.
    const parts = /^(.+)-[^-]+-[^-]+\.([^.-]+)$/.exec(whole);
    if (parts === null) continue;
    const [key, severity] = [`${parts[1]}.${parts[2]}`, DNF_LEVELS[level.toLowerCase()] ?? 'high'];
    const before = found.get(key);
    if (before === undefined || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(before)) found.set(key, severity);
  }
  return found;
}

/** Fedora's and its relatives' packages. `check-update` ends with 100 when there are updates (dnf(8)). */
export async function* dnfUpdates(context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking dnf')) };
  const options = { as: 'nobody', signal: context.signal, timeoutMs: TOOL_MS, env: proxies() } as const;
  const result = await context.run(['dnf', '-q', 'check-update'], options);
  if (result.code !== 0 && result.code !== 100) throw dnfFailure(result);
  const pending = parseDnfUpdates(result.stdout);
  if ((result.code === 100) !== pending.length > 0)
    throw cannotDo(msg('{program} did not answer as it should ({said}): see what "{command}" says.'), {
      program: 'dnf',
      said: lastWords({ stdout: result.stdout, stderr: '' }),
      command: 'dnf check-update',
    });
  if (result.isCut)
    yield { type: 'note', note: said(msg('{program} said more than 16 MiB: some updates are not listed.'), { program: 'dnf' }) };
  if (pending.length === 0) return;
  const listed = await context.run(['dnf', '-q', 'updateinfo', 'list', '--security'], options);
  if (listed.code !== 0)
    yield { type: 'note', note: said(msg('dnf did not tell which updates are for security ({said}).'), { said: lastWords(listed) }) };
  const security = parseDnfSecurity(listed.stdout);
  for (const { name, offered } of pending)
    yield { type: 'finding', finding: findingOf({ manager: 'dnf', name, installed: '', offered, security: security.get(name) }) };
}

function dnfFailure(result: ProcessResult): Error {
  const words = lastWords({ stdout: '', stderr: result.stderr });
  if (/Failed to download metadata|Cannot download|Curl error|Librepo error/.test(result.stderr))
    return cannotDo(msg('dnf could not reach its archives ({said}): see the network, and /etc/yum.repos.d.'), { said: words });
  if (/no enabled repositories/.test(result.stderr))
    return cannotDo(msg('dnf has no archive to ask: enable one in /etc/yum.repos.d, or remove dnf where it manages nothing.'));
  if (/Permission denied|rpmdb open failed/.test(result.stderr))
    return cannotDo(msg('dnf may not read its own files ({said}): see the rights of /etc/dnf, /var/cache/dnf and the database of rpm.'), {
      said: words,
    });
  return cannotDo(msg('{program} failed with code {code}: {said}.'), { program: 'dnf', code: result.code, said: words });
}

const APK = /^(\S{1,200}?)-(\d[^\s<]{0,100}?)\s{1,50}<\s{1,5}(\S{1,100})/;

/** `busybox-1.36.1-r2  < 1.36.1-r5` of `apk version -l '<'`. */
export const parseApkVersions = (text: string): { readonly name: string; readonly installed: string; readonly offered: string }[] =>
  text.split('\n').flatMap((line) => {
    const found = APK.exec(line.slice(0, 600));
    return found === null ? [] : [{ name: found[1] ?? '', installed: found[2] ?? '', offered: found[3] ?? '' }];
  });

/** Alpine's packages; its archive does not tell which updates are for security. */
export async function* apkUpdates(context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking apk')) };
  const result = await context.run(['apk', 'version', '-l', '<'], { as: 'nobody', signal: context.signal, timeoutMs: TOOL_MS });
  if (result.code !== 0)
    throw cannotDo(msg('{program} failed with code {code}: {said}.'), { program: 'apk', code: result.code, said: lastWords(result) });
  const lines = result.stdout.split('\n').filter((line) => line.trim() !== '' && !/^Installed:\s/.test(line));
  const updates = parseApkVersions(result.stdout);
  if (updates.length < lines.length)
    throw cannotDo(msg('{program} did not answer as it should ({said}): see what "{command}" says.'), {
      program: 'apk',
      said: lastWords({ stdout: result.stdout, stderr: '' }),
      command: "apk version -l '<'",
    });
  for (const update of updates) yield { type: 'finding', finding: findingOf({ manager: 'apk', ...update, security: undefined }) };
}
