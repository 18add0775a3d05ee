import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { nftablesTable } from '../actions/nftables.ts';
import { loadConfig } from '../config/load.ts';
import { t } from '../lang/lang.ts';
import { UsageError } from './engine-options.ts';
import { addStackSetups } from './setup-stack.ts';

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

const HELPER_FILES = ['secmon-helper.socket', 'secmon-helper@.service'] as const;
const HELPER_STEPS = `# ---- then, as root:
#   groupadd --system --force secmon
#   usermod -aG secmon USER                # who runs secmon; a login later it counts
#   install -d -m 750 -g secmon /etc/secmon
# and in /etc/secmon/config.yml, which root owns and nobody else may write:
#   version: 1
#   actions: { dry_run: false }
#   roles: { operators: [USER, "@adm"], viewers: ["@support"] }
# and at last:
#   systemctl daemon-reload && systemctl enable --now secmon-helper.socket
# Without systemd: secmon helper --socket /run/secmon-helper.sock
`;

/** The helper's units under the places they belong to, with this program's own path. */
async function helperFiles(): Promise<string> {
  const program = `${process.execPath} ${process.argv[1] ?? 'secmon'}`;
  const parts = await Promise.all(
    HELPER_FILES.map(async (name) => {
      const unit = (await contrib(`systemd/${name}`)).replace('/usr/bin/env secmon', program);
      return `# ---- /etc/systemd/system/${name}\n${unit}`;
    }),
  );
  return `${parts.join('\n')}\n${HELPER_STEPS}`;
}

/** secmon changes nothing outside its own folders: it prints, and the person puts it in place. */
function checkPrint({ print }: SetupFlags, what: string): void {
  if (print !== true)
    throw new UsageError(
      t('secmon changes nothing of this machine by itself; see what belongs where: secmon setup {what} --print', { what }),
    );
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
    .command('helper')
    .description("the helper's units for systemd, so that secmon bans without being root")
    .option('--print', 'print the files, each under its place')
    .action(async (flags: SetupFlags) => {
      checkPrint(flags, 'helper');
      process.stdout.write(await helperFiles());
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
  addStackSetups(setup, checkPrint);
}
