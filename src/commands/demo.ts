import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import type { SourceSpec } from '../engine/options.ts';
import { t } from '../lang/lang.ts';
import { engineSettings, UsageError } from './engine-options.ts';
import { watch } from './monitor.ts';

const DEFAULT_RATE = 300;
/** One server seen from three sides; the other files of the folder tell the same story again. */
const FILES = ['access.log', 'auth.log', 'app.log'];

function rateOf(text: string): number {
  const rate = Number(text);
  if (!(rate >= 1 && rate <= 1_000_000)) throw new UsageError(t('--rate: expected lines a second, 1 to 1,000,000, got "{text}"', { text }));
  return rate;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('replay recorded attacks on a test server as if they happened now')
    .addOption(new Option('--rate <lines>', 'lines a second on the screen').default(DEFAULT_RATE).argParser(rateOf))
    .option('--theme <name>', 'theme of the screen')
    .option('--no-ui', 'print what is suspicious instead of showing the screen')
    .action(async ({ rate, theme, ui }: { rate: number; theme?: string; ui: boolean }) => {
      const directory = new URL('../demo-logs/', import.meta.url);
      const paths = FILES.map((name) => fileURLToPath(new URL(name, directory)));
      const onScreen = ui && process.stdout.isTTY === true;
      const sources: SourceSpec[] = onScreen
        ? [{ type: 'replay', paths, linesPerSecond: rate }]
        : paths.map((path) => ({ type: 'file', path }));
      // Without a screen nobody watches: the logs are read as they are, at once.
      const settings = await engineSettings({ sources, flags: { tz: 'UTC' }, follow: onScreen, persist: false });
      // Nothing that is tried in the demo is kept.
      const options = { ...settings.options, mutesFile: undefined };
      process.exitCode = await watch({ ...settings, options }, { ui: onScreen, format: 'text', ...(theme === undefined ? {} : { theme }) });
    });
}
