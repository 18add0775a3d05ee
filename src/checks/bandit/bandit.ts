import { access, constants } from 'node:fs/promises';
import { msg } from '../../lang/lang.ts';
import { said, saidOf } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import { readReport } from '../read-report.ts';
import { lastWords } from '../run-process.ts';
import type { ChecksSettings } from '../settings.ts';
import { type BanditResults, readResults } from './results.ts';
import { createRoutes, type Routes } from './routes.ts';

const MOST_SKIPPED = 5;
const VERSION_MS = 30_000;

type Settings = NonNullable<ChecksSettings['bandit']>;

/** Bandit (https://bandit.readthedocs.io) over Python code, with the rights of the code's owner; its exit code 1 means findings. */
export function createBanditCheck(settings: ChecksSettings['bandit']): Check {
  const { paths = [], report } = settings ?? {};
  return {
    name: 'bandit',
    every: everyOf(settings),
    timeoutMs: timeoutOf(settings, '10m'),
    canAttack: false,
    missing:
      paths.length === 0 && report === undefined
        ? said(msg('Bandit needs folders of Python code: name them under checks.bandit.paths.'))
        : undefined,
    async *run(context) {
      if (settings === undefined) return;
      const routes = createRoutes(settings.routes);
      if (report !== undefined) {
        yield { type: 'progress', phase: said(msg('reading the report')) };
        yield* told(await readResults(await readReport(report), { from: report, place: report, routes }));
      }
      if (paths.length > 0) yield* versionNote(settings, context);
      for (const [i, path] of paths.entries()) {
        yield { type: 'progress', phase: said(msg('reading {path}'), { path }), percent: (100 * i) / paths.length };
        yield* told(await look(path, { settings, context, routes }));
      }
    },
  };
}

function* told({ findings, skipped, isCut }: BanditResults): Iterable<CheckEvent> {
  for (const finding of findings) yield { type: 'finding', finding };
  for (const { file, reason } of skipped.slice(0, MOST_SKIPPED))
    yield { type: 'note', note: said(msg('Bandit could not read {file}: {reason}.'), { file, reason: reason.slice(0, 200) }) };
  if (skipped.length > MOST_SKIPPED)
    yield {
      type: 'note',
      note: saidOf(skipped.length - MOST_SKIPPED, {
        one: msg('Bandit could not read {n} more file.'),
        many: msg('Bandit could not read {n} more files.'),
      }),
    };
  if (isCut) yield { type: 'note', note: said(msg('Bandit found more than 5,000 things: the rest is left out; begin with the worst.')) };
}

interface Looking {
  readonly settings: Settings;
  readonly context: CheckContext;
  readonly routes: Routes;
}

async function look(path: string, { settings, context, routes }: Looking): Promise<BanditResults> {
  await access(path, constants.F_OK).catch(() => {
    throw cannotDo(msg('There is nothing at {path}: correct checks.bandit.paths.'), { path });
  });
  const { program, exclude, timeout } = settings;
  const leftOut = exclude.length > 0 ? ['-x', exclude.join(',')] : [];
  const result = await context.run([program, '-r', '-q', '-f', 'json', ...leftOut, path], {
    as: { ownerOf: path },
    signal: context.signal,
    timeoutMs: timeoutOf({ timeout }, '10m'),
  });
  const words = lastWords(result);
  if (result.code !== 0 && result.code !== 1) {
    if (/unrecognized arguments|invalid choice|No module named|Unknown test|ModuleNotFoundError/.test(result.stderr))
      throw cannotDo(msg('{program} does not work as bandit 1.5 or later does ({said}): install another version.'), {
        program,
        said: words,
      });
    if (/Permission denied|PermissionError/.test(result.stderr))
      throw cannotDo(msg('This user may not read what bandit is to look at ({said}): give it the right to.'), { said: words });
    throw cannotDo(msg('{program} failed with code {code}: {said}.'), { program, code: result.code, said: words });
  }
  const results = await readResults(result.stdout, { from: program, isCut: result.isCut, place: path, routes });
  const all = results.skipped.find(({ file }) => file === path);
  if (all !== undefined)
    throw cannotDo(msg('{path} could not be read by bandit ({reason}): give its owner, or everybody, the right to read it.'), {
      path,
      reason: all.reason,
    });
  // It passes over what it may not read without a word, which must not look as if all were well.
  if (results.files === 0)
    throw cannotDo(
      msg('Bandit found no Python file in {path} that it may read: as root it runs with the rights of the owner, or of nobody.'),
      { path },
    );
  return results;
}

/** Before 1.7 it overlooks what stands in texts (SQL put together) where Python is 3.8 or later. */
async function* versionNote({ program }: Settings, { run, signal }: CheckContext): AsyncIterable<CheckEvent> {
  const { stdout } = await run([program, '--version'], { as: 'nobody', signal, timeoutMs: VERSION_MS });
  const [, version = '', major, minor] = /^bandit ((\d{1,3})\.(\d{1,3})[\w.]{0,20})/.exec(stdout) ?? [];
  if (version === '' || Number(major) > 1 || Number(minor) >= 7) return;
  yield {
    type: 'note',
    note: said(msg('This bandit ({version}) overlooks weaknesses in texts, such as SQL put together: install 1.7 or later.'), { version }),
  };
}
