import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { nftablesTable } from '../actions/nftables.ts';
import { loadConfig } from '../config/load.ts';
import { UsageError } from './engine-options.ts';

interface SetupFlags {
  readonly print?: boolean;
  readonly config?: string;
}

const contrib = (path: string): Promise<string> => readFile(new URL(`../contrib/${path}`, import.meta.url), 'utf8');

const FAIL2BAN_FILES = ['filter.d/secmon.conf', 'jail.d/secmon.conf'] as const;

/** The files under the places they belong to, as one text that a shell could take apart. */
async function fail2banFiles(): Promise<string> {
  const parts = await Promise.all(FAIL2BAN_FILES.map(async (name) => `# ---- /etc/fail2ban/${name}\n${await contrib(`fail2ban/${name}`)}`));
  return `${parts.join('\n')}\n# ---- then: touch /var/log/secmon.ndjson && fail2ban-client reload\n`;
}

/** secmon changes nothing outside its own folders: it prints, and the person puts it in place. */
function checkPrint({ print }: SetupFlags, what: string): void {
  if (print !== true)
    throw new UsageError(`secmon changes nothing of this machine by itself; see what belongs where: secmon setup ${what} --print`);
}

export function addSetupCommand(program: Command): void {
  const setup = program.command('setup').description('what other programs need to work with secmon');
  setup
    .command('fail2ban')
    .description("secmon's jail and filter for fail2ban")
    .option('--print', 'print the files, each under its place')
    .action(async (flags: SetupFlags) => {
      checkPrint(flags, 'fail2ban');
      process.stdout.write(await fail2banFiles());
    });
  setup
    .command('nftables')
    .description('the nftables table that bans go into')
    .option('--print', 'print it, for: nft -f')
    .option('--config <file>', 'configuration file')
    .action(async (flags: SetupFlags) => {
      checkPrint(flags, 'nftables');
      const { config } = await loadConfig({ path: flags.config, env: process.env, cwd: process.cwd() });
      process.stdout.write(nftablesTable(config.actions.nftables?.table ?? 'secmon'));
    });
}
