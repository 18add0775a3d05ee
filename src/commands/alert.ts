import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { createChannels } from '../alerts/create-channels.ts';
import { buildMessage } from '../alerts/message.ts';
import { loadConfig } from '../config/load.ts';
import type { AlertMessage } from '../model/alert.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { visible } from '../text/sanitize.ts';
import { dateTime } from '../text/units.ts';
import { UsageError } from './engine-options.ts';

const testMessage = (nowMs: number): AlertMessage =>
  buildMessage(
    {
      severity: 'low',
      title: 'Test of secmon alerts: nothing has happened',
      actor: '192.0.2.1',
      actorNote: 'an example address',
      outcome: 'none',
      status: 0,
      success: false,
      successNote: '',
      payload: '',
      path: '',
      counts: { requests: 0, detections: 0, successes: 0 },
      firstMs: nowMs,
      lastMs: nowMs,
      families: [],
      rules: [],
      sourceNames: [],
      host: hostname(),
      note: 'Sent by a person with: secmon alert test',
    },
    { id: randomUUID(), createdMs: nowMs, dateTime },
  );

/** Desktop notifications of a command go straight to its own terminal. */
const notify = (text: string): void => void process.stdout.write(process.stdout.isTTY ? `\u0007\u001b]9;${text}\u0007` : `${text}\n`);

/** Sends one test message at once, without the outbox, so that its errors are seen; the exit code. */
async function testChannel(name: string, { config }: { config?: string }): Promise<number> {
  const loaded = await loadConfig({ path: config, env: process.env, cwd: process.cwd() });
  const channels = createChannels(loaded.config.alerts.channels, { notify, stateDirectory: stateDirectory(process.env) });
  const channel = channels.find((c) => c.name === name);
  if (!channel) throw new UsageError(`there is no channel "${name}"; there are: ${channels.map((c) => c.name).join(', ')}`);
  process.stdout.write(`sending to ${visible(channel.destination)} …\n`);
  const delivery = await channel.send(testMessage(Date.now()), { signal: AbortSignal.timeout(60_000) });
  if (delivery.ok) {
    process.stdout.write(`accepted: ${visible(delivery.reply)}\n`);
    return 0;
  }
  process.stderr.write(
    `secmon: ${name}: ${visible(delivery.reason)}${delivery.retryable ? ' (may pass; a real alert would be tried again)' : ''}\n`,
  );
  return 2;
}

export function addAlertCommand(program: Command): void {
  program
    .command('alert')
    .description('try the channels that alerts go through')
    .command('test <channel>')
    .description('send a test message through one channel and say what came of it')
    .option('--config <file>', 'configuration file')
    .action(async (name: string, flags: { config?: string }) => {
      process.exitCode = await testChannel(name, flags);
    });
}
