import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { createFinding } from '../finding.ts';
import { fieldsOf, parseJson, textOf } from '../json.ts';
import { lastWords, type ProcessResult } from '../run-process.ts';
import { proxies } from './apt.ts';

const PIP_MS = 3 * 60_000;

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether the Python below a folder belongs to the system (PEP 668: a file EXTERNALLY-MANAGED beside its library). */
async function isManaged(folder: string): Promise<boolean> {
  const library = join(folder, 'lib');
  const names = await readdir(library).catch(() => [] as string[]);
  for (const name of names.filter((one) => one.startsWith('python3')).slice(0, 20))
    if (await isThere(join(library, name, 'EXTERNALLY-MANAGED'))) return true;
  return false;
}

async function checkEnvironment(folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (one) => one.isDirectory(),
    () => false,
  );
  if (!isFolder) throw cannotDo(msg('There is no folder {path}: correct checks.updates.pip.'), { path: folder });
  if (await isThere(join(folder, 'pyvenv.cfg'))) return;
  if (await isManaged(folder))
    throw cannotDo(
      msg(
        'The Python in {path} is managed by the system (PEP 668): its updates come with those of the system; name virtual environments alone.',
      ),
      { path: folder },
    );
  throw cannotDo(msg('{path} is no virtual environment: it has no pyvenv.cfg.'), { path: folder });
}

/** Outdated packages of one virtual environment, asked of its own pip with the rights of its owner. */
export async function* pipUpdates(folder: string, context: CheckContext): AsyncIterable<CheckEvent> {
  yield { type: 'progress', phase: said(msg('asking pip in {path}'), { path: folder }) };
  await checkEnvironment(folder);
  const packages = await listed(folder, '--outdated', context);
  // pip ends well even when its index answers nothing but errors: then it knows no package that is up to date either.
  if (packages.length === 0 && (await listed(folder, '--uptodate', context)).length === 0)
    throw cannotDo(msg('The index that pip asks in {path} knows none of its packages: see PIP_INDEX_URL, and whether that index works.'), {
      path: folder,
    });
  for (const one of packages.slice(0, 2_000)) yield { type: 'finding', finding: findingOf(folder, fieldsOf(one)) };
}

async function listed(folder: string, which: '--outdated' | '--uptodate', context: CheckContext): Promise<readonly unknown[]> {
  const result = await asked(folder, which, context);
  if (/No module named pip/.test(result.stderr))
    throw cannotDo(msg('The environment {path} has no pip: install it there (python -m ensurepip).'), { path: folder });
  if (/no such option|invalid choice/.test(result.stderr))
    throw cannotDo(msg('pip in {path} is too old to tell what is outdated: update it there (python -m pip install --upgrade pip).'), {
      path: folder,
    });
  if (result.code !== 0)
    throw cannotDo(msg('pip in {path} failed with code {code}: {said}.'), { path: folder, code: result.code, said: lastWords(result) });
  const packages = parseJson(result.stdout, { from: `pip (${folder})`, isCut: result.isCut });
  if (!Array.isArray(packages)) throw cannotDo(msg('pip in {path} did not answer a list: update it there.'), { path: folder });
  // pip ends well even when it reached nobody.
  if (/Could not fetch URL|Max retries exceeded|not a trusted or secure host/.test(result.stderr)) throw unreachable(folder);
  if (packages.length === 0 && BROKEN.test(result.stderr)) throw unreachable(folder);
  return packages;
}

const BROKEN = /after connection broken/;
/** After so many failed tries nothing is waited for any more: each package would be tried as often. */
const MOST_BROKEN = 4;

async function asked(folder: string, which: string, context: CheckContext): Promise<ProcessResult> {
  const stop = new AbortController();
  let broken = 0;
  const options = ['--format', 'json', '--disable-pip-version-check', '--no-input', '--retries', '2', '--timeout', '10'];
  try {
    return await context.run([join(folder, 'bin', 'python'), '-m', 'pip', 'list', which, ...options], {
      as: { ownerOf: folder },
      signal: AbortSignal.any([context.signal, stop.signal]),
      timeoutMs: PIP_MS,
      env: { ...proxies(), PIP_NO_CACHE_DIR: '1' },
      onOutput(text) {
        broken += text.split(BROKEN).length - 1;
        if (broken >= MOST_BROKEN) stop.abort();
      },
    });
  } catch (error) {
    throw stop.signal.aborted && !context.signal.aborted ? unreachable(folder) : error;
  }
}

const unreachable = (folder: string): Error =>
  cannotDo(msg('pip in {path} could not reach its index: see the network, or PIP_INDEX_URL.'), { path: folder });

function findingOf(folder: string, { name, version, latest_version: latest }: Readonly<Record<string, unknown>>): Finding {
  return createFinding({
    key: `pip ${folder.slice(-150)} ${textOf(name)} ${textOf(latest)}`,
    severity: 'low',
    title: said(msg('a newer version is there')),
    subject: `${textOf(name)} (${folder})`,
    facts: [
      [msg('installed'), textOf(version)],
      [msg('offered'), textOf(latest)],
      [msg('environment'), folder],
    ],
    advice: said(msg('Raise it in the requirements of the application, test, and install: {command}.'), {
      command: `${join(folder, 'bin', 'python')} -m pip install --upgrade ${textOf(name)}`,
    }),
    place: folder,
  });
}
