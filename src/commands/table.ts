import type { Command } from 'commander';
import { addAlertCommand } from './alert.ts';
import { addAuditCommand } from './audit.ts';
import { addBanCommands } from './ban.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addConfigCommand } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addMonitorCommand } from './monitor.ts';
import { addReportCommand } from './report.ts';
import { addRulesCommand } from './rules.ts';
import { addScanCommand } from './scan.ts';
import { addSetupCommand } from './setup.ts';

/** Every subcommand: one file and one line. The first is what `secmon` alone runs. */
export const COMMANDS: readonly ((program: Command) => void)[] = [
  addMonitorCommand,
  addScanCommand,
  addReportCommand,
  addDemoCommand,
  addAlertCommand,
  addBanCommands,
  addAuditCommand,
  addSetupCommand,
  addRulesCommand,
  addConfigCommand,
  addCompletionCommand,
];
