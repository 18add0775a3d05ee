import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import type { Severity } from '../../model/detection.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';
import { lastWords } from '../run-process.ts';

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
const ADVISORY = /^(\S{1,100})\s+(?:(Critical|Important|Moderate|Low|None|Unknown)\/)?[Ss]ec(?:\.|urity)\s+(\S{1,300})/;

/** Packages of `dnf updateinfo list --security`: `FEDORA-2024-1 Important/Sec. bash-5.2.26-1.fc40.x86_64`. */
export function parseDnfSecurity(text: string): Map<string, Severity> {
  const found = new Map<string, Severity>();
  for (const line of text.split('\n')) {
    const advisory = ADVISORY.exec(line.slice(0, 1_000));
    if (advisory !== null) found.set(advisory[3] ?? '', DNF_LEVELS[(advisory[2] ?? 'moderate').toLowerCase()] ?? 'high');
  }
  return found;
}

/** Fedora's and its relatives' packages. `check-update` ends with 100 when there are updates (dnf(8)). */
export async function* dnfUpdates(context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking dnf')) };
  const options = { as: 'nobody', signal: context.signal, timeoutMs: TOOL_MS } as const;
  const result = await context.run(['dnf', '-q', 'check-update'], options);
  if (result.code !== 0 && result.code !== 100)
    throw cannotDo(msg('{program} failed with code {code}: {said}.'), { program: 'dnf', code: result.code, said: lastWords(result) });
  const listed = await context.run(['dnf', '-q', 'updateinfo', 'list', '--security'], options);
  if (listed.code !== 0)
    yield { type: 'note', note: said(msg('dnf did not tell which updates are for security ({said}).'), { said: lastWords(listed) }) };
  const security = parseDnfSecurity(listed.stdout);
  for (const { name, offered } of parseDnfUpdates(result.stdout)) {
    const at = name.lastIndexOf('.');
    const full = `${name.slice(0, at)}-${offered.replace(/^\d{1,9}:/, '')}${name.slice(at)}`;
    yield { type: 'finding', finding: findingOf({ manager: 'dnf', name, installed: '', offered, security: security.get(full) }) };
  }
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
  for (const update of parseApkVersions(result.stdout))
    yield { type: 'finding', finding: findingOf({ manager: 'apk', ...update, security: undefined }) };
}
