import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { actionText } from '../actions/sentences.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { whoIsHere } from '../audit/who.ts';
import { upgradeCommands } from '../checks/updates/apply.ts';
import { applyText } from '../checks/updates/apply-sentences.ts';
import { type KeptOutput, keepOutput } from '../checks/updates/kept-output.ts';
import { systemClock } from '../clock/clock.ts';
import type { Config } from '../config/schema.ts';
import { openAuditLog } from '../engine/audit.ts';
import { AUDIT_FILE } from '../engine/bans/acting.ts';
import { makePrivateFolder } from '../files/private-folder.ts';
import { askHelper } from '../helper/client.ts';
import { createLineReader } from '../helper/lines.ts';
import { HELPER_SOCKET } from '../helper/requests.ts';
import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import { applyHere } from './apply-here.ts';
import { confirmed } from './confirm.ts';
import { UsageError } from './engine-options.ts';
import { rightsHere } from './role.ts';
import { seeThrough } from './see-through.ts';

export interface ApplyFlags {
  readonly yes: boolean;
  readonly stateDirectory: string;
  readonly config: Pick<Config, 'actions' | 'checks'>;
}

/** Longer than an upgrade may take. */
const UPGRADE_MS = 3 * 60 * 60_000;

/** Installs pending updates: as root here, else through the helper; what the package manager says is shown and kept. The exit code. */
export async function applyPending({ yes, stateDirectory, config }: ApplyFlags): Promise<number> {
  const log = openedLog(stateDirectory);
  const { mayNot } = await rightsHere({ readOnly: false });
  if (mayNot !== '') {
    log.append({ action: 'refused', what: 'pending updates', result: mayNot, why: '' });
    throw new UsageError(mayNot);
  }
  const isRoot = process.geteuid?.() === 0;
  const refresh = config.checks.updates?.refresh ?? false;
  const socket = config.actions.helper ?? HELPER_SOCKET;
  const through = isRoot || config.actions.helper === 'off' || !existsSync(socket) ? undefined : socket;
  if (!isRoot && through === undefined)
    throw new UsageError(t('Installing updates needs root: run it with sudo, or set up the helper (secmon setup helper --print).'));
  const commands =
    through === undefined
      ? (await upgradeCommands(refresh)).map((command) => command.join(' '))
      : [t('the helper at {socket}', { socket: through })];
  for (const command of commands) process.stdout.write(`${t('would run: {command}', { command })}\n`);
  if (!yes && !(await confirmed(t('Install the pending updates now?')))) {
    process.stdout.write(`${t('Nothing was installed.')}\n`);
    return 2;
  }
  return installed({ through, stateDirectory, refresh, log });
}

/** The audit log, before anything is done: what cannot be written down is not done. */
function openedLog(folder: string): AuditLog {
  try {
    makePrivateFolder(folder);
    const log = openAuditLog(join(folder, AUDIT_FILE), { who: whoIsHere(process.env), now: Date.now });
    log.head();
    return log;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      t(
        'What is done cannot be written down in {folder} ({reason}), so nothing was installed: see its rights, or name another state_directory.',
        {
          folder,
          reason: code ?? message,
        },
      ),
    );
  }
}

interface Installing {
  /** Socket of the helper; undefined to do it here. */
  readonly through: string | undefined;
  readonly stateDirectory: string;
  readonly refresh: boolean;
  readonly log: AuditLog;
}

async function installed({ through, stateDirectory: folder, refresh, log }: Installing): Promise<number> {
  const record = (result: string): void => void log.append({ action: 'update', what: 'pending updates', result, why: '' });
  let path = '';
  const lines = createLineReader((line) => process.stdout.write(`${visible(line)}\n`));
  const onKept = (output: KeptOutput): void => {
    path = output.path;
    // It goes on by itself when we are ended.
    record(`begun; the output is in ${path}`);
  };
  const done = seeThrough(() => record(`left before its end, it goes on by itself; the output is in ${path}`));
  try {
    const parts = { folder, onKept, onOutput: lines.take };
    const outcome = await (through === undefined ? applyHere({ ...parts, refresh }) : applyThere(through, parts));
    lines.end();
    record(`${outcome} The output is in ${path}`);
    process.stdout.write(`${inWords(outcome)}\n`);
    return 0;
  } catch (error) {
    lines.end();
    const reason = error instanceof Error ? error.message : String(error);
    record(`not done: ${reason}${path === '' ? '' : `; the output is in ${path}`}`);
    process.stderr.write(`secmon: ${visible(inWords(reason))}\n`);
    return 2;
  } finally {
    if (path !== '') process.stdout.write(`${t('What was said is kept in {path}', { path })}\n`);
    done();
  }
}

/** What is said in English, by the helper too, in the language of the person. */
const inWords = (text: string): string => applyText(actionText(text));

interface ApplyThere {
  readonly folder: string;
  readonly onKept: (output: KeptOutput) => void;
  readonly onOutput: (text: string) => void;
}

/** Asks the helper, which keeps what is said as well, and goes on whatever becomes of us; its sentence. */
async function applyThere(socket: string, { folder, onKept, onOutput }: ApplyThere): Promise<string> {
  const output = keepOutput(folder, systemClock);
  onKept(output);
  const onLine = (line: string): void => {
    output.write(`${line}\n`);
    onOutput(`${line}\n`);
  };
  try {
    const request = { why: 'secmon check updates --apply', person: '' };
    return (await askHelper('updates.apply', request, { socket, patienceMs: UPGRADE_MS, onOutput: onLine })).text;
  } finally {
    output.close();
  }
}
