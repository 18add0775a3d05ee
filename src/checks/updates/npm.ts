import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { msg } from '../../lang/lang.ts';
import type { Severity } from '../../model/detection.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';
import { fieldsOf, listOf, parseJson, textOf } from '../json.ts';
import { lastWords } from '../run-process.ts';
import { proxies } from './apt.ts';

const NPM_MS = 3 * 60_000;
const SEVERITIES: Readonly<Record<string, Severity>> = { info: 'low', low: 'low', moderate: 'medium', high: 'high', critical: 'critical' };

/** Known weaknesses of the packages of one folder, as `npm audit --json` (auditReportVersion 2) tells them; it ends with 1 when there are some. */
export async function* npmAudit(folder: string, context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking npm in {path}'), { path: folder }) };
  await access(join(folder, 'package-lock.json')).catch(() => {
    throw cannotDo(msg('There is no package-lock.json in {path} that can be read: name folders that have one under checks.updates.npm.'), {
      path: folder,
    });
  });
  const result = await context.run(['npm', 'audit', '--json', '--ignore-scripts'], {
    as: { ownerOf: folder },
    signal: context.signal,
    timeoutMs: NPM_MS,
    cwd: folder,
    env: { ...proxies(), npm_config_update_notifier: 'false', npm_config_logs_max: '0' },
  });
  const report = fieldsOf(parseJson(result.stdout, { from: `npm audit (${folder})`, isCut: result.isCut }));
  const found = report['vulnerabilities'];
  if (typeof found !== 'object' || found === null) throw refusal(folder, report, lastWords(result));
  for (const [name, value] of Object.entries(fieldsOf(found)).slice(0, 2_000))
    yield { type: 'finding', finding: findingOf(folder, name, fieldsOf(value)) };
}

function refusal(folder: string, report: Readonly<Record<string, unknown>>, words: string): Error {
  const { code, summary } = fieldsOf(report['error']);
  const reason = (textOf(report['message']) || textOf(summary) || textOf(code) || words).slice(0, 200);
  return cannotDo(msg('npm audit does not answer for {path} ({reason}): its registry may have no audit, or cannot be reached.'), {
    path: folder,
    reason,
  });
}

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
