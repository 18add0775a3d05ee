import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Head } from '../audit/chain.ts';
import { auditRecords, auditText } from '../audit/show.ts';
import { parseHead, verifyAudit } from '../audit/verify.ts';
import { loadConfig } from '../config/load.ts';
import { AUDIT_FILE } from '../engine/bans/acting.ts';
import { t } from '../lang/lang.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { UsageError } from './engine-options.ts';

interface AuditFlags {
  readonly config?: string;
  readonly file?: string;
  readonly head?: readonly string[];
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The log that the flags or the configuration name; throws {@link UsageError} when there is none. */
async function auditPath(flags: AuditFlags): Promise<string> {
  const named = flags.file;
  if (named !== undefined) {
    if (!existsSync(named)) throw new UsageError(t('there is no file {path}', { path: named }));
    return named;
  }
  const { config } = await loadConfig({ path: flags.config, env: process.env, cwd: process.cwd() });
  const path = join(config.state_directory ?? stateDirectory(process.env), AUDIT_FILE);
  // Somebody took the newest file away: the full ones tell.
  if (!existsSync(path) && !existsSync(`${path}.1`))
    throw new UsageError(t('there is no audit log yet ({path}): nothing was alerted, banned, muted or marked', { path }));
  return path;
}

function headOf(text: string): Head {
  const head = parseHead(text);
  if (head === undefined)
    throw new UsageError(t('--head: expected what a digest or secmon audit verify told: NUMBER:HASH, or 64 hexadecimal digits'));
  return head;
}

/** 0 whole, 1 not. */
async function verify(flags: AuditFlags): Promise<number> {
  const heads = (flags.head ?? []).map(headOf);
  const path = await auditPath(flags);
  const verdict = await verifyAudit(path, heads);
  if (!verdict.whole) {
    const { problem, records } = verdict;
    process.stdout.write(
      `${t('NOT WHOLE: {problem}', { problem })}\n${t('{path}: {records} records before that fit', { path, records })}\n`,
    );
    return 1;
  }
  const { records, head, first, unchecked } = verdict;
  const whole =
    heads.length > unchecked.length
      ? t('whole: {records} records, every record since the first, and the given head is in it', { records })
      : t('whole: {records} records, every record fits the one before', { records });
  process.stdout.write(`${whole}\nhead ${head}\n`);
  if (first > 1)
    process.stdout.write(
      `${t('records 1 to {last} were let go when their file was full and old; the log itself says so', { last: first - 1 })}\n`,
    );
  for (const old of unchecked)
    process.stdout.write(`${t('head {number} cannot be checked: it is older than the records that are left', { number: old })}\n`);
  if (heads.length === 0)
    process.stderr.write(`${t('Whether records were cut off the end, or all made anew, only a head of before tells: --head')}\n`);
  return 0;
}

async function show(filter: readonly string[], flags: AuditFlags): Promise<void> {
  for await (const record of auditRecords(await auditPath(flags), filter)) process.stdout.write(`${auditText(record)}\n`);
}

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('the log of who alerted, banned, muted and marked what, when and why');
  audit
    .command('verify')
    .description('prove that the log is whole, or name the first record that is broken, missing or recomputed')
    .option('--head <head>', 'the head that a digest told: it must still be in the log (repeatable)', collect)
    .option('--file <path>', 'a log elsewhere')
    .option('--config <file>', 'configuration file')
    .action(async (flags: AuditFlags) => {
      process.exitCode = await verify(flags);
    });
  audit
    .command('show [filter...]')
    .description('print the records that hold every one of these words')
    .option('--file <path>', 'a log elsewhere')
    .option('--config <file>', 'configuration file')
    .action(show);
}
