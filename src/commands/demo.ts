import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { engineSettings } from './engine-options.ts';
import { watch } from './monitor.ts';

const DEFAULT_RATE = 250;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('replay recorded attacks on a test server as if they happened now')
    .option('--rate <lines>', 'lines a second', String(DEFAULT_RATE))
    .option('--theme <name>', 'theme of the screen')
    .option('--no-ui', 'print what is suspicious instead of showing the screen')
    .action(async (flags: { rate: string; theme?: string; ui: boolean }) => {
      const onScreen = flags.ui && process.stdout.isTTY === true;
      const directory = fileURLToPath(new URL('../demo-logs', import.meta.url));
      const linesPerSecond = onScreen ? Math.max(1, Number(flags.rate) || DEFAULT_RATE) : 0;
      const settings = await engineSettings({ sources: [{ type: 'demo', directory, linesPerSecond }], flags: {}, follow: true, persist: false });
      process.exitCode = await watch(settings, { ui: flags.ui, format: 'text', ...(flags.theme === undefined ? {} : { theme: flags.theme }) });
    });
}
