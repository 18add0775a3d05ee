import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { whoIsHere } from '../audit/who.ts';
import { createRunProcess } from '../checks/run-process.ts';
import { applyUpdates, upgradeCommand } from '../checks/updates/apply.ts';
import { systemClock } from '../clock/clock.ts';
import type { Config } from '../config/schema.ts';
import { openAuditLog } from '../engine/audit.ts';
import { AUDIT_FILE } from '../engine/bans/acting.ts';
import { makePrivateFolder } from '../files/private-folder.ts';
import { askHelper } from '../helper/client.ts';
import { HELPER_SOCKET } from '../helper/requests.ts';
import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import { confirmed } from './confirm.ts';
import { UsageError } from './engine-options.ts';
import { rightsHere } from './role.ts';

export interface ApplyFlags {
  readonly yes: boolean;
  readonly stateDirectory: string;
  readonly config: Pick<Config, 'actions'>;
}

const UPGRADE_MS = 60 * 60_000;
const KEEP_ALIVE_MS = 60_000;

/** Installs pending updates: as root here, else through the helper; what the package manager says is shown and kept. The exit code. */
export async function applyPending({ yes, stateDirectory, config }: ApplyFlags): Promise<number> {
  makePrivateFolder(stateDirectory);
  const log = openAuditLog(join(stateDirectory, AUDIT_FILE), { who: whoIsHere(process.env), now: Date.now });
  const record = (result: string): void => void log.append({ action: 'update', what: 'pending updates', result, why: '' });
  const { mayNot } = await rightsHere({ readOnly: false });
  if (mayNot !== '') {
    log.append({ action: 'refused', what: 'pending updates', result: mayNot, why: '' });
    throw new UsageError(mayNot);
  }
  const isRoot = process.geteuid?.() === 0;
  const socket = config.actions.helper ?? HELPER_SOCKET;
  const through = isRoot || config.actions.helper === 'off' || !existsSync(socket) ? undefined : socket;
  if (!isRoot && through === undefined)
    throw new UsageError(t('Installing updates needs root: run it with sudo, or set up the helper (secmon setup helper --print).'));
  const command = through === undefined ? ((await upgradeCommand())?.join(' ') ?? '') : t('the helper at {socket}', { socket });
  if (command !== '') process.stdout.write(`${t('would run: {command}', { command })}\n`);
  if (!yes && !(await confirmed(t('Install the pending updates now?')))) {
    process.stdout.write(`${t('Nothing was installed.')}\n`);
    return 2;
  }
  return installed({ through, stateDirectory, record });
}

interface Installing {
  /** Socket of the helper; undefined to do it here. */
  readonly through: string | undefined;
  readonly stateDirectory: string;
  readonly record: (result: string) => void;
}

async function installed({ through, stateDirectory, record }: Installing): Promise<number> {
  const stamp = new Date(systemClock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path = join(stateDirectory, `updates-${stamp}.log`);
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  const onOutput = (text: string): void => {
    file.write(text);
    process.stdout.write(text.split('\n').map(visible).join('\n'));
  };
  const alive = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    if (through === undefined) {
      // An upgrade is not stopped in the middle.
      const { signal } = new AbortController();
      await applyUpdates({ run: createRunProcess({ clock: systemClock }), signal, isRoot: true, onOutput });
    } else
      await askHelper(
        'updates.apply',
        { why: 'secmon check updates --apply', person: '' },
        { socket: through, patienceMs: UPGRADE_MS, onOutput: (line) => onOutput(`${line}\n`) },
      );
    record(`installed; the output is in ${path}`);
    process.stdout.write(`${t('Installed. What was said is kept in {path}', { path })}\n`);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    record(`not done: ${reason}; the output is in ${path}`);
    process.stderr.write(`secmon: ${visible(reason)}\n${t('What was said is kept in {path}', { path })}\n`);
    return 2;
  } finally {
    clearInterval(alive);
    await new Promise<void>((resolve) => file.end(resolve));
  }
}
