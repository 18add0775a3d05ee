import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { isExpired, readMutes } from '../detection/mutes/mute.ts';
import { readMuteFile } from '../detection/mutes/mute-file.ts';
import { refusalText } from '../detection/rule-files.ts';
import { MUTE_HITS_FILE, openMuteHits } from '../engine/rules/mute-hits.ts';
import { t, tn } from '../lang/lang.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { visible } from '../text/sanitize.ts';
import { count, dateTime } from '../text/units.ts';
import { padEnd, textWidth } from '../text/width.ts';
import { mutesPath } from './mutes-path.ts';

interface MutesFlags {
  readonly mutes?: string;
  readonly config?: string;
  readonly expired?: boolean;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Prints the mutes that hold, or with `expired` those that do not any more; 2 when the file has something that cannot be honoured. */
async function listMutes({ mutes: named, config: configPath, expired = false }: MutesFlags): Promise<number> {
  const { config, path: configFile } = await loadConfig({ path: configPath, env: process.env, cwd: process.cwd() });
  const state = config.state_directory ?? stateDirectory(process.env);
  const path = mutesPath({ named, configured: config.mutes, configFile, stateDirectory: state });
  const { mutes, refused } = await readMutes(readMuteFile(path), path);
  const hits = openMuteHits(join(state, MUTE_HITS_FILE));
  const nowMs = Date.now();
  const isWanted = (mute: (typeof mutes)[number]): boolean => isExpired(mute, nowMs) === expired;
  const rows = mutes.filter(isWanted).map((mute) => {
    const { hits: n, lastMs } = hits.of(mute.id);
    return [
      String(mute.line),
      mute.untilMs === undefined ? t('forever') : dateTime(mute.untilMs),
      count(n),
      lastMs === undefined ? '' : dateTime(lastMs),
      mute.author,
      mute.title,
      mute.note,
    ].map(visible);
  });
  const lines = [
    ...(rows.length === 0
      ? []
      : [
          ...table([[t('line'), expired ? t('expired') : t('until'), t('hits'), t('last hit'), t('by'), t('what'), t('note')], ...rows]),
          '',
        ]),
    expired
      ? tn(rows.length, '{n} mute expired in {path}', '{n} mutes expired in {path}', { path })
      : tn(rows.length, '{n} mute in {path}', '{n} mutes in {path}', { path }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const refusal of refused) process.stderr.write(`${visible(refusalText(refusal))}\n`);
  return refused.length > 0 ? 2 : 0;
}

export function addMutesCommand(rules: Command): void {
  rules
    .command('mutes')
    .description('what is kept quiet, until when, and how often it was hit')
    .option('--expired', 'those that have expired')
    .option('--mutes <file>', 'file of what is kept quiet (default: mutes.yml beside the configuration)')
    .option('--config <file>', 'configuration file (default: see secmon config show)')
    .action(async (flags: MutesFlags) => {
      process.exitCode = await listMutes(flags);
    });
}
