import { setTimeout } from 'node:timers/promises';
import { loadKit } from '../config/kit.ts';
import type { Config } from '../config/schema.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import { t, tn } from '../lang/lang.ts';
import { type MetricsAddress, parseMetricsAddress } from '../metrics/address.ts';
import { parseOutputFlag } from '../outputs/flag.ts';
import { outputSchema } from '../outputs/settings.ts';

/** `--output` or `--metrics` asks for what cannot be; the message is for the person who typed it. */
class OutputFlagError extends Error {
  override readonly name = 'UsageError';
}

/** The outputs that `--output` names, checked by the configuration's schema. Throws {@link OutputFlagError}. */
export async function flaggedOutputs(flags: readonly string[]): Promise<Config['outputs']> {
  if (flags.length === 0) return {};
  const kit = await loadKit({ env: process.env, folder: process.cwd() });
  const schema = outputSchema(kit);
  const outputs: Config['outputs'] = {};
  for (const flag of flags) {
    const read = parseOutputFlag(flag);
    if ('problem' in read) throw new OutputFlagError(t('--output {flag}: {problem}', { flag: shown(flag), problem: read.problem }));
    const checked = schema.safeParse(read.settings);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw new OutputFlagError(
        t('--output {flag}: {problem}', { flag: shown(flag), problem: `${issue?.path.join('.')}: ${issue?.message}` }),
      );
    }
    outputs[read.name] = checked.data;
  }
  return outputs;
}

/** Without settings, and whatever stands before a host: one of both may hold a password. */
const shown = (flag: string): string => flag.replace(/\?.*$/s, '').replace(/\/\/[^/]*@/, '//…@');

/** Where metrics are served: by flag, else by configuration. Throws {@link OutputFlagError}. */
export function metricsAddress(
  { metrics, insecure = false }: { readonly metrics?: string; readonly insecure?: boolean },
  config: Pick<Config, 'metrics'>,
): MetricsAddress | undefined {
  const text = metrics ?? config.metrics;
  if (text === undefined) return undefined;
  const address = parseMetricsAddress(text, insecure);
  if ('problem' in address) throw new OutputFlagError(`--metrics: ${address.problem}`);
  return address;
}

/** Standard output belongs to an output. */
export const writesToStdout = ({ options, config }: { readonly options: EngineOptions; readonly config: Config }): boolean =>
  [...(options.outputs?.configured ?? []), ...(options.outputs?.asked ?? [])].some((name) => config.outputs[name]?.url === '-');

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

/** Waits until outputs have taken everything, at most a minute; then what they have not, one sentence an output. */
export async function notHandedOver(engine: Pick<Engine, 'outputs'>): Promise<string[]> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (engine.outputs().some(({ waitingRecords }) => waitingRecords > 0) && performance.now() < untilMs) await setTimeout(LOOK_MS);
  return engine.outputs().flatMap(({ destination, waitingRecords, dropped, refused, lastError }) => {
    const lost = waitingRecords + dropped + refused;
    return lost === 0
      ? []
      : [
          tn(lost, '{n} finding did not reach {destination}: {reason}', '{n} findings did not reach {destination}: {reason}', {
            destination,
            reason: lastError,
          }),
        ];
  });
}
