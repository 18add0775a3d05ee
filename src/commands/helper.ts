import { chmodSync, chownSync, existsSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createBanners } from '../actions/create-banners.ts';
import type { RoleRules } from '../actions/roles.ts';
import type { KeptOutput } from '../checks/updates/kept-output.ts';
import { systemClock } from '../clock/clock.ts';
import { DEFAULT_CONFIG } from '../config/default-config.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { SYSTEM_CONFIG, systemRoles } from '../config/system-roles.ts';
import { openAuditLog } from '../engine/audit.ts';
import { AUDIT_FILE, openLedger } from '../engine/bans/acting.ts';
import { mayNotCall, usersHere, whoCalls } from '../engine/bans/ban-caller.ts';
import { createHelperDesk } from '../engine/bans/ban-helper.ts';
import { aloneWith } from '../engine/bans/ban-lock.ts';
import { guardFacts } from '../engine/bans/guard-facts.ts';
import { makePrivateFolder } from '../files/private-folder.ts';
import { createLineReader } from '../helper/lines.ts';
import { askPeer, type Peer } from '../helper/peer.ts';
import { type HelperHandlers, serveConnection, type Tell } from '../helper/server.ts';
import { setLanguage, t } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import { type ApplyHere, applyHere } from './apply-here.ts';
import { UsageError } from './engine-options.ts';

interface HelperFlags {
  readonly socket?: string;
  readonly group: string;
  readonly state?: string;
  readonly config: string;
}

const GROUP = 'secmon';
const STATE = '/var/lib/secmon-helper';
/** sd_listen_fds(3). */
const FIRST_FD = 3;
const MOST_CONNECTIONS = 16;

/** What root's own configuration says; the defaults where it does not count. */
interface SystemSettings {
  readonly config: Config;
  readonly rules: RoleRules | undefined;
  /** Why it does not count, or cannot be understood; `''` otherwise. */
  readonly unusable: string;
  /** `''` when bans are switched on. */
  readonly switchedOff: string;
}

async function systemSettings(path: string): Promise<SystemSettings> {
  const off = `the helper only plans: bans are not switched on in ${path} (actions: { dry_run: false })`;
  const { rules, problem } = await systemRoles(path);
  if (problem !== '' || !existsSync(path)) return { config: DEFAULT_CONFIG, rules: undefined, unusable: problem, switchedOff: off };
  try {
    const { config } = await loadConfig({ path, env: process.env, cwd: '/' });
    return { config, rules, unusable: '', switchedOff: config.actions.dry_run ? off : '' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const unusable = `${path} cannot be understood, so nobody may act until it is mended: ${reason}`;
    return { config: DEFAULT_CONFIG, rules: undefined, unusable, switchedOff: off };
  }
}

/** Everything is read anew for each connection: a changed configuration counts at once. */
async function deskFor(peer: Peer, { config: path, group, state }: HelperFlags): Promise<HelperHandlers> {
  const { config, rules, unusable, switchedOff } = await systemSettings(path);
  const folder = state ?? process.env['STATE_DIRECTORY']?.split(':')[0] ?? STATE;
  makePrivateFolder(folder);
  const { fail2ban, nftables } = config.actions;
  const who = whoCalls(peer);
  const log = openAuditLog(join(folder, AUDIT_FILE), { who, now: Date.now });
  // An upgrade goes on by itself when the helper is ended.
  const onKept = ({ path: file }: KeptOutput): void =>
    void log.append({ action: 'update', what: 'pending updates', result: `begun; the output is in ${file}`, why: '' });
  return createHelperDesk({
    banners: createBanners({
      settings: { dry_run: false, fail2ban, nftables, commands: {} },
      ledger: openLedger(folder),
      clock: systemClock,
    }),
    guard: () => guardFacts(config),
    mayNot: (person) => unusable || mayNotCall(who, person, { rules, socketGroup: group, users: usersHere() }),
    unusable,
    switchedOff,
    log,
    alone: aloneWith(join(folder, 'ban.lock')),
    applyUpdates: (tell) => installUpdates(tell, { folder, refresh: config.checks.updates?.refresh ?? false, onKept }),
  });
}

/** Whatever becomes of the caller, an upgrade is not stopped in the middle; its output is kept in the helper's folder as well. */
async function installUpdates(tell: Tell, where: Omit<ApplyHere, 'onOutput'>): Promise<string> {
  const lines = createLineReader(tell);
  // Who did it is still to be written down.
  const stay = (): void => {};
  process.on('SIGTERM', stay);
  try {
    return await applyHere({ ...where, onOutput: lines.take });
  } finally {
    lines.end();
    process.off('SIGTERM', stay);
  }
}

const serve = (socket: Socket, flags: HelperFlags): Promise<void> =>
  serveConnection(socket, { proof: askPeer, desk: (peer) => deskFor(peer, flags) });

/** Listens by itself, for hosts without systemd, until it is ended. */
async function listen(path: string, flags: HelperFlags): Promise<void> {
  rmSync(path, { force: true });
  const server = createServer({ pauseOnConnect: true }, (socket) => void serve(socket, flags));
  server.maxConnections = MOST_CONNECTIONS;
  const before = process.umask(0o177);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve)).finally(() => process.umask(before));
  openToGroup(path, flags.group);
  process.stdout.write(`helper at ${path}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close(() => rmSync(path, { force: true })));
}

/** root:GROUP, 0660; without such a group it stays root's alone. */
function openToGroup(path: string, group: string): void {
  const found = usersHere()
    .group.split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === group)?.[2];
  if (found === undefined) {
    process.stderr.write(
      `${t('there is no group {group}: only root may call the helper. Make it: groupadd --system {group}', { group })}\n`,
    );
    return;
  }
  chownSync(path, process.geteuid?.() ?? 0, Number(found));
  chmodSync(path, 0o660);
}

async function helper(flags: HelperFlags): Promise<void> {
  if (process.geteuid?.() !== 0)
    throw new UsageError(t("the helper is root's: sudo secmon helper, or as a service: secmon setup helper --print"));
  // Its log, and what it answers to callers of any language, who translate it themselves.
  setLanguage(ENGLISH);
  const { LISTEN_FDS, LISTEN_PID } = process.env;
  if (flags.socket !== undefined) return listen(flags.socket, flags);
  if (LISTEN_FDS !== '1' || LISTEN_PID !== String(process.pid))
    throw new UsageError(
      t('nobody hands the helper a connection: start it by systemd (secmon setup helper --print), or with --socket PATH'),
    );
  return serve(new Socket({ fd: FIRST_FD, readable: true, writable: true }), flags);
}

export function addHelperCommand(program: Command): void {
  program
    .command('helper')
    .description("root's small helper: bans by fail2ban and nftables for a secmon that is not root")
    .option('--socket <path>', 'listen there, without systemd')
    .option('--group <group>', 'group that may call', GROUP)
    .option('--state <folder>', `where its audit log lies (default: $STATE_DIRECTORY, ${STATE})`)
    .option('--config <file>', 'counts only when root owns it and nobody else may write it', SYSTEM_CONFIG)
    .action(helper);
}
