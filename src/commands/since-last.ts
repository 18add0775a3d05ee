import { systemClock } from '../clock/clock.ts';
import type { Config } from '../config/schema.ts';
import { packConfig } from '../config/wire.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import { t } from '../lang/lang.ts';
import { storeText } from '../store/sentences.ts';
import { visible } from '../text/sanitize.ts';

const DELIVERY_MS = 60_000;
const LOOK_MS = 100;

/** Options of a run that reads on from where the last such run ended; without `alert` the policy is not asked. */
export function sinceLastOptions(options: EngineOptions, config: Config, alert: boolean): EngineOptions {
  const silent: Config = { ...config, alerts: { ...config.alerts, policy: [], digest: undefined } };
  return { ...options, resume: true, autoAlerts: 'since-last', config: alert ? options.config : packConfig(silent, options.config.folder) };
}

/** Throws where nothing can be remembered from run to run. */
export async function needState(engine: Engine): Promise<void> {
  if (engine.memoryOnly === '') return;
  const reason = engine.memoryOnly;
  await engine.client.close();
  throw new Error(t('--since-last needs its state file: {reason}', { reason: storeText(reason) }));
}

/** What will not be delivered any more, one sentence for each channel and reason: nobody sits before a screen. */
export function notDelivered(engine: Engine, sinceMs: number): string[] {
  const failed = engine.alerting.list().filter(({ state, updatedMs }) => state === 'failed' && updatedMs >= sinceMs);
  const texts = failed.map(({ channel, result }) => t('alert not delivered by {channel}: {reason}', { channel, reason: visible(result) }));
  return [...new Set(texts)];
}

/** The engine with those incidents alone that this run has touched. */
export const onlyTouched = (engine: Engine, ids: ReadonlySet<string>): Engine => ({
  ...engine,
  incidents: () => engine.incidents().filter(({ id }) => ids.has(id)),
});

/** True when nothing waits any more; gives up after a minute. */
export async function delivered(engine: Engine): Promise<boolean> {
  const untilMs = systemClock.monotonic() + DELIVERY_MS;
  while (engine.alerting.counts().waiting > 0 && systemClock.monotonic() < untilMs) {
    await new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return engine.alerting.counts().waiting === 0;
}
