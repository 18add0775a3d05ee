import type { Command } from 'commander';
import { addAlertCommand } from './alert.ts';
import { addAttachCommand } from './attach.ts';
import { addAuditCommand } from './audit.ts';
import { addBanCommands } from './ban.ts';
import { addCheckCommand } from './check.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addConfigCommand } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addHelperCommand } from './helper.ts';
import { addMonitorCommand } from './monitor.ts';
import { addReportCommand } from './report.ts';
import { addRulesCommand } from './rules.ts';
import { addScanCommand } from './scan.ts';
import { addSetupCommand } from './setup.ts';

/** Every subcommand: one file and one line. The first is what `secmon` alone runs. */
export const COMMANDS: readonly ((program: Command) => void)[] = [
  addMonitorCommand,
  addAttachCommand,
  addScanCommand,
  addReportCommand,
  addDemoCommand,
  addAlertCommand,
  addBanCommands,
  addCheckCommand,
  addHelperCommand,
  addAuditCommand,
  addSetupCommand,
  addRulesCommand,
  addConfigCommand,
  addCompletionCommand,
];
