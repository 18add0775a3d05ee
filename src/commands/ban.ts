import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Banner } from '../actions/banner.ts';
import { knownLimits } from '../actions/banner.ts';
import type { Banners } from '../actions/create-banners.ts';
import { FORCE_WORD, refusalsOf } from '../actions/guard.ts';
import { actionText } from '../actions/sentences.ts';
import { BanError, banSubject } from '../actions/subject.ts';
import type { AuditEvent } from '../audit/record.ts';
import { whoIsHere } from '../audit/who.ts';
import { systemClock } from '../clock/clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { openAuditLog } from '../engine/audit.ts';
import { AUDIT_FILE, openLedger } from '../engine/bans/acting.ts';
import { openBanners } from '../engine/bans/ban-ways.ts';
import { guardFacts } from '../engine/bans/guard-facts.ts';
import { makePrivateFolder } from '../files/private-folder.ts';
import { t } from '../lang/lang.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { visible } from '../text/sanitize.ts';
import { parseSpan } from '../text/span.ts';
import { spanWords } from '../text/span-words.ts';
import { UsageError } from './engine-options.ts';
import { rightsHere } from './role.ts';

interface BanFlags {
  readonly by?: string;
  readonly for: string;
  readonly why: string;
  readonly force?: string;
  readonly dryRun?: boolean;
  readonly config?: string;
}

interface Acting {
  readonly config: Config;
  readonly banners: Banners;
  record(event: AuditEvent): void;
}

const print = (text: string): void => void process.stdout.write(`${visible(text)}\n`);

async function openActing({ config: path, dryRun }: Pick<BanFlags, 'config' | 'dryRun'>): Promise<Acting> {
  const { config, warnings } = await loadConfig({ path, env: process.env, cwd: process.cwd() });
  for (const warning of warnings) process.stderr.write(`${t('warning: {warning}', { warning })}\n`);
  const folder = config.state_directory ?? stateDirectory(process.env);
  makePrivateFolder(folder);
  const log = openAuditLog(join(folder, AUDIT_FILE), { who: whoIsHere(process.env), now: Date.now });
  const settings = dryRun ? { ...config.actions, dry_run: true } : config.actions;
  const banners = openBanners({ settings, ledger: openLedger(folder), clock: systemClock });
  return { config, banners, record: (event) => void log.append(event) };
}

/** The way to ban with this name (or its beginning), else the first. */
async function bannerOf({ banners }: Acting, name: string | undefined): Promise<Banner> {
  const all = await banners.all();
  const found = name === undefined ? all[0] : (all.find((one) => one.name === name) ?? all.find((one) => one.name.startsWith(`${name} `)));
  if (found !== undefined) return found;
  throw new UsageError(
    t('there is no way to ban called "{name}"; there are: {names}', {
      name: name ?? '',
      names: all.map((one) => one.name).join(', ') || t('none'),
    }),
  );
}

async function checkRights(acting: Acting, what: string): Promise<void> {
  const { mayNot, warning } = await rightsHere({ readOnly: false });
  if (warning !== '' && warning !== mayNot) process.stderr.write(`warning: ${visible(warning)}\n`);
  if (mayNot === '') return;
  acting.record({ action: 'refused', what, result: mayNot, why: '' });
  throw new BanError(mayNot);
}

/** Does it, says what came of it and writes it down, whichever way it goes. */
async function act(acting: Acting, event: Pick<AuditEvent, 'action' | 'what' | 'why'>, work: () => Promise<string>): Promise<void> {
  try {
    const result = await work();
    acting.record({ ...event, result });
    print(actionText(result));
  } catch (error) {
    acting.record({ ...event, result: `not done: ${error instanceof Error ? error.message : String(error)}` });
    throw error;
  }
}

async function ban(text: string, flags: BanFlags): Promise<void> {
  const seconds = parseSpan(flags.for);
  if (seconds === undefined || seconds < 10)
    throw new UsageError(t('--for: expected a time such as 10m, 3h or 2d, got "{text}"', { text: flags.for }));
  const acting = await openActing(flags);
  const subject = banSubject(text);
  await checkRights(acting, subject.text);
  const banner = await bannerOf(acting, flags.by);
  const refusals = refusalsOf(subject, guardFacts(acting.config));
  for (const refusal of refusals) process.stderr.write(`${t('refused: {reason}', { reason: visible(actionText(refusal)) })}\n`);
  if (refusals.length > 0 && flags.force !== FORCE_WORD)
    throw new BanError(t('not banned; to ban it in spite of that: --force {word}', { word: FORCE_WORD }));
  const { commands, notes } = await banner.plan(subject, seconds);
  for (const command of commands)
    print(acting.banners.dryRun ? t('would run: {command}', { command }) : t('running: {command}', { command }));
  for (const note of notes) print(actionText(note));
  const why = [flags.why, banner.name, `${seconds} s`, flags.force === undefined ? '' : 'forced'].filter((part) => part !== '').join(', ');
  await act(acting, { action: 'ban', what: subject.text, why }, () =>
    banner.ban(subject, seconds, { word: flags.force ?? '', why: flags.why, person: '' }),
  );
}

async function unban(text: string, flags: BanFlags): Promise<void> {
  const acting = await openActing(flags);
  const subject = banSubject(text);
  await checkRights(acting, subject.text);
  const banner = await bannerOf(acting, flags.by);
  for (const command of await banner.unbanPlan(subject))
    print(acting.banners.dryRun ? t('would run: {command}', { command }) : t('running: {command}', { command }));
  await act(acting, { action: 'unban', what: subject.text, why: flags.why || banner.name }, () =>
    banner.unban(subject, { why: flags.why, person: '' }),
  );
}

/** 0 all were asked, 2 some could not be. */
async function bans(flags: BanFlags): Promise<number> {
  const { banners } = await openActing(flags);
  let failures = 0;
  const all = await banners.all();
  for (const banner of all) {
    try {
      for (const { subject, untilMs } of await banner.list()) {
        const left = untilMs === undefined ? t('no known end') : t('{span} left', { span: spanWords(untilMs - Date.now()) });
        print(`${subject}  ${banner.name}  ${left}`);
      }
    } catch (error) {
      failures += 1;
      process.stderr.write(`${banner.name}: ${visible(actionText(error instanceof Error ? error.message : String(error)))}\n`);
    }
  }
  for (const limit of knownLimits(all.map(({ name }) => name))) process.stderr.write(`${t('note: {text}', { text: actionText(limit) })}\n`);
  return failures > 0 ? 2 : 0;
}

export function addBanCommands(program: Command): void {
  const withFlags = (command: Command): Command =>
    command
      .option('--by <name>', 'the way to ban, e.g. "fail2ban sshd", nftables (default: the first; secmon bans shows them)')
      .addOption(new Option('--why <text>', 'for the audit log').default('', 'nothing'))
      .option('--dry-run', 'only say what would be run')
      .option('--config <file>', 'configuration file');
  withFlags(program.command('ban <address>'))
    .description('ban an address or network for a time; a dry run until the configuration says actions.dry_run: false')
    .option('--for <time>', 'how long: 10m, 3h, 2d', '1h')
    .option('--force <word>', `ban in spite of a refusal: --force ${FORCE_WORD}`)
    .action(ban);
  withFlags(program.command('unban <address>')).description('end a ban').action(unban);
  program
    .command('bans')
    .description('bans that hold, by whom, and how long still')
    .option('--config <file>', 'configuration file')
    .action(async (flags: BanFlags) => {
      process.exitCode = await bans(flags);
    });
}
