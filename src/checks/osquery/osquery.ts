import { msg } from '../../lang/lang.ts';
import { said } from '../../text/said.ts';
import { cannotDo, saidBy } from '../cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import { fieldsOf, parseJson, textOf } from '../json.ts';
import { lastWords } from '../run-process.ts';
import type { ChecksSettings } from '../settings.ts';
import { compareRows, type Row, readMemory } from './compare-rows.ts';
import { osqueryPack, type PackQuery } from './pack.ts';

const QUERY_MS = 60_000;
const OLDEST_MAJOR = 4;

/** osquery (https://osquery.readthedocs.io): a pack of queries through `osqueryi --json`, each compared with its last run. As root where secmon is: only root sees all keys, jobs and processes. */
export function createOsqueryCheck(settings: ChecksSettings['osquery']): Check {
  const program = settings?.program ?? 'osqueryi';
  return {
    name: 'osquery',
    every: everyOf(settings),
    timeoutMs: timeoutOf(settings, '5m'),
    canAttack: false,
    missing: undefined,
    async *run(context) {
      await checkVersion(program, context);
      const pack = osqueryPack(settings?.web_roots ?? []);
      const memory = readMemory(context.memory);
      const kept: Record<string, unknown> = {};
      let answered = 0;
      let lastFailure: unknown;
      for (const [i, query] of pack.entries()) {
        yield { type: 'progress', phase: said(msg('query {name}'), { name: query.name }), percent: (100 * i) / pack.length };
        try {
          const rows = await ask(query, program, context);
          const compared = compareRows({ query, rows, before: memory[query.name], nowMs: context.clock.now() });
          kept[query.name] = compared.memory;
          answered++;
          for (const finding of compared.findings) yield { type: 'finding', finding };
          if (compared.isFirst && !query.isBadAlways)
            yield { type: 'note', note: said(msg('{name}: first look; from now on what is new is told.'), { name: query.name }) };
        } catch (error) {
          if (context.signal.aborted) throw error;
          lastFailure = error;
          if (memory[query.name] !== undefined) kept[query.name] = memory[query.name];
          yield unseen(query, error);
        }
      }
      if (answered === 0) throw lastFailure;
      yield { type: 'memory', memory: kept };
    },
  };
}

const unseen = (query: PackQuery, error: unknown): CheckEvent => ({ type: 'unseen', place: query.name, note: saidBy(error) });

async function checkVersion(program: string, context: CheckContext): Promise<void> {
  const result = await context.run([program, '--version'], { as: 'nobody', signal: context.signal, timeoutMs: QUERY_MS });
  const version = /version (\d{1,4})\.(\d{1,4})/.exec(result.stdout.slice(0, 500));
  if (version === null)
    throw cannotDo(msg('{program} --version does not answer as osqueryi does: see whether it is osquery.'), { program });
  if (Number(version[1]) < OLDEST_MAJOR)
    throw cannotDo(msg('{program} has version {version}: update osquery to 4.0 or later.'), {
      program,
      version: `${version[1]}.${version[2]}`,
    });
}

async function ask({ name, sql }: PackQuery, program: string, { run, signal }: CheckContext): Promise<readonly Row[]> {
  const result = await run([program, '--json', sql], { as: 'root', signal, timeoutMs: QUERY_MS });
  const words = lastWords({ stdout: '', stderr: result.stderr });
  if (result.code !== 0) {
    if (/no such (?:table|column)/.test(result.stderr))
      throw cannotDo(msg('This osquery does not know what the query {name} asks for ({said}): update it.'), { name, said: words });
    if (/[Pp]ermission denied/.test(result.stderr))
      throw cannotDo(msg('This user may not ask osquery for {name}: run secmon as root for it.'), { name });
    throw cannotDo(msg('osquery failed at {name}: {said}.'), { name, said: words });
  }
  const answer = parseJson(result.stdout, { from: `${program} (${name})`, isCut: result.isCut });
  if (!Array.isArray(answer))
    throw cannotDo(msg('{program} did not answer a list of rows to {name}: see whether it is osquery.'), { program, name });
  return answer.map((row) => Object.fromEntries(Object.entries(fieldsOf(row)).map(([column, value]) => [column, textOf(value)])));
}
