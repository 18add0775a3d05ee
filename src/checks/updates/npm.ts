import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import type { Severity } from '../../model/detection.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';
import { fieldsOf, listOf, parseJson, textOf } from '../json.ts';
import { lastWords, type ProcessResult } from '../run-process.ts';
import { proxies } from './apt.ts';

const NPM_MS = 3 * 60_000;
const SEVERITIES: Readonly<Record<string, Severity>> = { info: 'low', low: 'low', moderate: 'medium', high: 'high', critical: 'critical' };

/** Known weaknesses of the packages of one folder, as `npm audit --json` (auditReportVersion 2) tells them; it ends with 1 when there are some. */
export async function* npmAudit(folder: string, context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking npm in {path}'), { path: folder }) };
  await needLockFile(folder);
  const result = await npm(folder, ['audit', '--json', '--ignore-scripts'], context);
  const report = fieldsOf(parseJson(result.stdout, { from: `npm audit (${folder})`, isCut: result.isCut }));
  // npm 6 and older.
  if (report['advisories'] !== undefined)
    throw cannotDo(msg('The npm here is too old for the check of {path}: install npm 7 or later.'), { path: folder });
  const found = report['vulnerabilities'];
  if (typeof found !== 'object' || found === null) throw refusal(folder, report, lastWords(result));
  for (const [name, value] of Object.entries(fieldsOf(found)).slice(0, 2_000))
    yield { type: 'finding', finding: findingOf(folder, name, fieldsOf(value)) };
}

/** Newer versions of what the application in a folder asks for itself, as `npm outdated --json` tells them; it ends with 1 when there are some. */
export async function* npmOutdated(folder: string, context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking npm in {path}'), { path: folder }) };
  await needLockFile(folder);
  // npm wants to keep what it fetches; its user has no home here.
  const made = await context.run(['mktemp', '-d', '--tmpdir', 'secmon-npm-XXXXXXXX'], { ...asOwner(folder, context), timeoutMs: NPM_MS });
  const cache = made.stdout.trim();
  if (made.code !== 0 || cache === '')
    throw cannotDo(msg('There is no room for the cache of npm ({said}): see the rights of /tmp.'), { said: lastWords(made) });
  try {
    const result = await npm(folder, ['outdated', '--json'], context, { npm_config_cache: cache });
    // Nothing at all where nothing is outdated.
    const text = result.code === 0 && result.stdout.trim() === '' ? '{}' : result.stdout;
    const report = fieldsOf(parseJson(text, { from: `npm outdated (${folder})`, isCut: result.isCut }));
    const { code, summary } = fieldsOf(report['error']);
    if (code !== undefined || summary !== undefined) {
      const reason = (textOf(summary) || textOf(code)).slice(0, 200);
      throw cannotDo(msg('npm could not ask its registry for {path} ({reason}): see the network, or npm_config_registry.'), {
        path: folder,
        reason,
      });
    }
    for (const [name, value] of Object.entries(report).slice(0, 2_000)) {
      const [one] = Array.isArray(value) ? value : [value];
      yield { type: 'finding', finding: newer(folder, name, fieldsOf(one)) };
    }
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function needLockFile(folder: string): Promise<void> {
  await access(join(folder, 'package-lock.json')).catch(() => {
    throw cannotDo(msg('There is no package-lock.json in {path} that can be read: name folders that have one under checks.updates.npm.'), {
      path: folder,
    });
  });
}

const asOwner = (folder: string, { signal }: CheckContext) => ({ as: { ownerOf: folder }, signal }) as const;

/** One short try more, then an answer: npm alone would wait for minutes. */
const npm = (
  folder: string,
  words: readonly string[],
  context: CheckContext,
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> =>
  context.run(['npm', ...words], {
    ...asOwner(folder, context),
    timeoutMs: NPM_MS,
    cwd: folder,
    env: {
      ...proxies(),
      npm_config_update_notifier: 'false',
      npm_config_logs_max: '0',
      npm_config_fetch_retries: '1',
      npm_config_fetch_retry_mintimeout: '1000',
      npm_config_fetch_timeout: '20000',
      ...env,
    },
  });

function refusal(folder: string, report: Readonly<Record<string, unknown>>, words: string): Error {
  const { code, summary } = fieldsOf(report['error']);
  const reason = (textOf(report['message']) || textOf(summary) || textOf(code) || words).slice(0, 200);
  return cannotDo(msg('npm audit does not answer for {path} ({reason}): its registry may have no audit, or cannot be reached.'), {
    path: folder,
    reason,
  });
}

const newer = (folder: string, name: string, { current, latest }: Readonly<Record<string, unknown>>): Finding =>
  createFinding({
    key: `npm outdated ${folder.slice(-150)} ${name} ${textOf(latest)}`,
    severity: 'low',
    title: said(msg('a newer version is there')),
    subject: `${name} (${folder})`,
    facts: [
      [msg('installed'), textOf(current)],
      [msg('offered'), textOf(latest)],
      [msg('environment'), folder],
    ],
    advice: said(msg('Raise it in package.json of {path}, test, and deploy.'), { path: folder }),
    place: outdatedPlace(folder),
  });

/** Apart from known weaknesses: one may be told where the other is not. */
export const outdatedPlace = (folder: string): string => `${folder} (npm outdated)`;

function findingOf(folder: string, name: string, value: Readonly<Record<string, unknown>>) {
  const causes = listOf(value['via'])
    .map(fieldsOf)
    .filter((via) => textOf(via['title']) !== '');
  const [first] = causes;
  const severity = SEVERITIES[textOf(value['severity'])] ?? 'low';
  return createFinding({
    key: `npm ${folder.slice(-150)} ${name}`,
    severity,
    title: first === undefined ? said(msg('it uses a package with a known weakness')) : { text: textOf(first['title']).slice(0, 200) },
    subject: `${name} (${folder})`,
    facts: [
      [msg('versions'), textOf(value['range'])],
      [msg('more'), causes.map((via) => textOf(via['url'])).join(' ')],
      [
        msg('through'),
        listOf(value['via'])
          .map(textOf)
          .filter((via) => via !== '')
          .join(' '),
      ],
      [msg('environment'), folder],
    ],
    advice:
      value['fixAvailable'] === false
        ? said(msg('There is no fixed version yet: see whether the weak part is used, or replace the package.'))
        : said(msg('Run npm audit fix in {path}, test, and deploy.'), { path: folder }),
    kind: severity === 'high' || severity === 'critical' ? 'security-update' : 'other',
    place: folder,
  });
}
