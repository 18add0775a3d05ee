import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { Channel } from '../alerts/channel.ts';
import { createChannels } from '../alerts/create-channels.ts';
import { buildMessage } from '../alerts/message.ts';
import { loadConfig } from '../config/load.ts';
import { t } from '../lang/lang.ts';
import type { Language } from '../lang/language.ts';
import type { AlertMessage, Delivery, ThreadKind } from '../model/alert.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { visible } from '../text/sanitize.ts';
import { dateTime } from '../text/units.ts';
import { addAlertExplain } from './alert-explain.ts';
import { UsageError } from './engine-options.ts';
import { settleLanguage } from './language.ts';

const testMessage = (nowMs: number): AlertMessage =>
  buildMessage(
    {
      severity: 'low',
      title: t('Test of secmon alerts: nothing has happened'),
      actor: '192.0.2.1',
      actorNote: t('an example address'),
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
      note: t('Sent by a person with: secmon alert test'),
    },
    { id: randomUUID(), createdMs: nowMs, dateTime },
  );

/** Desktop notifications of a command go straight to its own terminal. */
const notify = (text: string): void => void process.stdout.write(process.stdout.isTTY ? `\u0007\u001b]9;${text}\u0007` : `${text}\n`);

interface TestFlags {
  readonly config?: string;
  readonly all?: boolean;
  readonly thread?: boolean;
  readonly lang?: Language;
}

/** Sends test messages at once, without the outbox, so that errors are seen; the exit code. */
async function testChannels(name: string | undefined, flags: TestFlags): Promise<number> {
  const loaded = await loadConfig({ path: flags.config, env: process.env, cwd: process.cwd() });
  settleLanguage({ flag: flags.lang, configured: loaded.config.language });
  const channels = createChannels(loaded.config.alerts.channels, { notify, stateDirectory: stateDirectory(process.env) });
  const names = channels.map((channel) => channel.name).join(', ');
  if ((name === undefined) === (flags.all !== true))
    throw new UsageError(t('name one channel, or use --all; there are: {names}', { names }));
  const chosen = flags.all ? channels : channels.filter((channel) => channel.name === name);
  if (chosen.length === 0) throw new UsageError(t('there is no channel "{channel}"; there are: {names}', { channel: name ?? '', names }));
  let failures = 0;
  for (const channel of chosen) if (!(await testChannel(channel, flags.thread === true))) failures += 1;
  if (chosen.length > 1)
    process.stdout.write(
      `${t('{accepted} of {channels} channels accepted the message', { accepted: chosen.length - failures, channels: chosen.length })}\n`,
    );
  return failures === 0 ? 0 : 2;
}

/** One message, and with `withThread` a second one that ends the first; true when all were accepted. */
async function testChannel(channel: Channel, withThread: boolean): Promise<boolean> {
  process.stdout.write(
    `${t('{channel}: sending to {destination} …', { channel: channel.name, destination: visible(channel.destination) })}\n`,
  );
  const message = testMessage(Date.now());
  if (!withThread) return report(channel, await send(channel, message));
  const inThread = (sequence: number, kind: ThreadKind): AlertMessage => ({
    ...message,
    id: randomUUID(),
    thread: { key: message.id, sequence, kind },
  });
  const first = await send(channel, inThread(0, 'opened'));
  if (!report(channel, first) || !first.ok) return false;
  process.stdout.write(`${t('{channel}: sending what ends it …', { channel: channel.name })}\n`);
  return report(channel, await send(channel, inThread(1, 'ended'), first.reference));
}

function send(channel: Channel, message: AlertMessage, reference?: string): Promise<Delivery> {
  const signal = AbortSignal.timeout(60_000);
  return channel.send(message, reference === undefined ? { signal } : { signal, reference });
}

/** Says what the server said. */
function report({ name }: Channel, delivery: Delivery): boolean {
  if (delivery.ok) process.stdout.write(`${t('{channel}: accepted: {reply}', { channel: name, reply: visible(delivery.reply) })}\n`);
  else {
    const about = { channel: name, reason: visible(delivery.reason) };
    const text = delivery.retryable
      ? t('{channel}: {reason} (may pass; a real alert would be tried again)', about)
      : t('{channel}: {reason} (will not pass by itself)', about);
    process.stderr.write(`secmon: ${text}\n`);
  }
  return delivery.ok;
}

export function addAlertCommand(program: Command): void {
  const alert = program.command('alert').description('try the channels that alerts go through, and the policy that alerts by itself');
  addAlertExplain(alert);
  alert
    .command('test [channel]')
    .description('send a test message through one channel, or all, and say what the server answered')
    .option('--all', 'every channel, also the built-in ones')
    .option('--thread', 'also send a second message that ends the first: a reply, or what closes it in PagerDuty and Opsgenie')
    .option('--config <file>', 'configuration file')
    .action(async (name: string | undefined, flags: TestFlags) => {
      process.exitCode = await testChannels(name, flags);
    });
}
