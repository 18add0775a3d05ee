import { type Command, Option } from 'commander';
import type { SendEffect } from '../alerts/policy/state.ts';
import { systemClock } from '../clock/clock.ts';
import type { Decision } from '../engine/alerting/auto-alerts.ts';
import { createOutput } from '../headless/output.ts';
import { setLanguage, t } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import { subjectText } from '../text/incident-subject.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { visible } from '../text/sanitize.ts';
import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';
import { addInputFlags, engineSettings, type InputFlags, sourceSpecs, standardInputHasLines, UsageError } from './engine-options.ts';
import { showProgress } from './reading.ts';

interface ExplainFlags extends InputFlags {
  readonly format: 'text' | 'ndjson';
}

/** One decision as it is printed: what would go where and when, or why it would not. */
interface Explained {
  readonly '@timestamp': string;
  readonly verdict: 'send' | 'digest' | 'not sent';
  readonly channels: readonly string[];
  readonly kind: string;
  readonly incident: string;
  readonly who: string;
  readonly title: string;
  readonly why: string;
}

const sending = ({ channel, kind, thread, why }: SendEffect, atMs: number, title: string): Explained => ({
  '@timestamp': new Date(atMs).toISOString(),
  verdict: 'send',
  channels: [channel],
  kind,
  incident: thread.id,
  who: thread.members > 1 ? t('{n} addresses', { n: thread.members }) : subjectText(thread.who),
  title,
  why,
});

/** Undefined for a digest that has nothing to tell. */
function explained({ atMs, effect, message }: Decision): Explained | undefined {
  const title = message?.title ?? '';
  const common = { '@timestamp': new Date(atMs).toISOString(), title };
  switch (effect.type) {
    case 'send':
      return sending(effect, atMs, title);
    case 'held':
      return {
        ...common,
        verdict: 'digest',
        channels: [effect.channel],
        kind: 'digest',
        incident: '',
        who: '',
        why: t('above the ceiling of the hour'),
      };
    case 'report':
      if (message === undefined) return undefined;
      return { ...common, verdict: 'digest', channels: effect.channels, kind: 'digest', incident: '', who: '', why: 'alerts.digest' };
    case 'note': {
      const { id, who, what, why } = effect;
      return {
        ...common,
        verdict: 'not sent',
        channels: [],
        kind: what,
        incident: id,
        who: subjectText(who),
        title: incidentTitle(effect.title),
        why,
      };
    }
  }
}

/** What is printed of a policy's decisions; the same reason about the same incident is said once. */
function createReporter(write: (one: Explained) => void) {
  const said = new Set<string>();
  let sent = 0;
  let held = 0;
  const MAX_SAID = 100_000;
  return {
    decision(decision: Decision): void {
      const one = explained(decision);
      if (one === undefined) return;
      if (one.verdict === 'not sent') {
        const key = `${one.incident} ${one.kind}`;
        if (said.has(key) || said.size >= MAX_SAID) return;
        said.add(key);
        held++;
      } else sent += one.channels.length;
      write(one);
    },
    counts: () => ({ sent, held }),
  };
}

function textOf({ '@timestamp': time, verdict, channels, kind, who, title, why }: Explained, format: TimeFormat): string {
  const about = visible(who === '' ? title : `${who}: ${title}`);
  const what = verdict === 'not sent' ? t('not sent') : `${t(kind)} → ${channels.join(', ')}`;
  return `${format.dateTime(Date.parse(time))}  ${what}\n    ${about}\n    ${visible(why)}`;
}

/** Prints what the policy would have sent for logs; nothing is sent, nothing kept. The exit code. */
async function explain(paths: readonly string[], flags: ExplainFlags): Promise<number> {
  const withStdin = paths.includes('-') || (paths.length === 0 && (flags.exec ?? []).length === 0 && standardInputHasLines());
  const sources = sourceSpecs(paths, flags, withStdin);
  if (sources.length === 0) throw new UsageError(t('alert explain needs something to read: name files, or pipe lines into it'));
  const { options, config } = await engineSettings({ sources, flags, follow: false, persist: false, autoAlerts: 'explain' });
  if (config.alerts.policy.length === 0)
    process.stderr.write(`secmon: ${t('alerts.policy has no rule, so nothing is sent without a key press')}\n`);
  // What is read by other programs is English.
  if (flags.format === 'ndjson') setLanguage(ENGLISH);
  const output = createOutput(process.stdout, { live: false, onGone: () => process.exit(0) });
  const time = createTimeFormat(options.timeZone);
  const reporter = createReporter((one) => output.line(flags.format === 'ndjson' ? JSON.stringify(one) : textOf(one, time)));
  const { openEngine } = await import('../engine/engine.ts');
  const engine = await openEngine(options, { clock: systemClock, emit: () => {}, onDecision: reporter.decision });
  const clearProgress = showProgress(engine);
  await engine.run();
  clearProgress();
  const { sent, held } = reporter.counts();
  if (flags.format === 'text')
    output.line(t('{sent} messages would have been sent; {held} times something was not, or not at once', { sent, held }));
  await output.end();
  const failed = engine.sources.statuses().filter((source) => source.state === 'failed');
  for (const source of failed) process.stderr.write(`secmon: ${source.name}: ${source.detail}\n`);
  await engine.client.close();
  return failed.length > 0 ? 2 : 0;
}

/** Adds `explain` to the command `alert`. */
export function addAlertExplain(alert: Command): void {
  const command = alert
    .command('explain')
    .description('say what alerts.policy would have sent for logs, when, to whom and why, or why not; nothing is sent')
    .argument('[paths...]', 'files, globs and .gz files; - for standard input');
  addInputFlags(command)
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'ndjson']).default('text'))
    .action(async (paths: string[], flags: ExplainFlags) => {
      process.exitCode = await explain(paths, flags);
    });
}
